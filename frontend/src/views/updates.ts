/** Updates: what waits, until when, and how far what was ordered is. */

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import type { Ordered, Update } from "../api";
import { shared } from "../style";
import { install, progress, tone, waits } from "../updating";
import { View } from "../view";

interface Rollout {
  id: string;
  created: number;
  ended: number | null;
  backup: string;
  done: number;
  number: number;
  devices: (Ordered & { asset_id: string; asset: string | null })[];
}

const ORDER = ["overdue", "updating", "update_available", "end_of_support", "unsupported", "unknown", "up_to_date"];

class Updates extends View {
  static override properties = { updates: { state: true }, rollouts: { state: true } };

  declare updates: Update[] | undefined;
  declare rollouts: Rollout[];

  private seen = "";

  constructor() {
    super();
    this.rollouts = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = "";
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify([this.store.overview?.updates, this.store.overview?.counts.governed]);
    if (now !== this.seen) {
      this.seen = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const updates: Update[] = [];
    let after: string | null = null;
    do {
      const page: { devices: Update[]; after: string | null; rollouts: Rollout[] } | undefined = await this.attempt(() =>
        this.ask("updates/list", after === null ? {} : { after }),
      );
      if (!page) break;
      updates.push(...page.devices);
      if (after === null) this.rollouts = page.rollouts;
      after = page.after;
    } while (after !== null);
    this.updates = updates.sort(
      (one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || this.words.compare(one.asset, other.asset),
    );
  }

  protected override render(): TemplateResult {
    const { words, updates } = this;
    if (!updates) return html`<p role="status">${words.t("loading")}</p>`;
    const waiting = updates.filter(waits);
    return html`<div class="stack">
      <div class="row between">
        <h2>${waiting.length ? words.n("updates_wait", waiting.length) : words.t("updates_none")}</h2>
        ${waiting.length ? html`<button class="main" @click=${() => this.install()}>${words.t("install_all")}</button>` : nothing}
      </div>
      ${this.rollouts.map((one) => this.rollout(one))}
      <div class="card wide" tabindex="0" role="group" aria-label=${words.t("tab_updates")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${words.t("column_name")}</th>
              <th scope="col">${words.t("condition")}</th>
              <th scope="col">${words.t("version")}</th>
              <th scope="col">${words.t("deadline")}</th>
              <th scope="col"><span class="hidden-text">${words.t("install")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${updates.map((one) => this.line(one))}
          </tbody>
        </table>
        ${updates.length ? nothing : html`<p>${words.t("no_devices")}</p>`}
      </div>
    </div>`;
  }

  private line(one: Update): TemplateResult {
    const { words } = this;
    return html`<tr>
      <td>${this.link(`device/${one.asset_id}`, one.asset)}</td>
      <td>
        <span class="badge ${tone(one)}"
          >${words.firmware(one.status)}</span
        >
        <span class="muted">${words.firmware_why(one.why)}${one.snoozed_until ? ` (${words.time(one.snoozed_until)})` : ""}</span>
      </td>
      <td>${one.version ?? "–"}${one.latest && one.latest !== one.version ? html` → <strong>${one.latest}</strong>` : nothing}</td>
      <td>${one.deadline === null ? "–" : words.time(one.deadline, { dateStyle: "medium" })}</td>
      <td>
        ${waits(one)
          ? html`<button aria-label=${words.t("install_on", { name: one.asset })} @click=${() => this.install(one)}>${words.t("install")}</button>`
          : nothing}
      </td>
    </tr>`;
  }

  private rollout(one: Rollout): TemplateResult {
    const { words } = this;
    return html`<section class="card">
      <h3>${words.t(one.ended === null ? "rollout_runs" : "rollout_ended", { time: words.time(one.ended ?? one.created) })}</h3>
      <p class="row">
        <progress max=${one.number} value=${one.done} aria-label=${words.t("rollout_progress")}></progress>
        <span>${words.t("rollout_done", { done: one.done, number: one.number })}</span>
      </p>
      <details ?open=${one.ended === null}>
        <summary>${words.n("devices", one.devices.length)}</summary>
        <ul>
          ${one.devices.map(
            (device) => html`<li>
              ${device.asset ?? words.t("gone_device")} ${progress(words, device)}
            </li>`,
          )}
        </ul>
      </details>
    </section>`;
  }

  private async install(one?: Update): Promise<void> {
    if (await install(this, one)) await this.read();
  }

  static override styles = [
    shared,
    css`
      progress {
        flex: 1 1 160px;
        accent-color: var(--primary-color);
      }
    `,
  ];
}

customElements.define("secure-hub-updates", Updates);
