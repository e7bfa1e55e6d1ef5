/** Who a device is, and why it counts as what it is. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import type { Details } from "../api";
import { shared } from "../style";
import { View } from "../view";

class Identity extends View {
  static override properties: PropertyDeclarations = { ...View.properties, details: { attribute: false } };

  declare details: Details;

  protected override render(): TemplateResult {
    const { details, words } = this;
    const date: Intl.DateTimeFormatOptions = { dateStyle: "medium" };
    const facts: [string, string][] = [
      ["addresses", details.addresses.join(", ")],
      ["interfaces", details.interfaces.join(", ")],
      ["integrations", details.integrations.join(", ")],
      ["first_seen", words.time(details.first_seen, date)],
      ["last_seen", details.present ? words.t("now") : words.time(details.last_seen, date)],
    ];
    return html`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${words.t("who")}</h2>
      <dl>
        ${details.identifiers
          .filter((one) => one.kind !== "registry")
          .map((one) => html`<dt>${words.t(`identifier_${one.kind}`)}</dt><dd><code>${one.value}</code></dd>`)}
        ${facts.map(([key, text]) => (text ? html`<dt>${words.t(key)}</dt><dd>${text}</dd>` : nothing))}
      </dl>
      <h3>${words.t("evidence", { kind: words.t(`class_${details.class}`) })}</h3>
      ${details.evidence.length
        ? html`<ul>
            ${details.evidence.map((one) => html`<li>${words.t(`class_${one.class}`)}: ${one.fact.replaceAll("_", " ")} <code>${one.detail}</code></li>`)}
          </ul>`
        : html`<p>${words.t("evidence_none")}</p>`}
      ${details.governed ? nothing : html`<p class="note">${words.t("ungoverned_means")}</p>`}
    </section>`;
  }

  static override styles = [
    shared,
    css`
      h3 {
        margin-top: 16px;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `,
  ];
}

customElements.define("secure-hub-identity", Identity);
