/** The map: segments of the home, who is on each, and who may reach the internet; and the same as a list. */

import { type TemplateResult, css, html, nothing, svg } from "lit";
import type { Row } from "../api";
import { shared } from "../style";
import { View } from "../view";

const WIDTH = 1000;
const DRAWN = 300;
const DOT = 26;

interface Segment {
  name: string;
  rows: Row[];
}

class Network extends View {
  private segments(): Segment[] {
    const found = new Map<string, Row[]>();
    for (const row of this.store.rows.values()) {
      if (row.class === "service") continue; // no thing that is anywhere
      const zigbee = row.coverage_reason.startsWith("zigbee") || (!row.interfaces.length && row.scopes.lan === undefined);
      const names = row.interfaces.length ? row.interfaces : [zigbee ? "" : "?"];
      for (const name of names) found.set(name, [...(found.get(name) ?? []), row]);
    }
    return [...found]
      .map(([name, rows]) => ({ name, rows: rows.sort((one, other) => this.words.compare(one.name, other.name)) }))
      .sort((one, other) => this.words.compare(one.name, other.name));
  }

  private heading(name: string): string {
    if (name === "") return this.words.t("segment_radio");
    if (name === "?") return this.words.t("segment_unseen");
    const guarded = this.store.overview?.segments.some((one) => one.interface === name);
    return this.words.t(guarded ? "segment_guarded" : "segment_open", { name });
  }

  protected override render(): TemplateResult {
    const { words } = this;
    const segments = this.segments();
    const count = segments.reduce((sum, one) => sum + one.rows.length, 0);
    return html`<div class="stack">
      <p class="muted">${words.t("map_means")}</p>
      ${count === 0
        ? html`<p class="card">${words.t("no_devices")}</p>`
        : count > DRAWN
          ? html`<p class="card">${words.t("map_too_large", { count })}</p>`
          : html`<div class="card map" tabindex="0" role="group" aria-label=${words.t("tab_network")}>${this.map(segments)}</div>`}
      <div class="cards">
        ${segments.map(
          (segment) => html`<section class="card">
            <h2>${this.heading(segment.name)}</h2>
            <ul>
              ${segment.rows.slice(0, DRAWN).map((row) => html`<li>
                ${this.link(`device/${row.id}`, row.name)}
                ${row.scopes.internet
                  ? html`<span class="muted">${words.t(this.open(row) ? "reaches_internet" : "reaches_not")}</span>`
                  : nothing}
                ${row.standing === "admitted" ? nothing : this.standing(row)}
              </li>`)}
            </ul>
          </section>`,
        )}
      </div>
    </div>`;
  }

  private open(row: Row): boolean {
    const cell = row.scopes.internet;
    return cell !== undefined && (cell.enforced === "not_enforceable" || cell.enforced === "monitored" || cell.decision === "allow");
  }

  private map(segments: Segment[]): TemplateResult {
    const { words } = this;
    const across = Math.floor((WIDTH - 180) / (DOT * 1.6));
    let top = 70;
    const boxes = segments.map((segment) => {
      const lines = Math.ceil(segment.rows.length / across);
      const box = { segment, top, height: 44 + lines * DOT * 1.6 };
      top += box.height + 16;
      return box;
    });
    return html`<svg viewBox="0 0 ${WIDTH} ${top}" role="img" aria-label=${words.t("map_label", { count: segments.length })}>
      <text x="20" y="14" class="place">Secure Hub</text>
      <text x="${WIDTH - 20}" y="30" class="place end">${words.scope("internet")}</text>
      <line x1="${WIDTH - 50}" y1="40" x2="${WIDTH - 50}" y2=${top} class="wan" />
      <line x1="40" y1="24" x2="40" y2=${top - 16} class="trunk" />
      ${boxes.map(({ segment, top: y, height }) => {
        const some = segment.rows.some((row) => this.open(row));
        return svg`<g>
          <line x1="40" y1=${y + height / 2} x2="70" y2=${y + height / 2} class="trunk" />
          ${some ? svg`<line x1=${WIDTH - 100} y1=${y + height / 2} x2=${WIDTH - 50} y2=${y + height / 2} class="wan" />` : nothing}
          <rect x="70" y=${y} width=${WIDTH - 170} height=${height} rx="12" />
          <text x="86" y=${y + 24}>${this.heading(segment.name)} (${segment.rows.length})</text>
          ${segment.rows.map((row, place) => {
            const x = 96 + (place % across) * DOT * 1.6;
            const cy = y + 54 + Math.floor(place / across) * DOT * 1.6;
            return svg`<g class="dot ${row.standing} ${this.open(row) ? "open" : ""}" @click=${() => this.frame.go(`device/${row.id}`)}>
              <title>${row.name}: ${words.t(`standing_${row.standing}`)}, ${words.t(this.open(row) ? "reaches_internet" : "reaches_not")}</title>
              <circle cx=${x} cy=${cy} r=${DOT / 2} />
              <text x=${x} y=${cy + 5}>${row.name.slice(0, 2)}</text>
            </g>`;
          })}
        </g>`;
      })}
    </svg>`;
  }

  static override styles = [
    shared,
    css`
      .map {
        overflow: auto;
      }
      svg {
        width: 100%;
        min-width: 560px;
        max-height: 70vh;
        font-size: 14px;
      }
      svg text {
        fill: var(--primary-text-color);
      }
      .place {
        font-weight: 500;
      }
      .place.end {
        text-anchor: end;
      }
      rect {
        fill: none;
        stroke: var(--line);
        stroke-width: 1.5;
      }
      .trunk {
        stroke: var(--primary-text-color);
        stroke-width: 3;
      }
      .wan {
        stroke: var(--primary-color);
        stroke-width: 2;
        stroke-dasharray: 6 4;
      }
      .dot {
        cursor: pointer;
      }
      .dot circle {
        fill: var(--card-background-color);
        stroke: var(--state);
        stroke-width: 3;
      }
      .dot:not(.open) circle {
        stroke-dasharray: 4 3;
      }
      .dot text {
        text-anchor: middle;
        font-size: 11px;
        pointer-events: none;
      }
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
        max-height: 420px;
        overflow: auto;
      }
      li {
        padding: 4px 0;
      }
    `,
  ];
}

customElements.define("secure-hub-network", Network);
