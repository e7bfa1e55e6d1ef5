/** What is wrong: each incident with its timeline, the evidence, and what can be done about it. */

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { shared } from "../style";
import { View } from "../view";

interface Incident {
  id: string;
  asset_id: string;
  asset: string | null;
  opened: number;
  updated: number;
  severity: string;
  score: number;
  findings: number;
  timeline: {
    time: number;
    finding: string;
    severity: string;
    confidence: number;
    technique: string;
    evidence: string;
    context: string;
  }[];
}

class Incidents extends View {
  static override properties = { incidents: { state: true } };

  declare incidents: Incident[] | undefined;

  private seen = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = "";
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify(this.store.overview?.incidents);
    if (now !== this.seen) {
      this.seen = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    this.incidents = (await this.attempt(() => this.ask<{ incidents: Incident[] }>("incidents/list")))?.incidents ?? this.incidents ?? [];
  }

  protected override render(): TemplateResult {
    const { words, incidents } = this;
    if (!incidents) return html`<p role="status">${words.t("loading")}</p>`;
    return html`<div class="stack">
      <h2>${words.t("tab_incidents")}</h2>
      ${incidents.length ? incidents.map((one) => this.card(one)) : html`<p class="card">${words.t("incidents_none")}</p>`}
    </div>`;
  }

  private card(incident: Incident): TemplateResult {
    const { words } = this;
    const row = this.store.rows.get(incident.asset_id);
    return html`<article class="card">
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
            <span class="badge ${one.severity}">${words.t(`severity_${one.severity}`)}, ${Math.round(one.confidence * 100)} %</span>
            <br />${one.evidence}
            ${one.technique ? html`<span class="muted">MITRE ATT&amp;CK ${one.technique}</span>` : nothing}
          </li>`,
        )}
      </ol>
      <div class="row">
        ${row && row.standing !== "quarantined" ? html`<button class="danger" @click=${() => this.quarantine([row], words.option("finding_kind", incident.timeline[0]?.finding ?? ""))}>${words.t("quarantine")}</button>` : nothing}
        ${row && row.standing === "quarantined"
          ? html`<button class="main" @click=${() => this.act("incidents/release", incident, "was_let_go_watched")}>${words.t("release_and_watch")}</button>`
          : nothing}
        <button @click=${() => this.normal(incident)}>${words.t("this_is_normal")}</button>
        <button @click=${() => this.save(incident)}>${words.t("export")}</button>
      </div>
    </article>`;
  }

  private async act(command: string, incident: Incident, told: string, fields: Record<string, unknown> = {}): Promise<void> {
    await this.attempt(async () => {
      await this.ask(command, { asset_id: incident.asset_id, ...fields });
      this.frame.tell(this.words.t(told, { name: incident.asset }));
    });
    await this.read();
  }

  private async normal(incident: Incident): Promise<void> {
    const { words } = this;
    const kinds = [...new Set(incident.timeline.map((one) => one.finding))];
    const sure = await this.frame.confirm({
      title: words.t("normal_sure", { name: incident.asset }),
      body: html`<p>${words.t("normal_means")}</p>
        <ul>
          ${kinds.map((kind) => html`<li>${words.option("finding_kind", kind)}</li>`)}
        </ul>`,
      confirm: words.t("this_is_normal"),
    });
    if (sure) await this.act("incidents/normal", incident, "was_normal");
  }

  private save(incident: Incident): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(incident, null, 2)], { type: "application/json" }));
    link.download = `secure-hub-incident-${incident.id}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
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

customElements.define("secure-hub-incidents", Incidents);
