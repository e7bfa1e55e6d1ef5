/** The map: networks of the home, who is on each and talks to whom; and the same as lists. */

import { type TemplateResult, css, html, nothing } from "lit";
import type { Flow, Row } from "../api";
import "../flows";
import { type Segment, map, mapStyle } from "../map";
import { shared } from "../style";
import { View } from "../view";

const DRAWN = 300;
const FLOWS = 500;
const AGAIN_MS = 30_000;

class Network extends View {
  static override properties = { flows: { state: true }, chosen: { state: true } };

  declare flows: Flow[] | undefined;
  declare chosen: string | undefined;

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
    this.timer = setInterval(() => void this.read(), AGAIN_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private async read(): Promise<void> {
    await this.updateComplete; // what it is given comes with its first update
    const told = await this.attempt(() => this.ask<{ flows: Flow[] }>("flows", { limit: FLOWS }));
    this.flows = told?.flows ?? this.flows ?? [];
  }

  private segments(): Segment[] {
    const found = new Map<string, Row[]>();
    for (const row of this.store.rows.values()) {
      if (row.class === "service") continue; // no thing that is anywhere
      const zigbee = row.coverage_reason.startsWith("zigbee") || (!row.interfaces.length && row.scopes.lan === undefined);
      const names = row.interfaces.length ? row.interfaces : [zigbee ? "" : "?"];
      for (const name of names) found.set(name, [...(found.get(name) ?? []), row]);
    }
    return [...found]
      .sort(([one], [other]) => this.words.compare(one, other))
      .map(([name, rows]) => ({ title: this.heading(name), rows: rows.sort((one, other) => this.words.compare(one.name, other.name)) }));
  }

  private heading(name: string): string {
    if (name === "") return this.words.t("segment_radio");
    if (name === "?") return this.words.t("segment_unseen");
    const guarded = this.store.overview?.segments.some((one) => one.interface === name);
    return this.words.t(guarded ? "segment_guarded" : "segment_open", { name });
  }

  private mayReach(row: Row): boolean {
    const cell = row.scopes.internet;
    return cell !== undefined && (cell.enforced === "not_enforceable" || cell.enforced === "monitored" || cell.decision === "allow");
  }

  protected override render(): TemplateResult {
    const { words, flows } = this;
    const segments = this.segments();
    const count = segments.reduce((sum, one) => sum + one.rows.length, 0);
    if (!count) return html`<p class="card">${words.t("no_devices")}</p>`;
    return html`<div class="stack">
      ${count > DRAWN
        ? html`<p class="card">${words.t("map_too_large", { count })}</p>`
        : html`<section class="card" aria-labelledby="map">
            <h2 id="map">${words.t("map")}</h2>
            <div class="wide" tabindex="0" role="group" aria-labelledby="map">${this.drawing(segments)}</div>
            <p class="row muted legend">
              ${["through", "stopped", "ring"].map((key) => html`<span><i class=${key}></i>${words.t(`map_${key}`)}</span>`)}
            </p>
          </section>`}
      <section class="card" aria-labelledby="flows">
        <h2 id="flows">${words.t("map_flows")}</h2>
        ${flows
          ? html`<secure-hub-flow-table home .hass=${this.hass} .store=${this.store} .words=${words} .frame=${this.frame} .flows=${flows}></secure-hub-flow-table>`
          : html`<p role="status">${words.t("loading_part")}</p>`}
      </section>
      <div class="cards">${segments.map((segment) => this.listed(segment))}</div>
    </div>`;
  }

  private drawing(segments: Segment[]): TemplateResult {
    const { words, flows = [], chosen } = this;
    return map({
      words,
      segments,
      flows,
      chosen,
      mayReach: (row) => this.mayReach(row),
      choose: (id) => (this.chosen = id),
      go: (id) => this.frame.go(`device/${id}`),
    });
  }

  private listed(segment: Segment): TemplateResult {
    return html`<section class="card">
      <h2>${segment.title}</h2>
      <ul>
        ${segment.rows.slice(0, DRAWN).map(
          (row) => html`<li>
            ${this.link(`device/${row.id}`, row.name)}
            ${row.scopes.internet ? html`<span class="muted">${this.words.t(this.mayReach(row) ? "reaches_internet" : "reaches_not")}</span>` : nothing}
            ${row.standing === "admitted" ? nothing : this.standing(row)}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  static override styles = [
    shared,
    mapStyle,
    css`
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
        display: grid;
        gap: 8px;
      }
      .legend {
        gap: 4px 20px;
        font-size: 13px;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      i {
        width: 26px;
        border-top: 2px solid var(--primary-color, #03a9f4);
      }
      i.stopped {
        border-top: 2px dashed var(--bad);
      }
      i.ring {
        height: 14px;
        border: 1.5px dashed var(--muted);
        border-radius: 999px;
      }
    `,
  ];
}

customElements.define("secure-hub-network", Network);
