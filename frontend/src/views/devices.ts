/** Every device, and the matrix of devices and scopes: find, sort, mark, change many at once after seeing what it does. */

import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { type Change, DECISIONS, PROFILES, type Preview, type Row, SCOPES, type Said, type Scope } from "../api";
import { scopeCell } from "../cell";
import { ROW_PX, matrixStyle } from "../matrix";
import { shared } from "../style";
import { View } from "../view";

const AROUND = 6;
const AT_ONCE = 1000;
/** From this score on something is not only odd. */
const SERIOUS = 50;

type Sort = "name" | "class" | "standing" | "profile" | "coverage" | "network" | "firmware" | "anomaly";
type Columns = readonly (readonly [Sort, ...Sort[]])[];
const FIRST: Columns = [["name", "class"], ["standing"], ["profile"]];
/** What the columns can be sorted by, the first of each names it: beside the scopes, and where there is room for more. */
const MODES: Record<"matrix" | "list", Columns> = { matrix: FIRST, list: [...FIRST, ["network"], ["coverage"], ["firmware"], ["anomaly"]] };

class Devices extends View {
  static override properties = {
    mode: { state: true },
    search: { state: true },
    kind: { state: true },
    sort: { state: true },
    downwards: { state: true },
    everything: { state: true },
    marked: { state: true },
    top: { state: true },
    scope: { state: true },
    decision: { state: true },
  };

  declare mode: keyof typeof MODES;
  declare search: string;
  declare kind: string;
  declare sort: Sort;
  declare downwards: boolean;
  /** Also what the home's rules are not for: computers, phones, the router. */
  declare everything: boolean;
  declare marked: ReadonlySet<string>;
  declare top: number;
  declare scope: Scope;
  declare decision: Said;

  private rows: Row[] = [];
  private seen = -1;
  private height = 600;

  constructor() {
    super();
    Object.assign(this, { mode: "matrix", search: "", kind: "", sort: "name", downwards: false, everything: false, top: 0 });
    Object.assign(this, { marked: new Set<string>(), scope: "internet", decision: "deny" });
  }

  protected override willUpdate(changed: PropertyValues): void {
    const asked = ["search", "kind", "sort", "downwards", "everything"].some((key) => changed.has(key));
    if (asked || this.seen !== this.store.version) {
      this.seen = this.store.version;
      this.rows = this.listed();
      const there = [...this.marked].filter((id) => this.store.rows.has(id));
      if (there.length !== this.marked.size) this.marked = new Set(there);
    }
  }

  private listed(): Row[] {
    const wanted = this.search.trim().toLocaleLowerCase();
    const found = [...this.store.rows.values()].filter(
      (row) =>
        (this.everything || row.governed) &&
        (!this.kind || row.class === this.kind) &&
        (!wanted ||
          [row.name, row.manufacturer, row.model, this.area(row), this.words.t(`class_${row.class}`)].some((text) =>
            text?.toLocaleLowerCase().includes(wanted),
          )),
    );
    const key = (row: Row) => `${this.sortedBy(row)} ${row.name}`;
    const sign = this.downwards ? -1 : 1;
    return found.sort((one, other) => sign * this.words.compare(key(one), key(other)));
  }

  private sortedBy(row: Row): string {
    switch (this.sort) {
      case "network":
        return row.interfaces.join();
      case "anomaly":
        return String(100 - row.anomaly); // what looks worst comes first
      default:
        return row[this.sort];
    }
  }

  private area(row: Row): string {
    return row.area_id ? (this.hass.areas?.[row.area_id]?.name ?? "") : "";
  }

  protected override firstUpdated(): void {
    const scroller = this.renderRoot.querySelector(".scroller")!;
    new ResizeObserver(() => {
      this.height = scroller.clientHeight;
      this.requestUpdate();
    }).observe(scroller);
  }

  protected override render(): TemplateResult {
    const { words } = this;
    const first = Math.max(0, Math.floor(this.top / ROW_PX) - AROUND);
    const last = Math.min(this.rows.length, Math.ceil((this.top + this.height) / ROW_PX) + AROUND);
    return html`
      ${this.filters()} ${this.marked.size ? this.bulk() : nothing}
      <div
        class="scroller ${this.mode}"
        role="table"
        aria-label=${words.t("matrix")}
        aria-rowcount=${this.rows.length + 1}
        aria-colcount=${MODES[this.mode].length + this.scopes().length + 1}
        @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length * ROW_PX}px">
          ${this.rows.slice(first, last).map((row, place) => this.row(row, first + place))}
        </div>
        ${this.rows.length ? nothing : html`<p class="empty">${words.t(this.store.rows.size ? "none_found" : "no_devices")}</p>`}
      </div>
      ${this.mode === "matrix" ? html`<p class="muted legend">${words.t("matrix_legend")}</p>` : nothing}
    `;
  }

