/** What is decided about everybody, in words. */

import { type TemplateResult, css, html, nothing } from "lit";
import { type Overview, PROFILES } from "../api";
import "../rules";
import { shared } from "../style";
import { View } from "../view";

class Settings extends View {
  protected override render(): TemplateResult | typeof nothing {
    const { words } = this;
    const { overview } = this.store;
    if (!overview) return nothing;
    return html`<div class="stack">
      ${overview.trial_ends === null
        ? nothing
        : html`<section class="card row between" role="alert">
            <p>${words.t("trial_means")}</p>
            <button class="main" @click=${() => this.attempt(() => this.ask("confirm"))}>${words.t("trial_keep")}</button>
          </section>`}
      <div class="cards">
        ${this.choice("mode", overview.mode, ["monitor", "enforce"], (value) => words.option("mode", value))}
        ${this.choice("newcomers", overview.newcomers, ["hold", "allow"], (value) => words.option("newcomers", value))}
        ${this.choice(
          "profile",
          overview.home_profile,
          PROFILES.filter((profile) => profile !== "default"),
          (value) => words.profile(value),
        )}
        <section class="card">
          <h2>${words.t("lockdown")}</h2>
          <p>${words.t("lockdown_means")}</p>
          <button class=${overview.lockdown ? "main" : "danger"} @click=${() => this.lockdown(overview)}>
            ${words.t(overview.lockdown ? "lockdown_end" : "lockdown_begin")}
          </button>
        </section>
      </div>
      <section class="card">
        <h2>${words.t("more_settings")}</h2>
        <p>${words.t("more_settings_means")}</p>
        <a href="/config/integrations/integration/secure_hub">${words.t("open_settings")}</a>
      </section>
      <secure-hub-rules .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame}></secure-hub-rules>
      <section class="card">
        <h2>${words.t("enforcers")}</h2>
        <table>
          <thead>
            <tr><th scope="col">${words.t("enforcer")}</th><th scope="col">${words.t("condition")}</th></tr>
          </thead>
          <tbody>
            ${overview.enforcers.map(
              (one) => html`<tr>
                <td>${words.enforcer(one.name)}</td>
                <td>
                  <span class="badge ${one.health}">${words.t(`state_${one.health}`)}</span>
                  ${one.reason ? words.why(one.reason) : ""} ${one.detail ?? ""}
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
      </section>
    </div>`;
  }

  private choice(field: string, current: string, options: readonly string[], text: (value: string) => string): TemplateResult {
    const { words } = this;
    return html`<fieldset class="card">
      <legend><h2>${words.t(`setting_${field}`)}</h2></legend>
      <p>${words.t(`setting_${field}_means`)}</p>
      ${options.map(
        (value) => html`<label class="row">
          <input
            type="radio"
            name=${field}
            value=${value}
            .checked=${value === current}
            @change=${() => this.set(field, value, current)}
          />${text(value)}
        </label>`,
      )}
    </fieldset>`;
  }

  private async set(field: string, value: unknown, before: unknown): Promise<void> {
    const { words } = this;
    const after = await this.attempt(() => this.ask<Overview>("set_home", { [field]: value }));
    if (after) {
      this.frame.tell(words.t(after.trial_ends === null ? "setting_done" : "trial_means"), () => this.ask("set_home", { [field]: before }));
    }
    this.requestUpdate();
  }

  private async lockdown(overview: Overview): Promise<void> {
    const { words } = this;
    const sure =
      overview.lockdown ||
      (await this.frame.confirm({ title: words.t("lockdown_sure"), body: words.t("lockdown_means"), confirm: words.t("lockdown_begin"), danger: true }));
    if (sure) await this.set("lockdown", !overview.lockdown, overview.lockdown);
  }

  static override styles = [
    shared,
    css`
      fieldset {
        margin: 0;
        min-width: 0;
      }
      legend {
        float: inline-start; /* in the frame, as the headings of the other cards, not on its line */
        width: 100%;
        padding: 0;
      }
      legend + * {
        clear: both;
      }
      h2 {
        font-size: 16px;
      }
      input {
        min-height: 0;
      }
      label {
        padding: 6px 0;
      }
    `,
  ];
}

customElements.define("secure-hub-settings", Settings);
