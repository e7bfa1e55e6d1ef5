/** What the panel knows of the home, kept true by what the hub sends. */

import { ask, type Difference, type Hass, type Overview, type Row } from "./api";

const AGAIN_MS = 2000;

export type Condition = "loading" | "ready" | "stopped";

export class Store extends EventTarget {
  rows = new Map<string, Row>();
  overview: Overview | undefined;
  condition: Condition = "loading";
  /** Counts changes of rows, so that what is computed of them can be kept. */
  version = 0;
  /** Why the hub does not answer. */
  trouble: unknown;
  private end: (() => Promise<void>) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private running = false;

  constructor(private hass: () => Hass) {
    super();
  }

  start(): void {
    this.running = true;
    void this.follow();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    void this.end?.().catch(() => undefined); // the hub may be gone already
    this.end = undefined;
  }

  private async follow(): Promise<void> {
    try {
      this.end = await this.hass().connection.subscribeMessage<Difference>((event) => this.take(event), {
        type: "secure_hub/subscribe",
      });
      await this.read();
      this.condition = "ready";
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
      this.condition = "stopped";
      this.later();
    }
    this.tell();
  }

  /** Read everything; what differs from then on is sent. */
  private async read(): Promise<void> {
    const rows = new Map<string, Row>();
    this.overview = await ask<Overview>(this.hass(), "overview");
    let after: string | null = null;
    do {
      const page: { assets: Row[]; after: string | null } = await ask(
        this.hass(),
        "assets",
        after === null ? {} : { after },
      );
      for (const row of page.assets) rows.set(row.id, row);
      after = page.after;
    } while (after !== null);
    this.rows = rows;
    this.version++;
  }

  private take(event: Difference): void {
    if (event.stopped) {
      this.condition = "stopped";
      this.later();
    }
    if (event.overview) this.overview = event.overview;
    for (const row of event.changed ?? []) this.rows.set(row.id, row);
    for (const id of event.gone ?? []) this.rows.delete(id);
    if (event.changed || event.gone) this.version++;
    this.tell();
  }

  private later(): void {
    clearTimeout(this.timer);
    void this.end?.().catch(() => undefined);
    this.end = undefined;
    if (this.running) this.timer = setTimeout(() => void this.follow(), AGAIN_MS);
  }

  /** Whoever shows something is told once a frame, however much happens in it. */
  private tell(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.dispatchEvent(new Event("changed"));
    });
  }
}
