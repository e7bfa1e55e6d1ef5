/** What devices ask and people decide: cards with every answer that makes sense, by mouse and by keyboard. */

import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import type { Outcome } from "../api";
import { shared } from "../style";
import { View } from "../view";

type Answer = "once" | "1_hour" | "until_tonight" | "always" | "deny" | "quarantine";

interface Request {
  id: string;
  asset_id: string;
  asset: string | null;
  kind: string;
  urgent: boolean;
  first: number;
  last: number;
  expires: number;
  count: number;
  wants: { scope: string; destination: string; description: string; used_by: string[] }[];
  more: number;
  detail: string;
  answers: Answer[];
  agreed: unknown[];
  answer: Answer | null;
  settled: number | null;
}

const ANSWERED = 20;
const AT_ONCE = 100;

class Requests extends View {
  static override properties = { waiting: { state: true }, answered: { state: true }, current: { state: true }, marked: { state: true } };

  declare waiting: Request[] | undefined;
  declare answered: Request[];
  declare current: number;
  declare marked: ReadonlySet<string>;

  private seen = "";
  private onKey = (event: KeyboardEvent) => this.key(event);

  constructor() {
    super();
    Object.assign(this, { answered: [], current: 0, marked: new Set() });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = "";
    window.addEventListener("keydown", this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.onKey);
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const now = JSON.stringify(this.store.overview?.requests);
    if (now !== this.seen) {
      this.seen = now;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const told = await this.attempt(() =>
      this.ask<{ requests: Request[]; answered: Request[] }>("requests/list", { answered: ANSWERED }),
    );
    if (!told) return;
    this.waiting = told.requests.sort((one, other) => Number(other.urgent) - Number(one.urgent) || one.first - other.first);
    this.answered = told.answered;
    this.current = Math.max(0, Math.min(this.current, this.waiting.length - 1));
    this.marked = new Set([...this.marked].filter((id) => told.requests.some((one) => one.id === id)));
  }

  private key(event: KeyboardEvent): void {
    const target = event.composedPath()[0] as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    const chosen = this.waiting?.[this.current];
    const moves: Record<string, number> = { j: 1, k: -1 };
    if (event.key in moves) {
      this.current = Math.max(0, Math.min((this.waiting?.length ?? 1) - 1, this.current + moves[event.key]!));
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("article[aria-current]")?.focus());
    } else if (event.key === "x" && chosen) this.mark(chosen);
    else if (event.key === "a" && chosen) void this.answerAll(this.concerned(chosen), "always");
    else if (event.key === "d" && chosen) void this.answerAll(this.concerned(chosen), "deny");
    else return;
    event.preventDefault();
    event.stopPropagation(); // Home Assistant has keys of its own
  }

  private concerned(chosen: Request): Request[] {
    const marked = (this.waiting ?? []).filter((one) => this.marked.has(one.id));
    return marked.length ? marked : [chosen];
  }

  private mark(request: Request): void {
    const marked = new Set(this.marked);
    if (!marked.delete(request.id)) marked.add(request.id);
    this.marked = marked;
  }

  private async answerAll(requests: Request[], answer: Answer): Promise<void> {
    const { words } = this;
    if (answer === "quarantine") {
      const name = words.list(requests.map((one) => one.asset ?? words.t("gone_device")));
      const sure = await this.frame.confirm({
        title: words.n("quarantine_sure", requests.length, { name }),
        body: words.t("quarantine_means"),
        confirm: words.t("quarantine"),
        danger: true,
      });
      if (!sure) return;
    }
    const outcome = await this.attempt(() =>
      this.ask<Outcome>("requests/answer_many", { request_ids: requests.map((one) => one.id).slice(0, AT_ONCE), answer }),
    );
    if (outcome) {
      const { done, failed } = outcome;
      const name = requests[0]?.asset;
      const reasons = [...new Set(Object.values(failed).map((failure) => words.failure(failure)))];
      const texts = done.length ? [words.n("was_answered", done.length, { name, answer: words.t(`answer_${answer}`) })] : [];
      if (reasons.length) {
        texts.push(words.n("not_done", Object.keys(failed).length, { reason: reasons.slice(0, 3).join(" ") }));
      }
      this.frame.tell(texts.join(" "));
    }
    await this.read();
  }

