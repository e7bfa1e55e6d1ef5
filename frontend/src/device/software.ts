/** A device's software: how it stands, what is known to be wrong with it, what it was before; install, skip, put off. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import type { Software } from "../api";
import { DeviceSection } from "../section";
import { shared } from "../style";
import { install, progress, tone, waits } from "../updating";

const SNOOZE_DAYS = 7;

class SoftwareSection extends DeviceSection<Software> {
  static override properties: PropertyDeclarations = { ...DeviceSection.properties, reason: { state: true } };

  declare reason: string;
  protected readonly heading = "software";

  constructor() {
    super();
    this.reason = "";
  }

  protected override basis(): unknown {
    return [super.basis(), this.store.overview?.updates];
  }

  protected override read(): Promise<Software> {
    return this.ask("updates/device", { asset_id: this.details.id });
  }

  protected override show(told: Software): TemplateResult {
    const { words } = this;
    const date = (time: number | null) => (time === null ? "" : words.time(time, { dateStyle: "medium" }));
    const facts: [string, string | TemplateResult][] = [
      ["version", told.version ?? words.t("version_unknown")],
      ["latest", told.latest && told.latest !== told.version ? told.latest : ""],
      ["deadline", date(told.deadline)],
      ["support_ends", date(told.support_ends)],
      ["skipped", [told.skipped, told.skip_reason].filter(Boolean).join(": ")],
      ["snoozed", [date(told.snoozed_until), told.snooze_reason].filter(Boolean).join(": ")],
      ["source", told.source ?? ""],
    ];
    return html`<p class="row">
        <span class="badge ${tone(told)}">${words.firmware(told.status)}</span>
        <span>${words.firmware_why(told.why)}</span>
        ${told.percentage === null ? nothing : html`<progress max="100" value=${told.percentage} aria-label=${words.t("rollout_progress")}></progress>`}
      </p>
      <dl>${facts.map(([key, text]) => (text ? html`<dt>${words.t(key)}</dt><dd>${text}</dd>` : nothing))}</dl>
      ${told.ordered ? html`<p class="note held">${words.t("was_ordered_before")} ${progress(words, told.ordered)}</p>` : nothing}
      <div class="row actions">
        ${waits(told) && !told.ordered
          ? html`<button class="main" @click=${() => this.install(told)}>${words.t("install")}</button>
              <input
                aria-label=${words.t("why_later")}
                placeholder=${words.t("why_later")}
                maxlength="200"
                .value=${this.reason}
                @input=${(event: Event) => (this.reason = (event.target as HTMLInputElement).value)}
              />
              <button ?disabled=${!this.reason.trim()} @click=${() => this.later("updates/snooze", told, { days: SNOOZE_DAYS })}>${words.t("snooze_week")}</button>
              <button @click=${() => this.later("updates/skip", told)}>${words.t("skip_version")}</button>`
          : nothing}
        ${told.release_url ? html`<a href=${told.release_url} target="_blank" rel="noreferrer">${words.t("release_notes")}</a>` : nothing}
      </div>
      ${told.vulnerabilities.length ? this.vulnerabilities(told) : nothing}
      ${told.history.length > 1
        ? html`<details>
            <summary>${words.t("versions_before")}</summary>
            <ul>
              ${told.history.map((one) => html`<li>${one.version} <span class="muted">${words.t("since", { time: date(one.since) })}</span></li>`)}
            </ul>
          </details>`
        : nothing}`;
  }

  private vulnerabilities(told: Software): TemplateResult {
    const { words } = this;
    return html`<h3>${words.n("vulnerabilities", told.vulnerabilities.length)}</h3>
      <ul>
        ${told.vulnerabilities.map(
          (one) => html`<li>
            <strong>${one.id}</strong> ${one.title}
            <br /><span class="muted"
              >${one.no_fix_planned ? words.t("no_fix") : one.fixed ? words.t("fixed_in", { version: one.fixed }) : ""} ${one.evidence.join(" ")} (${one.source})</span
            >
          </li>`,
        )}
      </ul>`;
  }

  private async install(told: Software): Promise<void> {
    if (await install(this, told)) await this.again();
  }

  private async later(command: string, { asset_id, asset }: Software, fields: Record<string, unknown> = {}): Promise<void> {
    await this.attempt(async () => {
      const reason = this.reason.trim();
      await this.ask(command, { asset_id, ...fields, ...(reason ? { reason } : {}) });
      this.reason = "";
      this.frame.tell(this.words.t("was_put_off", { name: asset }));
    });
    await this.again();
  }

  static override styles = [
    shared,
    css`
      .actions {
        margin-top: 12px;
      }
      h3 {
        margin-top: 16px;
      }
      ul {
        padding-inline-start: 20px;
      }
    `,
  ];
}

customElements.define("secure-hub-software", SoftwareSection);
