/** What happened: newest first, filtered by device, kind and day; verified and exported. */

import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import type { JournalPage, JournalRecord } from "../api";
import { save } from "../file";
import { journalLines, recordStyle } from "../record";
import { shared } from "../style";
import { View } from "../view";

const PAGE = 50;
const MAX_EXPORT = 20_000;
const DAYS = ["any_day", "today", "yesterday", "week"] as const;

class Journal extends View {
  static override properties = {
    records: { state: true },
    older: { state: true },
    kind: { state: true },
    day: { state: true },
    verified: { state: true },
    busy: { state: true },
    kinds: { state: true },
  };

  declare records: JournalRecord[] | undefined;
  declare older: number | null;
  declare kind: string;
  declare day: (typeof DAYS)[number];
  declare verified: { ok: boolean; records: number; first_break: { line: number; kind: string } | null } | undefined;
  declare busy: boolean;
  /** What kinds of entries there are. */
  declare kinds: string[];

  private seen: number | undefined;
  private turn = 0;

  constructor() {
    super();
    Object.assign(this, { older: null, kind: "", day: "any_day", busy: false, kinds: [] });
  }

  protected override firstUpdated(): void {
    void this.attempt(() => this.ask<{ kinds: Record<string, string[]> }>("journal/kinds")).then((told) => (this.kinds = Object.keys(told?.kinds ?? {})));
  }

  protected override willUpdate(changed: PropertyValues): void {
    const newer = this.store.overview?.journal.records;
    if (changed.has("path") || changed.has("kind") || changed.has("day")) this.records = undefined;
    if (this.records === undefined || (newer !== this.seen && this.records.length <= PAGE)) {
      this.seen = newer;
      void this.more(true);
    }
  }

  private asked(): Record<string, unknown> {
    const midnight = new Date().setHours(0, 0, 0, 0) / 1000;
    const days = { any_day: {}, today: { since: midnight }, yesterday: { since: midnight - 86400, until: midnight }, week: { since: midnight - 6 * 86400 } };
    return {
      ...days[this.day],
      ...(this.path ? { asset_id: this.path } : {}),
      ...(this.kind ? { kinds: [this.kind] } : {}),
    };
  }

  private async more(anew = false): Promise<void> {
    const turn = ++this.turn;
    const page = await this.attempt(() =>
      this.ask<JournalPage>("journal", { ...this.asked(), limit: PAGE, ...(anew || this.older === null ? {} : { before: this.older }) }),
    );
    if (turn !== this.turn) return;
    this.records = [...(anew ? [] : (this.records ?? [])), ...(page?.records ?? [])];
    this.older = page?.before ?? null;
  }

  private async verify(): Promise<void> {
    this.busy = true;
    this.verified = await this.attempt(() => this.ask("journal/verify"));
    this.busy = false;
  }

  /** Save what the filters show as JSON lines, the newest first. */
  private async export(): Promise<void> {
    this.busy = true;
    const lines: string[] = [];
    let before: number | null = null;
    do {
      const page: JournalPage | undefined = await this.attempt(() =>
        this.ask<JournalPage>("journal", { ...this.asked(), limit: 500, ...(before === null ? {} : { before }) }),
      );
      if (!page) break;
      lines.push(...page.records.map((record) => JSON.stringify(record)));
      before = page.before;
    } while (before !== null && lines.length < MAX_EXPORT);
    this.busy = false;
    save(`secure-hub-journal-${new Date().toISOString().slice(0, 10)}.jsonl`, "application/jsonl", lines.join("\n") + "\n");
    this.frame.tell(this.words.n("exported", lines.length));
  }

  protected override render(): TemplateResult {
    const { words, records } = this;
    const choose = (key: "kind" | "day") => (event: Event) =>
      Object.assign(this, { [key]: (event.target as HTMLSelectElement).value });
    const asset = this.path ? this.store.rows.get(this.path) : undefined;
    return html`<div class="stack">
      <div class="row">
        <select aria-label=${words.t("kind_of_entry")} @change=${choose("kind")}>
          <option value="">${words.t("every_entry")}</option>
          ${this.kinds.map((kind) => html`<option value=${kind}>${words.t(`entries_${kind}`)}</option>`)}
        </select>
        <select aria-label=${words.t("day")} @change=${choose("day")}>
          ${DAYS.map((day) => html`<option value=${day}>${words.t(day)}</option>`)}
        </select>
        ${this.path
          ? html`<span class="badge">${asset?.name ?? words.t("gone_device")}</span> ${this.link("journal", words.t("every_device"))}`
          : nothing}
        <span class="grow"></span>
        <button ?disabled=${this.busy} @click=${() => this.verify()}>${words.t("verify")}</button>
        <button ?disabled=${this.busy} @click=${() => this.export()}>${words.t("export")}</button>
      </div>
      <div role="status">
        ${this.verified
          ? html`<p class="note ${this.verified.ok ? "allow" : "deny"}">
              ${this.verified.ok
                ? words.n("verified", this.verified.records)
                : words.t("verified_not", { line: this.verified.first_break?.line })}
            </p>`
          : nothing}
      </div>
      <section class="card" aria-labelledby="entries">
        <h2 id="entries">${words.t("tab_journal")}</h2>
        ${records === undefined
          ? html`<p role="status">${words.t("loading")}</p>`
          : records.length
            ? journalLines(words, records)
            : html`<p>${words.t(this.older === null ? "journal_empty" : "journal_search_on")}</p>`}
        ${this.older === null ? nothing : html`<button @click=${() => this.more()}>${words.t("older")}</button>`}
      </section>
    </div>`;
  }

  static override styles = [shared, recordStyle];
}

customElements.define("secure-hub-journal", Journal);
