/** The home at a glance: one sentence, what needs a person now, and how enforcement stands. */

import { type TemplateResult, css, html, nothing } from "lit";
import type { Overview, Row } from "../api";
import "../posture";
import { shared } from "../style";
import { View } from "../view";

const SHOWN = 20;

class Home extends View {
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.store.overview?.trial_ends && this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { overview } = this.store;
    if (!overview) return nothing;
    const rows = [...this.store.rows.values()].sort((one, other) => this.words.compare(one.name, other.name));
    const held = rows.filter((row) => row.standing === "held");
    const cut = rows.filter((row) => row.standing === "quarantined");
    const needs = [
      this.trial(overview),
      this.journal(overview),
      ...this.enforcers(overview),
      this.waits("requests", overview.requests.pending, "requests"),
      this.waits("incidents", overview.incidents.open, "incidents"),
      this.waits("overdue", overview.updates.overdue, "updates"),
      ...this.some(held, (row) => this.newcomer(row)),
      ...this.some(cut, (row) => this.quarantined(row)),
    ].filter((one) => one !== nothing);
    return html`<div class="stack">
      <section class="card" aria-labelledby="sentence">
        <h2 id="sentence">${this.sentence(overview)}</h2>
        <p class="row">
          <span class="badge ${overview.state}">${this.words.t(`state_${overview.state}`)}</span>
          ${overview.lockdown ? html`<span class="badge deny">${this.words.t("lockdown_on")}</span>` : nothing}
          <span class="muted">${this.words.t(`state_${overview.state}_means`)}</span>
        </p>
      </section>
      <section class="stack" aria-labelledby="needs">
        <h2 id="needs">${this.words.t("needs_you")}</h2>
        ${needs.length ? html`<div class="cards">${needs}</div>` : html`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      <div class="cards wider">
        <secure-hub-posture .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame}></secure-hub-posture>
        ${this.reach(rows)}
      </div>
    </div>`;
  }

  private sentence(overview: Overview): string {
    const { words } = this;
    const parts = (["held", "quarantined"] as const)
      .filter((key) => overview.counts[key])
      .map((key) => words.n(`count_${key}`, overview.counts[key]));
    const waits = { requests: overview.requests.pending, incidents: overview.incidents.open, overdue: overview.updates.overdue };
    for (const [key, count] of Object.entries(waits)) if (count) parts.push(words.n(`count_${key}`, count));
    return parts.length
      ? words.t("sentence_some", { parts: words.list(parts) })
      : words.n("sentence_quiet", overview.counts.governed);
  }

  /** As many as can be looked at; the rest is a link. */
  private some(rows: Row[], show: (row: Row) => TemplateResult): TemplateResult[] {
    const more = rows.length - SHOWN;
    return [
      ...rows.slice(0, SHOWN).map(show),
      ...(more > 0 ? [html`<p class="card">${this.link("devices", this.words.n("and_more", more))}</p>`] : []),
    ];
  }

  private waits(key: string, count: number, view: string): TemplateResult | typeof nothing {
    if (!count) return nothing;
    return html`<article class="card">
      <h3>${this.link(view, this.words.n(`count_${key}`, count))}</h3>
      <p>${this.words.t(`count_${key}_means`)}</p>
    </article>`;
  }

  private trial(overview: Overview): TemplateResult | typeof nothing {
    if (overview.trial_ends === null) return nothing;
    const left = Math.max(0, Math.round(overview.trial_ends - Date.now() / 1000));
    return html`<article class="card">
      <h3>${this.words.t("trial")}</h3>
      <p>${this.words.n("trial_ends", left)}</p>
      <button class="main" @click=${() => this.attempt(() => this.ask("confirm"))}>${this.words.t("trial_keep")}</button>
    </article>`;
  }

  private journal(overview: Overview): TemplateResult | typeof nothing {
    if (overview.journal.intact) return nothing;
    return html`<article class="card">
      <h3><span class="badge deny">${this.words.t("journal_broken")}</span></h3>
      <p>${this.words.t("journal_broken_means")}</p>
      ${this.link("journal", this.words.t("tab_journal"))}
    </article>`;
  }

  private enforcers(overview: Overview): TemplateResult[] {
    if (overview.mode === "monitor") {
      return [
        html`<article class="card">
          <h3>${this.words.t("watching_only")}</h3>
          <p>${this.words.t("watching_only_means")}</p>
          ${this.link("settings", this.words.t("tab_settings"))}
        </article>`,
      ];
    }
    return overview.enforcers
      .filter((one) => one.health !== "in_sync")
      .map(
        (one) => html`<article class="card">
          <h3><span class="badge ${one.health}">${this.words.t(`state_${one.health}`)}</span></h3>
          <p>${one.reason ? this.words.why(one.reason) : this.words.t(`state_${one.health}_means`)}</p>
          ${one.detail ? html`<p class="muted">${one.detail}</p>` : nothing}
          <a href="/config/repairs">${this.words.t("open_repairs")}</a>
        </article>`,
      );
  }

  private newcomer(row: Row): TemplateResult {
    return html`<article class="card">
      <h3>${this.link(`device/${row.id}`, row.name)}</h3>
      <p>${this.words.t("newcomer_means", { what: this.what(row) })}</p>
      <div class="row">
        <button class="main" @click=${() => this.release([row])}>${this.words.t("let_in")}</button>
        <button class="danger" @click=${() => this.quarantine([row])}>${this.words.t("quarantine")}</button>
      </div>
    </article>`;
  }

  private quarantined(row: Row): TemplateResult {
    return html`<article class="card">
      <h3>${this.link(`device/${row.id}`, row.name)}</h3>
      <p>${this.standing(row)}</p>
      <p>${this.words.t(row.contained ? "quarantined_means" : "quarantined_not_held")}</p>
      <div class="row">
        <button @click=${() => this.release([row])}>${this.words.t("release")}</button>
        ${this.link(`device/${row.id}`, this.words.t("why"))}
      </div>
    </article>`;
  }

  private what(row: Row): string {
    return [this.words.t(`class_${row.class}`), row.manufacturer, row.model].filter(Boolean).join(", ");
  }

  /** What can be enforced from here, and what cannot: never more than is true. */
  private reach(rows: Row[]): TemplateResult {
    const { words } = this;
    const governed = rows.filter((row) => row.governed);
    const levels = ["full", "routed", "hub_only", "none"] as const;
    return html`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${words.t("reach")}</h2>
      ${governed.length ? nothing : html`<p>${words.t("no_devices")}</p>`}
      <dl>
        ${levels
          .map((level) => [level, governed.filter((row) => row.coverage === level).length] as const)
          .filter(([, count]) => count)
          .map(([level, count]) => html`<dt>${words.n("devices", count)}</dt>
            <dd>${words.coverage(level)}</dd>`)}
      </dl>
    </section>`;
  }

  static override styles = [
    shared,
    css`
      h3::first-letter {
        text-transform: uppercase;
      }
    `,
  ];
}

customElements.define("secure-hub-home", Home);
