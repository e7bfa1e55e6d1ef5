/** One incident: its timeline with the evidence, and what can be done about it. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import type { Incident } from "./api";
import { save } from "./file";
import { shared } from "./style";
import { View, refresh } from "./view";

class IncidentCard extends View {
  static override properties: PropertyDeclarations = { ...View.properties, incident: { attribute: false } };

  declare incident: Incident;

  protected override render(): TemplateResult {
    const { words, incident } = this;
    const row = this.store.rows.get(incident.asset_id);
    return html`<article>
      <div class="row between">
        <h3>${this.link(`device/${incident.asset_id}`, incident.asset ?? words.t("gone_device"))}</h3>
        <span class="badge ${incident.severity}">${words.t(`severity_${incident.severity}`)}</span>
      </div>
      <p class="row">
        ${row ? this.standing(row) : nothing}
        <span class="muted">${words.n("incident_since", incident.findings, { time: words.time(incident.opened) })}</span>
      </p>
      <ol>
        ${incident.timeline.map(
          (one) => html`<li>
            <span class="muted">${words.time(one.time)}</span> <strong>${words.option("finding_kind", one.finding)}</strong>
            <span class="badge ${one.severity}">${words.t(`severity_${one.severity}`)}, ${words.number(one.confidence, { style: "percent" })}</span>
            <br />${one.evidence}
            ${one.technique ? html`<span class="muted">MITRE ATT&amp;CK ${one.technique}</span>` : nothing}
          </li>`,
        )}
      </ol>
      <div class="row">
        ${row && row.standing !== "quarantined"
          ? html`<button class="danger" @click=${() => this.quarantine([row], words.option("finding_kind", incident.timeline[0]?.finding ?? ""))}>${words.t("quarantine")}</button>`
          : nothing}
        ${row && row.standing === "quarantined"
          ? html`<button class="main" @click=${() => this.act("incidents/release", "was_let_go_watched")}>${words.t("release_and_watch")}</button>`
          : nothing}
        <button @click=${() => this.normal()}>${words.t("this_is_normal")}</button>
        <button @click=${() => save(`secure-hub-incident-${incident.id}.json`, "application/json", JSON.stringify(incident, null, 2))}>${words.t("export")}</button>
      </div>
    </article>`;
  }

  private async act(command: string, told: string): Promise<void> {
    const { asset_id, asset } = this.incident;
    await this.attempt(async () => {
      await this.ask(command, { asset_id });
      this.frame.tell(this.words.t(told, { name: asset }));
    });
    refresh(this);
  }

  private async normal(): Promise<void> {
    const { words, incident } = this;
    const kinds = [...new Set(incident.timeline.map((one) => one.finding))];
    const sure = await this.frame.confirm({
      title: words.t("normal_sure", { name: incident.asset }),
      body: html`<p>${words.t("normal_means")}</p>
        <ul>
          ${kinds.map((kind) => html`<li>${words.option("finding_kind", kind)}</li>`)}
        </ul>`,
      confirm: words.t("this_is_normal"),
    });
    if (sure) await this.act("incidents/normal", "was_normal");
  }

  static override styles = [
    shared,
    css`
      ol {
        padding-inline-start: 20px;
        display: grid;
        gap: 8px;
      }
    `,
  ];
}

customElements.define("secure-hub-incident", IncidentCard);