  private filters(): TemplateResult {
    const { words } = this;
    const kinds = [...new Set([...this.store.rows.values()].filter((row) => this.everything || row.governed).map((row) => row.class))];
    return html`<div class="row" role="search">
      <select aria-label=${words.t("show_as")} @change=${(event: Event) => (this.mode = (event.target as HTMLSelectElement).value as typeof this.mode)}>
        ${Object.keys(MODES).map((mode) => html`<option value=${mode} ?selected=${mode === this.mode}>${words.t(`show_as_${mode}`)}</option>`)}
      </select>
      <input
        class="grow"
        type="search"
        aria-label=${words.t("search")}
        placeholder=${words.t("search")}
        .value=${this.search}
        @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
      />
      <select aria-label=${words.t("kind")} @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value)}>
        <option value="">${words.t("every_kind")}</option>
        ${kinds
          .sort(words.compare.bind(words))
          .map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${words.t(`class_${kind}`)}</option>`)}
      </select>
      <label class="row"
        ><input
          type="checkbox"
          .checked=${this.everything}
          @change=${(event: Event) => (this.everything = (event.target as HTMLInputElement).checked)}
        />${words.t("show_everything")}</label
      >
      <span class="muted" role="status">${words.n("devices", this.rows.length)}</span>
    </div>`;
  }

  private head(): TemplateResult {
    const { words } = this;
    const every = this.rows.length > 0 && this.rows.every((row) => this.marked.has(row.id));
    return html`<div role="rowgroup" class="head">
      <div role="row" aria-rowindex="1" class="line">
        <span role="columnheader" class="mark"
          ><input
            type="checkbox"
            aria-label=${words.t("mark_all")}
            .checked=${every}
            @change=${() => (this.marked = new Set(every ? [] : this.rows.slice(0, AT_ONCE).map((row) => row.id)))}
        /></span>
        ${MODES[this.mode].map(
          (column) => html`<span
            role="columnheader"
            class=${column[0]}
            aria-sort=${column.includes(this.sort) ? (this.downwards ? "descending" : "ascending") : "none"}
            >${column.map(
              (sort) => html`<button
                @click=${() => {
                  this.downwards = this.sort === sort && !this.downwards;
                  this.sort = sort;
                }}
              >
                ${words.t(`column_${sort}`)} ${sort === this.sort ? (this.downwards ? "▾" : "▴") : ""}
              </button>`,
            )}</span
          >`,
        )}
        ${this.scopes().map((scope) => html`<span role="columnheader" class="scope ${scope}">${words.scope(scope)}</span>`)}
      </div>
    </div>`;
  }

  private row(row: Row, index: number): TemplateResult {
    const { words } = this;
    return html`<div role="row" aria-rowindex=${index + 2} class="line" style="top:${index * ROW_PX}px" data-id=${row.id}>
      <span role="cell" class="mark"
        ><input
          type="checkbox"
          aria-label=${words.t("mark", { name: row.name })}
          .checked=${this.marked.has(row.id)}
          @change=${() => this.mark(row.id)}
      /></span>
      ${MODES[this.mode].map(([column]) => this.cell(column, row))}
      ${this.scopes().map(
        (scope) => html`<span role="cell" class="scope ${scope}"
          >${scopeCell(words, row, scope, (decision) => this.decide([row], scope, decision))}</span
        >`,
      )}
    </div>`;
  }

  private scopes(): readonly Scope[] {
    return this.mode === "matrix" ? SCOPES : [];
  }

  private cell(column: Sort, row: Row): TemplateResult {
    const { words } = this;
    switch (column) {
      case "name": {
        const what = [words.t(`class_${row.class}`), this.area(row)].filter(Boolean).join(", ");
        return html`<span role="rowheader" class="name">${this.link(`device/${row.id}`, row.name)}<small class="muted">${what}</small></span>`;
      }
      case "standing":
        return html`<span role="cell">${this.standing(row)}</span>`;
      case "profile":
        return html`<span role="cell" class="profile">${words.profile(row.profile)}</span>`;
      case "network":
        return html`<span role="cell">${row.interfaces.join(", ") || "–"}</span>`;
      case "coverage":
        return html`<span role="cell" title=${words.why(row.coverage_reason)}>${words.t(`coverage_${row.coverage}`)}</span>`;
      case "firmware":
        return html`<span role="cell">${words.firmware(row.firmware)}</span>`;
      default:
        return html`<span role="cell">${row.anomaly ? html`<span class="badge ${row.anomaly < SERIOUS ? "ask" : "deny"}">${row.anomaly}</span>` : "–"}</span>`;
    }
  }

  private mark(id: string): void {
    const marked = new Set(this.marked);
    if (!marked.delete(id)) marked.add(id);
    this.marked = marked;
  }

  private chosen(): Row[] {
    return [...this.marked].map((id) => this.store.rows.get(id)).filter((row) => row !== undefined);
  }

  private bulk(): TemplateResult {
    const { words } = this;
    const rows = this.chosen();
    return html`<div class="card row bulk" role="group" aria-label=${words.t("bulk")}>
      <strong>${words.n("marked", rows.length)}</strong>
      <select aria-label=${words.t("scope")} @change=${(event: Event) => (this.scope = (event.target as HTMLSelectElement).value as Scope)}>
        ${SCOPES.map((scope) => html`<option value=${scope} ?selected=${scope === this.scope}>${words.scope(scope)}</option>`)}
      </select>
      <select
        aria-label=${words.t("decision")}
        @change=${(event: Event) => (this.decision = (event.target as HTMLSelectElement).value as Said)}
      >
        ${DECISIONS.map((one) => html`<option value=${one} ?selected=${one === this.decision}>${words.option("decision", one)}</option>`)}
      </select>
      <button class="main" @click=${() => this.preview(rows)}>${words.t("preview")}</button>
      <select aria-label=${words.t("set_profile")} .value=${""} @change=${(event: Event) => this.profile(rows, event.target as HTMLSelectElement)}>
        <option value="">${words.t("set_profile")}</option>
        ${PROFILES.map((profile) => html`<option value=${profile}>${words.profile(profile)}</option>`)}
      </select>
      <button class="danger" @click=${() => this.quarantine(rows)}>${words.t("quarantine")}</button>
      <button @click=${() => this.release(rows)}>${words.t("release")}</button>
      <button @click=${() => (this.marked = new Set())}>${words.t("mark_none")}</button>
    </div>`;
  }

  /** See what a change for many would do and what of it nobody can enforce, then do it. */
  private async preview(rows: Row[]): Promise<void> {
    const { words, scope, decision } = this;
    const changes: Change[] = rows
      .filter((row) => row.scopes[scope])
      .map((row) => ({ value: row.id, scope, decision }));
    if (!changes.length) return this.frame.tell(words.t("scope_for_none"));
    const seen = await this.attempt(() => this.ask<Preview>("set_permissions", { changes, preview: true }));
    if (!seen) return;
    const name = (id: string) => this.store.rows.get(id)?.name ?? id;
    const differing = seen.assets.filter((one) => one.before !== one.after);
    const open = seen.assets.filter((one) => one.coverage === "none");
    const refused = Object.entries(seen.failed);
    const sure = await this.frame.confirm({
      title: words.n("preview_title", changes.length, { scope: words.scope(scope), decision: words.option("decision", decision) }),
      confirm: words.t("apply"),
      body: html`
        <p>${words.n("preview_changes", differing.length)}</p>
        <ul>
          ${differing.slice(0, 12).map(
            (one) => html`<li>${name(one.asset_id)}: ${words.decision(one.before)} → <strong>${words.decision(one.after)}</strong></li>`,
          )}
          ${differing.length > 12 ? html`<li>${words.n("and_more", differing.length - 12)}</li>` : nothing}
        </ul>
        ${open.length
          ? html`<p class="note held">
              ${words.n("preview_open", open.length, { names: words.list(open.slice(0, 8).map((one) => name(one.asset_id))) })}
              ${words.why(open[0]!.coverage_reason)}
            </p>`
          : nothing}
        ${refused.map(
          ([place, failure]) => html`<p class="note deny">${name(changes[Number(place)]?.value ?? "")}: ${words.failure(failure)}</p>`,
        )}
        ${rows.length > changes.length ? html`<p class="muted">${words.n("preview_not_for", rows.length - changes.length)}</p>` : nothing}
      `,
    });
    // Refused is said above, and not sent: one refusal would keep all of them back.
    const possible = new Set(changes.filter((_, place) => !(place in seen.failed)).map((change) => change.value));
    if (sure && possible.size) await this.decide(rows.filter((row) => possible.has(row.id)), scope, decision);
  }

  private async decide(rows: Row[], scope: Scope, decision: Said): Promise<void> {
    const concerned = rows.filter((row) => row.scopes[scope]);
    const changes: Change[] = concerned.map((row) => ({ value: row.id, scope, decision }));
    const before: Change[] = concerned.map((row) => ({ value: row.id, scope, decision: row.scopes[scope]!.said }));
    await this.apply(
      () => this.ask("set_permissions", { changes }),
      this.words.n("was_decided", changes.length, {
        name: concerned[0]?.name,
        scope: this.words.scope(scope),
        decision: this.words.option("decision", decision),
      }),
      () => this.ask("set_permissions", { changes: before }),
    );
    this.requestUpdate();
  }

  private async profile(rows: Row[], select: HTMLSelectElement): Promise<void> {
    const profile = select.value;
    select.value = "";
    const before = rows.map((row) => ({ id: row.id, profile: row.profile }));
    await this.apply(
      () => this.ask("set_profile", { asset_ids: rows.map((row) => row.id), profile }),
      this.words.n("was_profiled", rows.length, { name: rows[0]?.name, profile: this.words.profile(profile) }),
      async () => {
        for (const chosen of new Set(before.map((one) => one.profile))) {
          const asset_ids = before.filter((one) => one.profile === chosen).map((one) => one.id);
          await this.ask("set_profile", { asset_ids, profile: chosen });
        }
      },
    );
  }

  static override styles = [shared, matrixStyle];
}

customElements.define("secure-hub-devices", Devices);
