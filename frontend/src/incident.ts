/** One incident: its timeline with the evidence, and what can be done about it. */

import { type PropertyDeclarations, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import type { Incident, JournalRecord } from "./api";
import { save } from "./file";
import { journalLine, recordStyle } from "./record";
import { shared } from "./style";
import { View, refresh } from "./view";

class IncidentCard extends View {
  static override properties: PropertyDeclarations = { ...View.properties, incident: { attribute: false }, done: { state: true } };

  declare incident: Incident;
  /** What was done since it opened, the oldest first. */
  declare done: JournalRecord[];
  private seen = "";

  constructor() {
    super();
    this.done = [];
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { id, asset_id, updated, closed } = this.incident;
    const now = JSON.stringify([id, updated, closed, this.store.rows.get(asset_id)?.standing]);
    if (now === this.seen) return;
    this.seen = now;
    void this.attempt(() => this.ask<{ done: JournalRecord[] }>("incidents/get", { incident_id: id })).then((told) => (this.done = told?.done ?? []));
  }

  protected override render(): TemplateResult {
    const { words, incident } = this;
    const row = this.store.rows.get(incident.asset_id);
    return html`<article>
      <div class="row between">
        <h3>${this.link(`device/${incident.asset_id}`, incident.asset ?? words.t("gone_device"))}</h3>
        <span class="row">
          ${incident.closed === null ? nothing : html`<span class="badge">${words.t(`closed_${incident.reason}`)}</span>`}
          <span class="badge ${incident.severity}">${words.t(`severity_${incident.severity}`)}</span>
        </span>
      </div>
      <p class="row">
        ${row ? this.standing(row) : nothing}
        <span class="muted">${words.n("incident_since", incident.findings, { time: words.time(incident.opened) })}</span>
      </p>
      <ol class="lines">
        ${this.told().map((one) => html`<li>${one}</li>`)}
      </ol>
      <div class="row" ?hidden=${incident.closed !== null}>
        ${row && row.standing !== "quarantined"
          ? html`<button class="danger" @click=${() => this.quarantine([row], words.option("finding_kind", incident.timeline[0]?.finding ?? ""))}>${words.t("quarantine")}</button>`
          : nothing}
        ${row && row.standing === "quarantined"
          ? html`<button class="main" @click=${() => this.letGo()}>${words.t("release_and_watch")}</button>`
          : nothing}
        <button @click=${() => this.normal()}>${words.t("this_is_normal")}</button>
        <button @click=${() => this.export()}>${words.t("export")}</button>
      </div>
    </article>`;
  }

  /** What was found and what was done about it, in the order of time. */
  private told(): TemplateResult[] {
    const { words } = this;
    const found = this.incident.timeline.map(
      (one) =>
        [
          one.time,
          html`<span class="muted">${words.time(one.time, { timeStyle: "short" })}</span>
            <div>
              <strong>${words.option("finding_kind", one.finding)}</strong>
              <span class="badge ${one.severity}">${words.t(`severity_${one.severity}`)}, ${words.number(one.confidence, { style: "percent" })}</span>
              <br />${one.evidence} ${one.technique ? html`<span class="muted">MITRE ATT&amp;CK ${one.technique}</span>` : nothing}
            </div>`,
        ] as const,
    );
    const done = this.done.map((record) => [record.time, journalLine(words, record)] as const);
    return [...found, ...done].sort(([one], [other]) => one - other).map(([, line]) => line);
  }

  private async export(): Promise<void> {
    const { id } = this.incident;
    const told = await this.attempt(() => this.ask("incidents/export", { incident_id: id }));
    if (told) save(`secure-hub-incident-${id}.json`, "application/json", JSON.stringify(told, null, 2));
  }

  private async letGo(): Promise<void> {
    const { asset_id, asset } = this.incident;
    await this.attempt(async () => {
      await this.ask("incidents/release", { asset_id });
      this.frame.tell(this.words.t("was_let_go_watched", { name: asset }));
    });
    refresh(this);
  }

  private async normal(): Promise<void> {
    const { words, incident } = this;
    const kinds = [...new Set(incident.timeline.map((one) => one.finding))];
    let days: number | undefined;
    let everywhere = false;
    const sure = await this.frame.confirm({
      title: words.t("normal_sure", { name: incident.asset }),
      body: html`<p>${words.t("normal_means")}</p>
        <ul>
          ${kinds.map((kind) => html`<li>${words.option("finding_kind", kind)}</li>`)}
        </ul>
        <label class="row"
          >${words.t("normal_for")}
          <select @change=${(event: Event) => (days = Number((event.target as HTMLSelectElement).value) || undefined)}>
            <option value="">${words.t("normal_ever")}</option>
            <option value="7">${words.t("normal_week")}</option>
          </select></label
        >
        <label class="row"
          ><input type="checkbox" @change=${(event: Event) => (everywhere = (event.target as HTMLInputElement).checked)} />${words.t("normal_everywhere")}</label
        >`,
      confirm: words.t("this_is_normal"),
    });
    if (!sure) return;
    await this.attempt(async () => {
      const { asset_id, asset } = incident;
      const { released } = await this.ask<{ released: boolean }>("incidents/normal", { asset_id, everywhere, ...(days ? { days } : {}) });
      this.frame.tell(words.t(released ? "was_normal_released" : "was_normal", { name: asset }));
    });
    refresh(this);
  }

  static override styles = [shared, recordStyle];
}

customElements.define("secure-hub-incident", IncidentCard);
