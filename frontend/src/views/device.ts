/** One device: what it may do and why, whom it talks to, how it behaves, what its software is, and what happened to it. */

import { type PropertyDeclarations, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { type Details, PROFILES } from "../api";
import "../device/behaviour";
import "../device/flows";
import "../device/identity";
import "../device/incidents";
import "../device/life";
import "../device/lines";
import "../device/permissions";
import "../device/software";
import { shared } from "../style";
import { Parts, View } from "../view";

/** What the page consists of below its top: the element, and the text that it is found by. */
const SECTIONS = {
  "secure-hub-permissions": "may",
  "secure-hub-flows": "flows",
  "secure-hub-behaviour": "behaviour",
  "secure-hub-software": "software",
  "secure-hub-device-incidents": "tab_incidents",
  "secure-hub-identity": "who",
  "secure-hub-lines": "happened",
  "secure-hub-life": "life",
} as const;

class Device extends View {
  static override properties: PropertyDeclarations = { ...View.properties, details: { state: true }, missing: { state: true } };

  declare details: Details | undefined;
  declare missing: string | undefined;

  private shown = "";
  private reading = 0;
  private parts = new Parts();

  constructor() {
    super();
    this.addEventListener("refresh", () => void this.read());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("path")) {
      this.details = this.missing = undefined;
      this.shown = "";
    }
    const now = JSON.stringify(this.store.rows.get(this.path) ?? null);
    if (now !== this.shown) {
      this.shown = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const turn = ++this.reading;
    try {
      const details = await this.ask<Details>("asset", { asset_id: this.path });
      if (turn === this.reading) this.details = details;
    } catch (error) {
      if (turn === this.reading) this.missing = this.words.failure(error);
    }
  }

  protected override render(): TemplateResult {
    const { details, words } = this;
    if (this.missing) return html`<p class="card" role="alert">${this.missing} ${this.link("devices", words.t("tab_devices"))}</p>`;
    if (!details) return html`<p role="status">${words.t("loading")}</p>`;
    const given = { hass: this.hass, store: this.store, words, frame: this.frame, details };
    return html`<div class="stack">
      <p>${this.link("devices", `← ${words.t("tab_devices")}`)}</p>
      ${this.top(details)}
      <nav class="row" aria-label=${words.t("on_this_page")}>
        ${Object.entries(SECTIONS).map(
          ([element, text]) => html`<button class="chip" @click=${() => this.jump(element)}>${words.t(text)}</button>`,
        )}
      </nav>
      ${Object.keys(SECTIONS).map((element) => this.parts.show(element, given))}
    </div>`;
  }

  private jump(element: string): void {
    const part = this.parts.get(element);
    part?.setAttribute("tabindex", "-1");
    part?.focus({ preventScroll: true });
    part?.scrollIntoView();
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
            ${words.t("quarantined_since", { time: words.time(quarantine.since), reason: words.because(quarantine.reason) })}
          </p>`
        : nothing}
      ${details.probation_until === null ? nothing : html`<p class="note held">${words.t("probation_until", { time: words.time(details.probation_until) })}</p>`}
      ${details.guest_until === null ? nothing : html`<p class="note held">${words.t("guest_until", { time: words.time(details.guest_until) })}</p>`}
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

  private async profile(details: Details, profile: string): Promise<void> {
    const fields = (chosen: string) => ({ asset_ids: [details.id], profile: chosen });
    await this.apply(
      () => this.ask("set_profile", fields(profile)),
      this.words.n("was_profiled", 1, { name: details.name, profile: this.words.profile(profile) }),
      () => this.ask("set_profile", fields(details.profile)),
    );
  }

  static override styles = [
    shared,
    css`
      nav {
        gap: 4px 8px;
      }
    `,
  ];
}

customElements.define("secure-hub-device", Device);
