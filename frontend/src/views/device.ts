/** One device: what it may do and why, how far that can be enforced, who it is, and what happened to it. */

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { type Details, type JournalPage, type JournalRecord, type Outcome, PROFILES, SCOPES, type Said, type Scope, type Verdict, type Voice } from "../api";
import { scopeCell } from "../cell";
import { journalLine } from "../record";
import { shared } from "../style";
import { View } from "../view";

const LINES = 20;

class Device extends View {
  static override properties = { details: { state: true }, lines: { state: true }, missing: { state: true } };

  declare details: Details | undefined;
  declare lines: JournalRecord[] | undefined;
  declare missing: string | undefined;

  private shown = "";
  private reading = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("path")) {
      this.details = this.lines = this.missing = undefined;
      this.shown = "";
    }
    const row = this.store.rows.get(this.path);
    const now = JSON.stringify(row ?? null);
    if (now !== this.shown) {
      this.shown = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const turn = ++this.reading;
    const asset_id = this.path;
    try {
      const details = await this.ask<Details>("asset", { asset_id });
      const page = await this.ask<JournalPage>("journal", { asset_id, limit: LINES });
      if (turn === this.reading) {
        this.details = details;
        this.lines = page.records;
      }
    } catch (error) {
      if (turn === this.reading) this.missing = this.words.failure(error);
    }
  }

  protected override render(): TemplateResult {
    const { details, words } = this;
    if (this.missing) return html`<p class="card" role="alert">${this.missing} ${this.link("devices", words.t("tab_devices"))}</p>`;
    if (!details) return html`<p role="status">${words.t("loading")}</p>`;
    return html`<div class="stack">
      <p>${this.link("devices", `← ${words.t("tab_devices")}`)}</p>
      ${this.top(details)}
      <section class="stack" aria-labelledby="may">
        <h2 id="may">${words.t("may")}</h2>
        <div class="cards">
          ${SCOPES.map((scope) => {
            const verdict = details.verdicts[scope];
            return verdict ? this.verdict(details, scope, verdict) : nothing;
          })}
        </div>
      </section>
      ${this.said(details)}
      <div class="cards">${this.identity(details)} ${this.evidence(details)}</div>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${words.t("happened")}</h2>
        ${this.lines?.length
          ? html`<ul class="lines">
              ${this.lines.map((record) => html`<li>${journalLine(words, record)}</li>`)}
            </ul>`
          : html`<p>${words.t("happened_nothing")}</p>`}
        ${this.link(`journal/${details.id}`, words.t("happened_all"))}
      </section>
    </div>`;
  }

  private top(details: Details): TemplateResult {
    const { words } = this;
    const { quarantine } = details;
    return html`<section class="card">
      <div class="row between">
        <h2>${details.name}</h2>
        <div class="row">
          ${details.standing === "admitted"
            ? nothing
            : html`<button class="main" @click=${() => this.release([details])}>
                ${words.t(details.standing === "held" ? "let_in" : "release")}
              </button>`}
          ${details.standing === "quarantined"
            ? nothing
            : html`<button
                class="danger"
                ?disabled=${details.protected !== null || details.coverage === "none"}
                @click=${() => this.quarantine([details])}
              >
                ${words.t("quarantine")}
              </button>`}
        </div>
      </div>
      <p class="row">
        ${this.standing(details)}
        <span>${[words.t(`class_${details.class}`), details.manufacturer, details.model].filter(Boolean).join(", ")}</span>
      </p>
      ${quarantine
        ? html`<p class="note quarantined">
            ${words.t("quarantined_since", { time: words.time(quarantine.since), reason: words.t(`because_${quarantine.reason}`) })}
          </p>`
        : nothing}
      ${details.protected ? html`<p class="note held">${words.t(`protected_${details.protected}`)}</p>` : nothing}
      <p class="note ${details.coverage === "full" ? "allow" : "held"}">
        <strong>${words.t("reach")}:</strong> ${words.coverage(details.coverage)}. ${words.why(details.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${words.t("column_profile")}
          <select @change=${(event: Event) => this.profile(details, (event.target as HTMLSelectElement).value)}>
            ${[...PROFILES, ...(details.profile === "quarantined" ? ["quarantined"] : [])].map(
              (profile) => html`<option value=${profile} ?selected=${profile === details.profile}>${words.profile(profile)}</option>`,
            )}
          </select></label
        >
        ${details.device_id ? html`<a href="/config/devices/device/${details.device_id}">${words.t("open_device")}</a>` : nothing}
      </p>
    </section>`;
  }

  private verdict(details: Details, scope: Scope, verdict: Verdict): TemplateResult {
    const { words } = this;
    const open = verdict.enforced === "not_enforceable";
    return html`<article class="card" data-scope=${scope}>
      <div class="row between">
        <h3>${words.scope(scope)}</h3>
        <span class="badge ${verdict.decision}">${words.decision(verdict.decision)}</span>
      </div>
      <p>${words.t("because", { reason: words.reason(verdict.reason) })}</p>
      <p class=${open ? "note held" : "muted"}>
        ${words.t("cell_enforced", { enforced: words.enforced(verdict.enforced) })} ${open ? words.why(verdict.coverage_reason) : ""}
      </p>
      ${this.voices("overrode", verdict.overrode)} ${this.voices("exceptions", verdict.exceptions)}
      <div class="row scope">
        ${scopeCell(words, details, scope, (decision) => this.decide(details, scope, decision))}
        ${verdict.decision === "allow" || details.standing === "quarantined" || open
          ? nothing
          : html`<button @click=${() => this.grant(details, scope)}>${words.t("allow_hour")}</button>`}
      </div>
    </article>`;
  }

  private voices(title: string, voices: Voice[]): TemplateResult | typeof nothing {
    if (!voices.length) return nothing;
    return html`<details>
      <summary>${this.words.n(title, voices.length)}</summary>
      <ul>
        ${voices.map(
          (voice) => html`<li>
            ${this.words.reason(voice.layer)}: ${this.words.decision(voice.decision)}${voice.destination === "any" ? "" : html` → <code>${voice.destination}</code>`}
          </li>`,
        )}
      </ul>
    </details>`;
  }

  private said(details: Details): TemplateResult | typeof nothing {
    const { words } = this;
    const rules = details.rules.filter((rule) => rule.destination !== "any");
    if (!rules.length && !details.grants.length && !details.allow_list.length) return nothing;
    return html`<section class="card" aria-labelledby="said">
      <h2 id="said">${words.t("said")}</h2>
      <table>
        <thead>
          <tr><th scope="col">${words.t("scope")}</th><th scope="col">${words.t("destination")}</th><th scope="col">${words.t("decision")}</th><th scope="col">${words.t("until")}</th></tr>
        </thead>
        <tbody>
          ${details.grants.map(
            (grant) => html`<tr>
              <td>${words.scope(grant.scope)}</td>
              <td><code>${this.where(grant.destination)}</code></td>
              <td>${words.decision("allow")}</td>
              <td>
                ${words.time(grant.expires)}
                <button @click=${() => this.revoke(details, grant.scope)}>${words.t("revoke")}</button>
              </td>
            </tr>`,
          )}
          ${rules.map(
            (rule) => html`<tr>
              <td>${words.scope(rule.scope)}</td>
              <td><code>${this.where(rule.destination)}</code></td>
              <td>${words.decision(rule.decision)}</td>
              <td>${words.t("always")}</td>
            </tr>`,
          )}
          ${details.allow_list.map(
            (one) => html`<tr>
              <td>${words.scope(one.scope)}</td>
              <td><code>${this.where(one.destination)}</code></td>
              <td>${words.decision("allow")}</td>
              <td>${words.t("on_its_list")}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  private where(destination: string): string {
    return destination === "any" ? this.words.t("anywhere") : destination;
  }

  private identity(details: Details): TemplateResult {
    const { words } = this;
    return html`<section class="card" aria-labelledby="who">
      <h2 id="who">${words.t("who")}</h2>
      <dl>
        ${details.identifiers
          .filter((one) => one.kind !== "registry")
          .map((one) => html`<dt>${words.t(`identifier_${one.kind}`)}</dt><dd><code>${one.value}</code></dd>`)}
        ${details.addresses.length ? html`<dt>${words.t("addresses")}</dt><dd>${details.addresses.join(", ")}</dd>` : nothing}
        ${details.interfaces.length ? html`<dt>${words.t("interfaces")}</dt><dd>${details.interfaces.join(", ")}</dd>` : nothing}
        ${details.integrations.length ? html`<dt>${words.t("integrations")}</dt><dd>${details.integrations.join(", ")}</dd>` : nothing}
        <dt>${words.t("first_seen")}</dt>
        <dd>${words.time(details.first_seen, { dateStyle: "medium" })}</dd>
        <dt>${words.t("last_seen")}</dt>
        <dd>${details.present ? words.t("now") : words.time(details.last_seen, { dateStyle: "medium" })}</dd>
      </dl>
    </section>`;
  }

  private evidence(details: Details): TemplateResult {
    const { words } = this;
    return html`<section class="card" aria-labelledby="evidence">
      <h2 id="evidence">${words.t("evidence", { kind: words.t(`class_${details.class}`) })}</h2>
      ${details.evidence.length
        ? html`<ul>
            ${details.evidence.map((one) => html`<li>${words.t(`class_${one.class}`)}: ${one.fact.replaceAll("_", " ")} <code>${one.detail}</code></li>`)}
          </ul>`
        : html`<p>${words.t("evidence_none")}</p>`}
      ${details.governed ? nothing : html`<p class="note">${words.t("ungoverned_means")}</p>`}
    </section>`;
  }

  private async decide(details: Details, scope: Scope, decision: Said): Promise<void> {
    const before = details.scopes[scope]!.said;
    const change = (said: Said) => ({ changes: [{ value: details.id, scope, decision: said }] });
    const outcome = await this.attempt(() => this.ask<Outcome>("set_permissions", change(decision)));
    const { words } = this;
    this.outcome(
      outcome,
      (count) => words.n("was_decided", count, { name: details.name, scope: words.scope(scope), decision: words.option("decision", decision) }),
      () => this.ask("set_permissions", change(before)),
    );
    void this.read();
  }

  private async profile(details: Details, profile: string): Promise<void> {
    const fields = (chosen: string) => ({ asset_ids: [details.id], profile: chosen });
    const outcome = await this.attempt(() => this.ask<Outcome>("set_profile", fields(profile)));
    this.outcome(
      outcome,
      (count) => this.words.n("was_profiled", count, { name: details.name, profile: this.words.profile(profile) }),
      () => this.ask("set_profile", fields(details.profile)),
    );
  }

  private async grant(details: Details, scope: Scope): Promise<void> {
    const asset_id = details.id;
    await this.attempt(async () => {
      await this.ask("grant", { asset_id, scope, duration: "1_hour" });
      this.frame.tell(this.words.t("was_granted", { name: details.name, scope: this.words.scope(scope) }), () => this.ask("revoke", { asset_id, scope }));
    });
    void this.read();
  }

  private async revoke(details: Details, scope: Scope): Promise<void> {
    await this.attempt(() => this.ask("revoke", { asset_id: details.id, scope }));
    void this.read();
  }

  static override styles = [
    shared,
    css`
      .lines {
        list-style: none;
        padding: 0;
        margin: 8px 0;
        display: grid;
        gap: 8px;
      }
      .scope select {
        border-inline-start: 5px solid var(--state, var(--muted));
      }
      summary {
        cursor: pointer;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `,
  ];
}

customElements.define("secure-hub-device", Device);
