/** What every view is given, and what it may ask of the panel around it. */

import { LitElement, type PropertyDeclarations, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { ask, type Hass, type Row } from "./api";
import type { Store } from "./store";
import { shared } from "./style";
import type { Words } from "./words";

export interface Question {
  title: string;
  body: TemplateResult | string;
  confirm: string;
  danger?: boolean;
}

/** The panel, as its views see it. */
export interface Frame {
  go(path: string): void;
  confirm(question: Question): Promise<boolean>;
  tell(text: string, undo?: () => Promise<unknown>): void;
}

/** Elements by name, each made when it is first shown and kept from then on. */
export class Parts extends Map<string, HTMLElement> {
  show(element: string, given: object): HTMLElement {
    let part = this.get(element);
    if (!part) this.set(element, (part = document.createElement(element)));
    return Object.assign(part, given);
  }
}

/** Ask whoever shows this part to read again what it is about. */
export function refresh(part: HTMLElement): void {
  part.dispatchEvent(new Event("refresh", { bubbles: true, composed: true }));
}

export abstract class View extends LitElement {
  static override properties: PropertyDeclarations = {
    hass: { attribute: false, hasChanged: () => false },
    store: { attribute: false },
    words: { attribute: false },
    frame: { attribute: false },
    path: {},
  };
  static override styles = [shared];

  declare hass: Hass;
  declare store: Store;
  declare words: Words;
  declare frame: Frame;
  /** What follows the view's own name in the address. */
  declare path: string;

  private onChange = () => this.changed();

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener("changed", this.onChange);
    this.changed(); // while it was not shown
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener("changed", this.onChange);
  }

  /** The home is not as it was. */
  protected changed(): void {
    this.requestUpdate();
  }

  ask<T>(command: string, fields: Record<string, unknown> = {}): Promise<T> {
    return ask<T>(this.hass, command, fields);
  }

  /** Do something; what went wrong is told, and the outcome is undefined then. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.frame.tell(this.words.failure(error));
      return undefined;
    }
  }

  /** Decide something as a whole: tell that it was done, with the way back, or why nothing of it was. */
  protected async apply(work: () => Promise<unknown>, done: string, undo?: () => Promise<unknown>): Promise<void> {
    if (await this.attempt(async () => (await work(), true))) this.frame.tell(done, undo);
  }

  async quarantine(rows: Row[], reason?: string): Promise<void> {
    const { words } = this;
    const names = words.list(rows.slice(0, 10).map((row) => row.name));
    const sure = await this.frame.confirm({
      title: words.n("quarantine_sure", rows.length, { name: names }),
      body: html`<p>${words.t("quarantine_means")}</p>
        ${rows.some((row) => row.coverage !== "full")
          ? html`<p class="note held">${words.t("quarantine_partly")}</p>`
          : nothing}
        ${rows.length > 1 ? html`<p>${names}${rows.length > 10 ? " …" : ""}</p>` : nothing}`,
      confirm: words.t("quarantine"),
      danger: true,
    });
    if (!sure) return;
    const asset_ids = rows.map((row) => row.id);
    await this.apply(
      () => this.ask("quarantine", { asset_ids, ...(reason ? { reason } : {}) }),
      words.n("was_quarantined", rows.length, { name: names }),
      () => this.ask("release", { asset_ids }),
    );
  }

  async release(rows: Row[]): Promise<void> {
    const names = this.words.list(rows.slice(0, 10).map((row) => row.name));
    const back = rows.filter((row) => row.standing === "quarantined").map((row) => row.id);
    await this.apply(
      () => this.ask("release", { asset_ids: rows.map((row) => row.id) }),
      this.words.n("was_released", rows.length, { name: names }),
      back.length ? () => this.ask("quarantine", { asset_ids: back }) : undefined,
    );
  }

  protected link(path: string, text: string | TemplateResult): TemplateResult {
    return html`<a
      href="/secure-hub/${path}"
      @click=${(event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.frame.go(path);
      }}
      >${text}</a
    >`;
  }

  protected standing(row: Row): TemplateResult {
    const pending = (row.standing !== "admitted") !== row.contained && row.coverage !== "none";
    return html`<span class="badge ${row.standing}"
      >${this.words.t(`standing_${row.standing}`)}${pending ? ` (${this.words.enforced("pending")})` : ""}</span
    >`;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    // for views that keep what they computed
  }
}
