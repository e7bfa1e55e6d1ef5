/** What ends or moves on: replace a device by another, hand it over to somebody else, retire it. */

import { type PropertyDeclarations, type TemplateResult, css, html, nothing } from "lit";
import type { Person, Rehearsal, Replacement, Row } from "../api";
import { DeviceSection } from "../section";
import { shared } from "../style";
import { refresh } from "../view";

const AT_A_GLANCE = 3;

interface Told {
  people: Person[];
}

class Life extends DeviceSection<Told> {
  static override properties: PropertyDeclarations = {
    ...DeviceSection.properties,
    successor: { state: true },
    rehearsal: { state: true },
    busy: { state: true },
    person: { state: true },
  };

  declare successor: string;
  declare rehearsal: Rehearsal | undefined;
  declare busy: boolean;
  declare person: string;
  protected readonly heading = "life";

  constructor() {
    super();
    Object.assign(this, { successor: "", busy: false, person: "" });
  }

  protected override read(): Promise<Told> {
    this.successor = this.person = "";
    this.rehearsal = undefined;
    return this.ask("people");
  }

  protected override show({ people }: Told): TemplateResult {
    return html`<div class="parts">
      <section aria-labelledby="replace">${this.replacing()}</section>
      <section aria-labelledby="transfer">${this.transferring(people)}</section>
      <section aria-labelledby="retire">${this.retiring()}</section>
    </div>`;
  }

  /** Who could take its place: those of its kind first. */
  private successors(): Row[] {
    const { details, words } = this;
    const other = (row: Row) => Number(row.class !== details.class);
    return [...this.store.rows.values()]
      .filter((row) => row.id !== details.id && row.governed && row.protected === null && row.device_id !== null)
      .sort((one, two) => other(one) - other(two) || words.compare(one.name, two.name));
  }

  private replacing(): TemplateResult {
    const { words, details } = this;
    const begun = details.replacement;
    return html`<h3 id="replace">${words.t("replace")}</h3>
      <p>${words.t("replace_means")}</p>
      ${begun && begun.state !== "done" && begun.state !== "rolled_back" ? this.progress(begun) : this.choosing()}`;
  }

  private choosing(): TemplateResult {
    const { words, rehearsal, busy } = this;
    const successors = this.successors();
    if (!successors.length) return html`<p class="muted">${words.t("replace_by_none")}</p>`;
    return html`<div class="row">
        <select
          aria-label=${words.t("replace_by")}
          ?disabled=${busy}
          @change=${(event: Event) => {
            this.successor = (event.target as HTMLSelectElement).value;
            this.rehearsal = undefined;
          }}
        >
          <option value="" ?selected=${!this.successor}>${words.t("replace_by")}</option>
          ${successors.map((row) => html`<option value=${row.id} ?selected=${row.id === this.successor}>${row.name}</option>`)}
        </select>
        <button ?disabled=${!this.successor || busy} @click=${() => this.rehearse()}>${words.t("replace_plan")}</button>
      </div>
      ${rehearsal
        ? html`${this.steps(rehearsal)}
            <button class="danger" ?disabled=${busy} @click=${() => this.start()}>${words.t("replace_start")}</button>`
        : nothing}
      ${busy ? this.bar() : nothing}`;
  }

  private steps({ steps, not_carried_over: lost }: Rehearsal): TemplateResult {
    const { words } = this;
    return html`<div role="status">
      <p>${words.n("replace_steps", steps.length)}</p>
      ${this.grouped(steps.map((one) => [words.option("replacement_step", one.step), one.subject]))}
      ${lost.length
        ? html`<div class="note held">
            <p>${words.t("replace_lost")}</p>
            ${this.grouped(lost.map((one) => [words.option("replacement_loss", one.reason), one.subject]))}
          </div>`
        : html`<p class="note allow">${words.t("replace_lost_nothing")}</p>`}
    </div>`;
  }

  /** What is of one kind under it; what is more than can be taken in at a glance is unfolded. */
  private grouped(items: [string, string][]): TemplateResult {
    const groups = new Map<string, string[]>();
    for (const [kind, subject] of items) groups.set(kind, [...(groups.get(kind) ?? []), subject]);
    return html`<ul>
      ${[...groups].map(
        ([kind, subjects]) => html`<li>
          ${subjects.length > AT_A_GLANCE
            ? html`<details>
                <summary>${kind} (${subjects.length})</summary>
                ${this.words.list(subjects)}
              </details>`
            : html`${kind} <strong>${this.words.list(subjects)}</strong>`}
        </li>`,
      )}
    </ul>`;
  }

  /** How far the replacement is that is under way. */
  private bar(): TemplateResult | typeof nothing {
    const { words } = this;
    const live = this.store.overview?.replacements.find((one) => one.old === this.details.id);
    if (!live?.number) return html`<p role="status">${words.t("replace_begins")}</p>`;
    return html`<p class="row" role="status">
      <progress max=${live.number} value=${live.done} aria-label=${words.t("rollout_progress")}></progress>
      <span>${words.t("rollout_done", { done: live.done, number: live.number })}</span>
    </p>`;
  }

