/** A part of a page that reads by itself what it shows, and says so while it cannot. */

import { type PropertyDeclarations, type PropertyValues, type TemplateResult, html } from "lit";
import type { Details } from "./api";
import { View } from "./view";

const MINUTE_MS = 60_000;

export abstract class Section<T> extends View {
  static override properties: PropertyDeclarations = {
    ...View.properties,
    told: { state: true },
    trouble: { state: true },
  };

  protected declare told: T | undefined;
  protected declare trouble: string | undefined;

  /** Key of the text above it. */
  protected abstract readonly heading: string;
  private timer: ReturnType<typeof setInterval> | undefined;
  private seen: string | undefined;
  private turn = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = undefined;
    this.timer = setInterval(() => void this.again(), MINUTE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected abstract read(): Promise<T>;

  protected abstract show(told: T): TemplateResult;

  /** What to read again for when it changes. */
  protected abstract basis(): unknown;

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify(this.basis());
    if (now !== this.seen) {
      this.seen = now;
      void this.again();
    }
  }

  protected async again(): Promise<void> {
    const turn = ++this.turn;
    try {
      const told = await this.read();
      if (turn !== this.turn) return;
      this.told = told;
      this.trouble = undefined;
    } catch (error) {
      if (turn === this.turn) this.trouble = this.words.failure(error);
    }
  }

  protected override render(): TemplateResult {
    const { words, told, trouble } = this;
    return html`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${words.t(this.heading)}</h2>
      ${trouble !== undefined
        ? html`<p class="note deny" role="alert">${trouble}</p>`
        : told === undefined
          ? html`<p class="muted" role="status">${words.t("loading_part")}</p>`
          : this.show(told)}
    </section>`;
  }
}

/** A part of the page of a device. */
export abstract class DeviceSection<T> extends Section<T> {
  static override properties: PropertyDeclarations = { ...Section.properties, details: { attribute: false } };

  declare details: Details;

  protected override basis(): unknown {
    return this.details.id;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("details") as Details | undefined;
    if (before && before.id !== this.details.id) this.told = this.trouble = undefined;
    super.willUpdate(changed);
  }
}
