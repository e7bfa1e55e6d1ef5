/** What is wrong, the latest first. */

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import type { Incident } from "../api";
import "../incident";
import type { Said } from "../normal";
import "../normal";
import { shared } from "../style";
import { View } from "../view";

class Incidents extends View {
  static override properties = { incidents: { state: true }, normal: { state: true }, closed: { state: true }, older: { state: true } };

  declare incidents: Incident[] | undefined;
  declare normal: Said[];
  /** Also those that are over. */
  declare closed: boolean;
  /** Id to go on from, if there are older ones. */
  declare older: string | null;

  private seen = "";

  constructor() {
    super();
    Object.assign(this, { normal: [], closed: false, older: null });
    this.addEventListener("refresh", () => void this.read());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = "";
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify([this.store.overview?.incidents, this.closed]);
    if (now !== this.seen) {
      this.seen = now;
      void this.read();
    }
  }

  private async read(after?: string): Promise<void> {
    const told = await this.attempt(() =>
      this.ask<{ incidents: Incident[]; after: string | null }>("incidents/list", { closed: this.closed, ...(after ? { after } : {}) }),
    );
    if (!told) return;
    const said = await this.attempt(() => this.ask<{ normal: Said[] }>("incidents/normals"));
    this.normal = said?.normal ?? [];
    this.incidents = [...(after ? (this.incidents ?? []) : []), ...told.incidents];
    this.older = told.after;
  }

  protected override render(): TemplateResult {
    const { words, incidents } = this;
    if (!incidents) return html`<p role="status">${words.t("loading")}</p>`;
    return html`<div class="stack">
      <div class="row between">
        <h2>${words.t("tab_incidents")}</h2>
        <label class="row"
          ><input type="checkbox" .checked=${this.closed} @change=${(event: Event) => (this.closed = (event.target as HTMLInputElement).checked)} />${words.t(
            "incidents_closed",
          )}</label
        >
      </div>
      ${incidents.length
        ? incidents.map((incident) => html`<secure-hub-incident class="card" .hass=${this.hass} .store=${this.store} .words=${words} .frame=${this.frame} .incident=${incident}></secure-hub-incident>`)
        : html`<p class="card">${words.t("incidents_none")}</p>`}
      ${this.older === null ? nothing : html`<button @click=${() => this.read(this.older ?? undefined)}>${words.t("older")}</button>`}
      ${this.normal.length
        ? html`<secure-hub-normal class="card" .hass=${this.hass} .store=${this.store} .words=${words} .frame=${this.frame} .said=${this.normal}></secure-hub-normal>`
        : nothing}
    </div>`;
  }

  static override styles = [
    shared,
    css`
      secure-hub-incident,
      secure-hub-normal {
        display: block;
      }
    `,
  ];
}

customElements.define("secure-hub-incidents", Incidents);
