/** The panel: address, tabs, questions and news around the views. */

import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import type { Hass } from "./api";
import { Store } from "./store";
import { shared } from "./style";
import { TABS, VIEWS } from "./tabs";
import { type Frame, Parts, type Question } from "./view";
import { Words } from "./words";

const NEWS_MS = 12_000;

interface News {
  text: string;
  undo?: () => Promise<unknown>;
}

class SecureHubPanel extends LitElement implements Frame {
  static override properties = {
    hass: { attribute: false },
    narrow: { type: Boolean, reflect: true },
    route: { attribute: false },
    words: { state: true },
    question: { state: true },
    news: { state: true },
    tick: { state: true },
  };

  declare hass: Hass;
  declare narrow: boolean;
  declare route: { path: string } | undefined;
  declare words: Words | undefined;
  declare question: (Question & { answer: (sure: boolean) => void }) | undefined;
  declare news: News | undefined;
  declare tick: number;

  private store = new Store(() => this.hass);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private parts = new Parts();

  constructor() {
    super();
    this.tick = 0;
    this.store.addEventListener("changed", () => this.tick++);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.start();
    void this.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.stop();
  }

  private async read(): Promise<void> {
    while (!this.hass) await new Promise((resolve) => setTimeout(resolve, 20));
    this.words = await Words.load(this.hass);
  }

  go(path: string): void {
    history.pushState(null, "", `/secure-hub/${path}`);
    window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
  }

