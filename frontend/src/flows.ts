/** Who talks to whom, as a table that can be sorted by each of its columns. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import type { Flow } from "./api";
import { shared } from "./style";
import { View } from "./view";
import type { Words } from "./words";

const AT_ONCE = 50;

type Column = "device" | "peer" | "service" | "sent" | "received" | "outcome" | "last";

/** Names are sorted from A on, amounts from the most on. */
const NAMES: ReadonlySet<Column> = new Set(["device", "peer", "service"]);

/** What is known of the other side, best first. */
export const peerName = (flow: Flow): string => flow.peer_asset ?? (flow.name || flow.peer);

/** Whether nothing of it got through. */
export const isHeld = (flow: Flow): boolean => flow.held > 0 && flow.allowed === 0;

/** How it went, in words; colour never says it alone. */
export function outcome(words: Words, flow: Flow): TemplateResult {
  return html`${flow.allowed ? html`<span class="badge allow">${words.n("flow_allowed", flow.allowed)}</span>` : nothing}
  ${flow.held ? html`<span class="badge deny">✕ ${words.n("flow_held", flow.held)}</span>` : nothing}`;
}

class FlowTable extends View {
  static override properties: PropertyDeclarations = {
    ...View.properties,
    flows: { attribute: false },
    home: { type: Boolean },
    sort: { state: true },
    upwards: { state: true },
    most: { state: true },
  };

  declare flows: Flow[];
  /** Flows of many devices: each line says whose it is. */
  declare home: boolean;
  declare sort: Column;
  declare upwards: boolean;
  declare most: number;

  constructor() {
    super();
    Object.assign(this, { flows: [], home: false, sort: "sent", upwards: false, most: AT_ONCE });
  }

  private service(flow: Flow): string {
    const port = `${flow.protocol.toUpperCase()}${flow.port ? ` ${flow.port}` : ""}`;
    return flow.service ? `${flow.service} (${port})` : port;
  }

  private key(flow: Flow): string | number {
    switch (this.sort) {
      case "device":
        return flow.asset;
      case "peer":
        return peerName(flow);
      case "service":
        return this.service(flow);
      case "outcome":
        return flow.held;
      default:
        return flow[this.sort];
    }
  }

  private sorted(): Flow[] {
    const keys = new Map(this.flows.map((flow) => [flow, this.key(flow)]));
    const sign = this.upwards ? 1 : -1;
    return [...this.flows].sort((one, other) => {
      const [a, b] = [keys.get(one)!, keys.get(other)!];
      return sign * (typeof a === "number" && typeof b === "number" ? a - b : this.words.compare(String(a), String(b)));
    });
  }

  protected override render(): TemplateResult {
    const { words } = this;
    if (!this.flows.length) return html`<p>${words.t("flows_none")}</p>`;
    const columns: Column[] = [...(this.home ? (["device"] as const) : []), "peer", "outcome", "service", "sent", "received", "last"];
    const sorted = this.sorted();
    return html`<div class="wide" tabindex="0" role="group" aria-label=${words.t("flows")}>
        <table>
          <thead>
            <tr>${columns.map((column) => this.head(column))}</tr>
          </thead>
          <tbody>
            ${sorted.slice(0, this.most).map((flow) => this.line(flow))}
          </tbody>
        </table>
      </div>
      <p class="muted">${words.t("flows_means")}</p>
      ${sorted.length > this.most
        ? html`<button @click=${() => (this.most += AT_ONCE)}>${words.n("and_more", sorted.length - this.most)}</button>`
        : nothing}`;
  }

  private head(column: Column): TemplateResult {
    const sorted = column === this.sort;
    return html`<th scope="col" aria-sort=${sorted ? (this.upwards ? "ascending" : "descending") : "none"}>
      <button
        @click=${() => {
          this.upwards = sorted ? !this.upwards : NAMES.has(column);
          this.sort = column;
        }}
      >
        ${this.words.t(`flow_${column}`)} <span aria-hidden="true">${sorted ? (this.upwards ? "▴" : "▾") : ""}</span>
      </button>
    </th>`;
  }

  private line(flow: Flow): TemplateResult {
    const { words } = this;
    const name = peerName(flow);
    return html`<tr>
      ${this.home ? html`<td>${this.link(`device/${flow.asset_id}`, flow.asset)}</td>` : nothing}
      <td>
        ${flow.peer_asset_id ? this.link(`device/${flow.peer_asset_id}`, name) : name}
        <br /><small class="muted"
          >${[words.t(flow.inward ? "flow_inward" : flow.local ? "flow_local" : "flow_outside"), name === flow.peer ? "" : flow.peer].filter(Boolean).join(", ")}</small
        >
      </td>
      <td>${outcome(words, flow)}</td>
      <td>${this.service(flow)}</td>
      <td class="number">${words.bytes(flow.sent)}</td>
      <td class="number">${words.bytes(flow.received)}</td>
      <td>${words.when(flow.last)}</td>
    </tr>`;
  }

  static override styles = [
    shared,
    css`
      th button {
        border: 0;
        padding: 0;
        background: none;
        color: inherit;
        white-space: nowrap;
      }
      table {
        min-width: 720px;
      }
      td {
        overflow-wrap: break-word;
      }
      .number {
        white-space: nowrap;
      }
    `,
  ];
}

customElements.define("secure-hub-flow-table", FlowTable);
