/** What is wrong, the latest first. */

import { type PropertyValues, type TemplateResult, css, html } from "lit";
import type { Incident } from "../api";
import "../incident";
import { shared } from "../style";
import { View } from "../view";

class Incidents extends View {
  static override properties = { incidents: { state: true } };

  declare incidents: Incident[] | undefined;

  private seen = "";

  constructor() {
    super();
    this.addEventListener("refresh", () => void this.read());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = "";
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify(this.store.overview?.incidents);
    if (now !== this.seen) {
      this.seen = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    this.incidents = (await this.attempt(() => this.ask<{ incidents: Incident[] }>("incidents/list")))?.incidents ?? this.incidents ?? [];
  }

  protected override render(): TemplateResult {
    const { words, incidents } = this;
    if (!incidents) return html`<p role="status">${words.t("loading")}</p>`;
    return html`<div class="stack">
      <h2>${words.t("tab_incidents")}</h2>
      ${incidents.length
        ? incidents.map((incident) => html`<secure-hub-incident class="card" .hass=${this.hass} .store=${this.store} .words=${words} .frame=${this.frame} .incident=${incident}></secure-hub-incident>`)
        : html`<p class="card">${words.t("incidents_none")}</p>`}
    </div>`;
  }

  static override styles = [
    shared,
    css`
      secure-hub-incident {
        display: block;
      }
    `,
  ];
}

customElements.define("secure-hub-incidents", Incidents);