  protected override render(): TemplateResult {
    const { words, waiting } = this;
    if (!waiting) return html`<p role="status">${words.t("loading")}</p>`;
    const marked = waiting.filter((one) => this.marked.has(one.id));
    return html`<div class="stack">
      <div class="row between">
        <h2>${words.t("requests_wait")}</h2>
        ${marked.length
          ? html`<div class="row">
              <span>${words.n("marked", marked.length)}</span>
              <button class="main" @click=${() => this.answerAll(marked, "always")}>${words.t("answer_always")}</button>
              <button @click=${() => this.answerAll(marked, "deny")}>${words.t("answer_deny")}</button>
            </div>`
          : nothing}
      </div>
      ${waiting.length
        ? html`<p class="muted keys">${words.t("requests_keys")}</p>
            <div class="cards">${waiting.map((one, place) => this.card(one, place))}</div>`
        : html`<p class="card">${words.t("requests_none")}</p>`}
      ${this.answered.length
        ? html`<section class="card" aria-labelledby="answered">
            <h2 id="answered">${words.t("requests_answered")}</h2>
            <ul>
              ${this.answered.map(
                (one) => html`<li>
                  ${one.settled === null ? nothing : html`<span class="muted">${words.time(one.settled)}</span>`}
                  ${this.title_of(one)} ${one.answer ? html`<strong>${words.t(`answer_${one.answer}`)}</strong>` : nothing}
                </li>`,
              )}
            </ul>
          </section>`
        : nothing}
    </div>`;
  }

  private title_of(request: Request): string {
    return this.words.t(`request_${request.kind}`, { name: request.asset ?? this.words.t("gone_device") });
  }

  private card(request: Request, place: number): TemplateResult {
    const { words } = this;
    return html`<article
      class="card"
      tabindex="-1"
      aria-current=${place === this.current ? "true" : nothing}
      @focusin=${() => (this.current = place)}
    >
      <div class="row between">
        <h3>${this.title_of(request)}</h3>
        <input type="checkbox" aria-label=${words.t("mark", { name: request.asset })} .checked=${this.marked.has(request.id)} @change=${() => this.mark(request)} />
      </div>
      ${request.urgent ? html`<p><span class="badge deny">${words.t("request_urgent")}</span></p>` : nothing}
      ${request.wants.length
        ? html`<ul>
            ${request.wants.map(
              (want) => html`<li>
                ${words.scope(want.scope)}: <strong>${want.description}</strong>
                ${want.used_by.length ? html`<span class="muted">${words.t("request_also", { names: words.list(want.used_by.slice(0, 5)) })}</span>` : nothing}
              </li>`,
            )}
            ${request.more ? html`<li>${words.n("and_more", request.more)}</li>` : nothing}
          </ul>`
        : nothing}
      ${request.detail ? html`<p class="muted">${request.detail}</p>` : nothing}
      <p class="muted">
        ${words.n("request_asked", request.count, { time: words.time(request.last) })} ${words.t("request_until", { time: words.time(request.expires) })}
      </p>
      ${request.agreed.length ? html`<p class="note held">${words.t("request_second")}</p>` : nothing}
      <div class="row">
        ${request.answers.map(
          (answer) => html`<button
            class=${answer === "always" ? "main" : answer === "quarantine" ? "danger" : ""}
            @click=${() => this.answerAll([request], answer)}
          >
            ${words.t(`answer_${answer}`)}
          </button>`,
        )}
      </div>
      <p>${this.link(`device/${request.asset_id}`, words.t("more_about_it"))}</p>
    </article>`;
  }

  static override styles = [
    shared,
    css`
      article[aria-current] {
        border-color: var(--primary-color);
        box-shadow: inset 4px 0 0 var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
      }
      @media (hover: none), (max-width: 700px) {
        .keys {
          display: none;
        }
      }
    `,
  ];
}

customElements.define("secure-hub-requests", Requests);
