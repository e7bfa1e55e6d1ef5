/** What was said to be normal, and taking it back. */

import { type PropertyDeclarations, type TemplateResult, css, html } from "lit";
import { shared } from "./style";
import { View, refresh } from "./view";

export interface Said {
  finding: string;
  asset_id: string | null;
  asset: string | null;
  subject: string | null;
  until: number | null;
}

class NormalCard extends View {
  static override properties: PropertyDeclarations = { ...View.properties, said: { attribute: false } };

  /** The latest said first. */
  declare said: Said[];

  protected override render(): TemplateResult {
    const { words } = this;
    return html`<h3>${words.t("normal_said")}</h3>
      <ul>
        ${this.said.map(
          (one) => html`<li class="row between">
            <div>
              <strong>${words.option("finding_kind", one.finding)}</strong>
              ${one.asset_id === null ? words.t("normal_all") : this.link(`device/${one.asset_id}`, one.asset ?? words.t("gone_device"))}
              <br /><span class="muted">${one.subject} ${one.until === null ? words.t("normal_ever") : words.t("normal_until", { time: words.time(one.until) })}</span>
            </div>
            <button @click=${() => this.takeBack(one)}>${words.t("take_back")}</button>
          </li>`,
        )}
      </ul>`;
  }

  private async takeBack({ finding, asset_id, subject }: Said): Promise<void> {
    await this.attempt(async () => {
      await this.ask("incidents/take_back", { finding, asset_id, subject });
      this.frame.tell(this.words.t("was_taken_back"));
    });
    refresh(this);
  }

  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        padding: 0;
        margin: 4px 0;
      }
      li {
        padding: 8px 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
}

customElements.define("secure-hub-normal", NormalCard);
