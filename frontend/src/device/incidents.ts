/** What is wrong with a device now, and what was. */

import { type TemplateResult, css, html } from "lit";
import type { Incident } from "../api";
import "../incident";
import { DeviceSection } from "../section";
import { shared } from "../style";

interface Told {
  incidents: Incident[];
  total: number;
}

class DeviceIncidents extends DeviceSection<Told> {
  protected readonly heading = "tab_incidents";

  constructor() {
    super();
    this.addEventListener("refresh", () => void this.again());
  }

  protected override basis(): unknown {
    return [super.basis(), this.store.overview?.incidents];
  }

  protected override read(): Promise<Told> {
    return this.ask("incidents/list", { asset_id: this.details.id, closed: true });
  }

  protected override show({ incidents }: Told): TemplateResult {
    const { words } = this;
    return html`${incidents.length
      ? incidents.map((incident) => html`<secure-hub-incident .hass=${this.hass} .store=${this.store} .words=${words} .frame=${this.frame} .incident=${incident}></secure-hub-incident>`)
      : html`<p>${words.t("incidents_none_of_it")}</p>`}`;
  }

  static override styles = [
    shared,
    css`
      secure-hub-incident {
        display: block;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
    `,
  ];
}

customElements.define("secure-hub-device-incidents", DeviceIncidents);