  confirm(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
      this.question = { ...question, answer: resolve };
    });
  }

  tell(text: string, undo?: () => Promise<unknown>): void {
    clearTimeout(this.timer);
    this.news = undo ? { text, undo } : { text };
    this.timer = setTimeout(() => (this.news = undefined), NEWS_MS);
  }

  private async undo(): Promise<void> {
    const undo = this.news?.undo;
    const { words } = this;
    if (!undo || !words) return;
    try {
      await undo();
      this.tell(words.t("undone"));
    } catch (error) {
      this.tell(words.failure(error));
    }
  }

  private answer(sure: boolean): void {
    this.question?.answer(sure);
    this.question = undefined;
  }

  /** Who goes to another view reads on from its beginning. */
  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("route") as { path: string } | undefined;
    if (!before || before.path === this.route?.path) return;
    void this.updateComplete.then(() => {
      const main = this.renderRoot.querySelector("main");
      main?.focus();
      main?.scrollTo(0, 0);
      this.renderRoot.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    });
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (this.question && dialog && !dialog.open) dialog.showModal();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words } = this;
    if (!words) return nothing;
    const [name = "", ...rest] = (this.route?.path ?? location.pathname.replace("/secure-hub", ""))
      .replace(/^\//, "")
      .split("/");
    const current = VIEWS.find((view) => view.name === name) ?? VIEWS[0]!;
    return html`
      <header>
        <button class="menu" aria-label=${words.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${words.t("views")}>
          ${TABS.map((tab) => {
            const count = (this.store.overview && tab.count?.(this.store.overview)) || 0;
            return html`<a
                href="/secure-hub/${tab.name}"
                aria-current=${tab.name === (current.tab ?? current.name) ? "page" : nothing}
                @click=${(event: Event) => {
                  event.preventDefault();
                  this.go(tab.name);
                }}
                >${words.t(`tab_${tab.name || "home"}`)}${count ? html`<span class="count">${count}</span>` : nothing}</a
              >`;
          })}
        </nav>
      </header>
      <main tabindex="0">${this.body(current.element, decodeURIComponent(rest.join("/")))}</main>
      ${this.asked(words)}
      <div class="news" role="status">
        ${this.news
          ? html`<div>
              <span>${this.news.text}</span>
              ${this.news.undo
                ? html`<button @click=${() => this.undo()}>${words.t("undo")}</button>`
                : nothing}
              <button aria-label=${words.t("close")} @click=${() => (this.news = undefined)}>✕</button>
            </div>`
          : nothing}
      </div>
    `;
  }

  private body(element: string, path: string): TemplateResult | HTMLElement {
    const words = this.words!;
    if (this.store.condition === "stopped") {
      return html`<section class="card state" role="alert">
        <h2>${words.t("not_running")}</h2>
        <p>${words.failure(this.store.trouble ?? { message: words.t("not_running_why") })}</p>
        <p>
          ${words.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${words.t("open_settings")}</a>
        </p>
      </section>`;
    }
    if (this.store.condition === "loading") return html`<p class="state" role="status">${words.t("loading")}</p>`;
    return this.parts.show(element, { hass: this.hass, store: this.store, words, frame: this, path });
  }

  private asked(words: Words): TemplateResult | typeof nothing {
    const { question } = this;
    if (!question) return nothing;
    return html`<dialog aria-labelledby="question" @close=${() => this.answer(false)}>
      <h2 id="question">${question.title}</h2>
      <div class="body">${question.body}</div>
      <div class="row end">
        <button @click=${() => this.answer(false)}>${words.t("cancel")}</button>
        <button class=${question.danger ? "danger" : "main"} autofocus @click=${() => this.answer(true)}>
          ${question.confirm}
        </button>
      </div>
    </dialog>`;
  }

  private menu(): void {
    this.dispatchEvent(new Event("hass-toggle-menu", { bubbles: true, composed: true }));
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
        height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      header {
        display: flex;
        align-items: center;
        gap: 4px 16px;
        padding: 0 12px;
        min-height: var(--header-height, 56px);
        background: var(--card-background-color, #fff);
        border-bottom: 1px solid var(--line);
        flex-wrap: wrap;
      }
      h1 {
        font-size: 20px;
        font-weight: 400;
      }
      .menu {
        display: none;
        border: 0;
        background: none;
        font-size: 20px;
      }
      :host([narrow]) .menu {
        display: block;
      }
      nav {
        display: flex;
        overflow-x: auto;
        align-self: stretch;
        max-width: 100%;
      }
      nav a {
        display: flex;
        align-items: center;
        padding: 10px 12px;
        text-decoration: none;
        white-space: nowrap;
        border-bottom: 3px solid transparent;
      }
      nav a[aria-current] {
        border-bottom-color: var(--primary-color, #03a9f4);
        font-weight: 500;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .count {
        margin-inline-start: 6px;
        padding: 0 7px;
        border-radius: 999px;
        font-size: 12px;
        background: var(--primary-text-color);
        color: var(--primary-background-color);
      }
      main {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: var(--gap);
        display: flex;
        flex-direction: column;
      }
      main:focus {
        outline: none;
      }
      main > * {
        width: 100%;
        max-width: 1400px;
        margin: 0 auto;
      }
      .state {
        margin-top: 32px;
      }
      dialog {
        border: 0;
        border-radius: var(--radius);
        padding: 24px;
        max-width: min(560px, 92vw);
        max-height: 86vh;
        background: var(--card-background-color, #fff);
        color: inherit;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.5);
      }
      .body {
        margin: 12px 0 20px;
        overflow: auto;
        max-height: 56vh;
      }
      .end {
        justify-content: flex-end;
      }
      .news {
        position: fixed;
        inset: auto 16px 16px;
        display: flex;
        justify-content: center;
        pointer-events: none;
      }
      .news > div {
        pointer-events: auto;
        display: flex;
        gap: 12px;
        align-items: center;
        padding: 8px 8px 8px 16px;
        border-radius: 8px;
        background: var(--primary-text-color);
        color: var(--primary-background-color);
        max-width: 720px;
        box-shadow: 0 2px 12px rgba(0, 0, 0, 0.3);
      }
      .news button {
        background: none;
        border: 0;
        color: inherit;
        text-decoration: underline;
      }
    `,
  ];
}

customElements.define("secure-hub-panel", SecureHubPanel);
