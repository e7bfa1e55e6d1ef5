/** What a device may do, why, and how far that is enforced; and what was said about single destinations. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import { type Details, SCOPES, type Said, type Scope, type Verdict, type Voice } from "../api";
import { scopeCell } from "../cell";
import { shared } from "../style";
import { View, refresh } from "../view";

class Permissions extends View {
  static override properties: PropertyDeclarations = { ...View.properties, details: { attribute: false } };

  declare details: Details;

  protected override render(): TemplateResult {
    const { details, words } = this;
    return html`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${words.t("may")}</h2>
      ${SCOPES.map((scope) => {
        const verdict = details.verdicts[scope];
        return verdict ? this.verdict(details, scope, verdict) : nothing;
      })}
      ${this.said(details)}
    </section>`;
  }

  private verdict(details: Details, scope: Scope, verdict: Verdict): TemplateResult {
    const { words } = this;
    const open = verdict.enforced === "not_enforceable";
    return html`<article data-scope=${scope}>
      <div class="what">
        <h3>${words.scope(scope)}</h3>
        <span class="badge ${verdict.decision}">${words.decision(verdict.decision)}</span>
      </div>
      <div>
        <p>${words.t("because", { reason: words.reason(verdict.reason) })}</p>
        <p class=${open ? "note held" : "muted"}>
          ${words.t("cell_enforced", { enforced: words.enforced(verdict.enforced) })} ${open ? `${words.why(verdict.coverage_reason)}.` : ""}
        </p>
        ${(verdict.shared_addresses ?? []).map(
          ({ address, names }) => html`<p class="note held">${words.t("shared_address", { address, names: words.list(Object.keys(names)) })}</p>`,
        )}
        ${this.voices("overrode", verdict.overrode)} ${this.voices("exceptions", verdict.exceptions)}
      </div>
      <div class="row scope">
        ${scopeCell(words, details, scope, (decision) => this.decide(scope, decision))}
        ${verdict.decision === "allow" || details.standing === "quarantined" || open
          ? nothing
          : html`<button @click=${() => this.grant(scope)}>${words.t("allow_hour")}</button>`}
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
    const line = (scope: Scope, destination: string, decision: string, until: string | TemplateResult) =>
      html`<tr>
        <td>${words.scope(scope)}</td>
        <td><code>${destination === "any" ? words.t("anywhere") : destination}</code></td>
        <td>${words.decision(decision)}</td>
        <td>${until}</td>
      </tr>`;
    return html`<h3 id="said">${words.t("said")}</h3>
      <div class="wide" tabindex="0" role="group" aria-labelledby="said">
        <table>
          <thead>
            <tr>
              ${["scope", "destination", "decision", "until"].map((key) => html`<th scope="col">${words.t(key)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${details.grants.map((one) =>
              line(one.scope, one.destination, "allow", html`${words.time(one.expires)} <button @click=${() => this.revoke(one.scope)}>${words.t("revoke")}</button>`),
            )}
            ${rules.map((one) => line(one.scope, one.destination, one.decision, words.t("always")))}
            ${details.allow_list.map((one) => line(one.scope, one.destination, "allow", words.t("on_its_list")))}
          </tbody>
        </table>
      </div>`;
  }

  private async decide(scope: Scope, decision: Said): Promise<void> {
    const { details, words } = this;
    const before = details.scopes[scope]!.said;
    const change = (said: Said) => ({ changes: [{ value: details.id, scope, decision: said }] });
    await this.apply(
      () => this.ask("set_permissions", change(decision)),
      words.n("was_decided", 1, { name: details.name, scope: words.scope(scope), decision: words.option("decision", decision) }),
      () => this.ask("set_permissions", change(before)),
    );
    refresh(this);
  }

  private async grant(scope: Scope): Promise<void> {
    const { id, name } = this.details;
    await this.attempt(async () => {
      await this.ask("grant", { asset_id: id, scope, duration: "1_hour" });
      this.frame.tell(this.words.t("was_granted", { name, scope: this.words.scope(scope) }), () => this.ask("revoke", { asset_id: id, scope }));
    });
    refresh(this);
  }

  private async revoke(scope: Scope): Promise<void> {
    await this.attempt(() => this.ask("revoke", { asset_id: this.details.id, scope }));
    refresh(this);
  }

  static override styles = [
    shared,
    css`
      article {
        display: grid;
        grid-template-columns: 150px 1fr auto;
        gap: 4px 16px;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
      article:last-of-type {
        border-bottom: 0;
      }
      .what > * {
        margin-bottom: 6px;
      }
      .scope {
        align-self: start;
        justify-content: flex-end;
      }
      .scope select {
        border-inline-start: 5px solid var(--state, var(--muted));
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
      @media (max-width: 700px) {
        article {
          grid-template-columns: 1fr auto;
        }
        article > :nth-child(2) {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
    `,
  ];
}

customElements.define("secure-hub-permissions", Permissions);
