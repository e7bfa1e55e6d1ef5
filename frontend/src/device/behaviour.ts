/** How a device behaved in the last week beside what is usual for it, as a chart and as a table. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import { type Behaviour, type Hour, QUANTITIES } from "../api";
import { chart, chartStyle, isAbove } from "../chart";
import { DeviceSection } from "../section";
import { shared } from "../style";

const LEAST_PX = 280;

class BehaviourSection extends DeviceSection<Behaviour> {
  static override properties: PropertyDeclarations = { ...DeviceSection.properties, quantity: { state: true }, width: { state: true } };

  declare quantity: Behaviour["quantity"];
  declare width: number;
  protected readonly heading = "behaviour";

  private watch = new ResizeObserver(([entry]) => (this.width = Math.max(LEAST_PX, Math.round(entry!.contentRect.width) - 34)));

  constructor() {
    super();
    Object.assign(this, { quantity: "sent", width: 800 });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  protected override basis(): unknown {
    return [super.basis(), this.quantity];
  }

  protected override read(): Promise<Behaviour> {
    return this.ask("behaviour", { asset_id: this.details.id, quantity: this.quantity });
  }

  private amount(value: number): string {
    return this.quantity === "calls" ? this.words.number(Math.round(value)) : this.words.bytes(value);
  }

  protected override show({ hours, learning, since }: Behaviour): TemplateResult {
    const { words } = this;
    const above = hours.filter(isAbove).length;
    const what = { what: words.t(`quantity_${this.quantity}`) };
    const label = learning ? words.t("behaviour_week", what) : words.n("behaviour_label", above, what);
    return html`<div class="row between">
        <p>${hours.length ? label : words.t("behaviour_none")}</p>
        <select aria-label=${words.t("quantity")} @change=${(event: Event) => (this.quantity = (event.target as HTMLSelectElement).value as Behaviour["quantity"])}>
          ${QUANTITIES.map((one) => html`<option value=${one} ?selected=${one === this.quantity}>${words.t(`quantity_${one}`)}</option>`)}
        </select>
      </div>
      ${learning ? html`<p class="note held">${since === null ? words.t("behaviour_unlearnt") : words.t("behaviour_learning", { since: words.time(since) })}</p>` : nothing}
      ${hours.length ? this.drawn(hours, label, !learning) : nothing}`;
  }

  /** The chart and the table; once it is known what is usual, `judged` hours stand out that were above it. */
  private drawn(hours: Hour[], label: string, judged: boolean): TemplateResult {
    const { words } = this;
    const axes = {
      amount: (value: number) => this.amount(value),
      day: (time: number) => words.time(time, { weekday: "short", day: "numeric" }),
      hour: (time: number) => words.time(time, { hour: "2-digit" }),
    };
    return html`${chart(hours, this.width, label, axes, judged)}
      <p class="row muted legend" aria-hidden="true">
        ${["seen", "typical", "band", "above"].map((key) => html`<span><i class="key-${key}"></i>${words.t(`behaviour_${key}`)}</span>`)}
      </p>
      <details>
        <summary>${words.t("as_table")}</summary>
        <div class="wide rows" tabindex="0" role="group" aria-label=${words.t("as_table")}>
          <table>
            <thead>
              <tr>
                ${["hour", "behaviour_seen", "usual", "whole_hour"].map((key) => html`<th scope="col">${words.t(key)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${hours
                .filter((hour) => hour.total > 0)
                .reverse()
                .map(
                  (hour) => html`<tr>
                    <td>${words.time(hour.start)}</td>
                    <td>${this.amount(hour.most)} ${judged && isAbove(hour) ? html`<strong>${words.t("behaviour_above")}</strong>` : nothing}</td>
                    <td>${hour.low === null || hour.high === null ? "–" : `${this.amount(hour.low)} – ${this.amount(hour.high)}`}</td>
                    <td>${this.amount(hour.total)}</td>
                  </tr>`,
                )}
            </tbody>
          </table>
        </div>
      </details>`;
  }

  static override styles = [
    shared,
    chartStyle,
    css`
      .rows {
        max-height: 320px;
        overflow-y: auto;
      }
      .legend {
        gap: 4px 20px;
        font-size: 13px;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      i {
        width: 18px;
        border-top: 2px solid var(--primary-text-color);
      }
      .key-typical {
        border-top: 2px dashed var(--primary-color, #03a9f4);
      }
      .key-band {
        height: 12px;
        border: 0;
        background: var(--primary-color, #03a9f4);
        opacity: 0.25;
      }
      .key-above {
        width: 9px;
        height: 9px;
        border: 0;
        background: var(--bad);
        transform: rotate(45deg);
      }
    `,
  ];
}

customElements.define("secure-hub-behaviour", BehaviourSection);
