/** Where a device talks to: what was let through and what was held off. */

import { type TemplateResult, html } from "lit";
import type { Flow } from "../api";
import "../flows";
import { DeviceSection } from "../section";
import { shared } from "../style";

interface Told {
  flows: Flow[];
  more: boolean;
}

class FlowsSection extends DeviceSection<Told> {
  protected readonly heading = "flows";

  protected override read(): Promise<Told> {
    return this.ask("flows", { asset_id: this.details.id });
  }

  protected override show({ flows }: Told): TemplateResult {
    return html`<secure-hub-flow-table .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame} .flows=${flows}></secure-hub-flow-table>`;
  }

  static override styles = [shared];
}

customElements.define("secure-hub-flows", FlowsSection);