  private progress(begun: Replacement): TemplateResult {
    const { words, busy } = this;
    return html`<p class="note ${begun.state === "stopped" ? "deny" : "held"}">
        ${words.t(`replace_${begun.state}`, { name: begun.new_name })}
        ${begun.error ? words.failure({ message: begun.detail, translation_key: begun.error, translation_placeholders: { detail: begun.detail } }) : ""}
      </p>
      ${this.bar()}
      <div class="row">
        <button class="main" ?disabled=${busy} @click=${() => this.go("replace/resume")}>${words.t("replace_resume")}</button>
        ${begun.can_roll_back
          ? html`<button ?disabled=${busy} @click=${() => this.go("replace/roll_back")}>${words.t("replace_roll_back")}</button>`
          : html`<span class="muted">${words.t("replace_too_late")}</span>`}
      </div>`;
  }

  private async rehearse(): Promise<void> {
    const fields = { old: this.details.id, new: this.successor };
    this.rehearsal = await this.attempt(() => this.ask<Rehearsal>("replace/plan", fields));
  }

  private async start(): Promise<void> {
    const { words, details, successor } = this;
    const name = this.store.rows.get(successor)?.name;
    const sure = await this.frame.confirm({
      title: words.t("replace_sure", { old: details.name, new: name }),
      body: words.t("replace_sure_means"),
      confirm: words.t("replace_start"),
      danger: true,
    });
    if (sure) await this.follow(() => this.ask("replace/start", { old: details.id, new: successor }));
  }

  private go(command: string): Promise<void> {
    return this.follow(() => this.ask(command, { asset_id: this.details.id }));
  }

  private async follow(work: () => Promise<Replacement>): Promise<void> {
    this.busy = true;
    const ended = await this.attempt(work);
    this.busy = false;
    if (ended) this.frame.tell(this.words.t(`replace_${ended.state}`, { name: ended.new_name }));
    if (ended?.state === "done") this.frame.go(`device/${ended.new}`);
    else refresh(this);
  }

  private transferring(people: Person[]): TemplateResult {
    const { words, details } = this;
    const owners = details.owners.map((one) => one.name ?? words.t("gone_user"));
    return html`<h3 id="transfer">${words.t("transfer")}</h3>
      <p>${owners.length ? words.t("owned_by", { names: words.list(owners) }) : words.t("owned_by_nobody")}</p>
      <div class="row">
        <select aria-label=${words.t("transfer_to")} @change=${(event: Event) => (this.person = (event.target as HTMLSelectElement).value)}>
          <option value="" ?selected=${!this.person}>${words.t("transfer_to")}</option>
          ${people.map((one) => html`<option value=${one.id} ?selected=${one.id === this.person}>${one.name}</option>`)}
        </select>
        <button ?disabled=${!this.person} @click=${() => this.transfer(people)}>${words.t("transfer_start")}</button>
      </div>`;
  }

  private async transfer(people: Person[]): Promise<void> {
    const { words, details, person } = this;
    const names = { name: details.name, person: people.find((one) => one.id === person)?.name };
    const sure = await this.frame.confirm({
      title: words.t("transfer_sure", names),
      body: words.t("transfer_means"),
      confirm: words.t("transfer_start"),
      danger: true,
    });
    if (!sure) return;
    await this.attempt(async () => {
      await this.ask("requests/set_owner", { asset_id: details.id, owners: [person], transfer: true });
      this.frame.tell(words.t("was_transferred", names));
    });
    refresh(this);
  }

  private retiring(): TemplateResult {
    const { words, details } = this;
    return html`<h3 id="retire">${words.t("retire")}</h3>
      <p>${words.t("retire_means")}</p>
      <button class="danger" ?disabled=${details.protected !== null} @click=${() => this.retire()}>${words.t("retire_start")}</button>`;
  }

  private async retire(): Promise<void> {
    const { words, details } = this;
    const sure = await this.frame.confirm({
      title: words.t("retire_sure", { name: details.name }),
      body: html`<p>${words.t("retire_means")}</p>
        <p class="note deny">${words.t("no_way_back")}</p>`,
      confirm: words.t("retire_start"),
      danger: true,
    });
    if (!sure) return;
    await this.attempt(async () => {
      await this.ask("retire", { asset_id: details.id });
      this.frame.tell(words.t("was_retired", { name: details.name }));
      this.frame.go("devices");
    });
  }

  static override styles = [
    shared,
    css`
      .parts {
        display: grid;
        gap: 8px 24px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
        margin-top: 8px;
      }
      select {
        max-width: 100%;
      }
      progress {
        flex: 1 1 120px;
        accent-color: var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
        overflow-wrap: anywhere;
      }
    `,
  ];
}

customElements.define("secure-hub-life", Life);
