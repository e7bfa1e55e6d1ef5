/** How the home stands: each check with its outcome and what it was judged by. */

import { type TemplateResult, css, html, nothing } from "lit";
import type { Check } from "./api";
import { Section } from "./section";
import { shared } from "./style";

interface Told {
  score: number | null;
  checks: Check[];
}

const PARTS = ["home", "zigbee"] as const;
const SIGNS: Record<Check["outcome"], { sign: string; tone: string }> = {
  good: { sign: "✓", tone: "allow" },
  bad: { sign: "!", tone: "deny" },
  unknown: { sign: "?", tone: "" },
};

class Posture extends Section<Told> {
  protected readonly heading = "posture";

  protected override basis(): unknown {
    const { overview } = this.store;
    return [overview?.state, overview?.newcomers, overview?.counts, overview?.updates, overview?.incidents];
  }

  protected override read(): Promise<Told> {
    return this.ask("posture");
  }

  protected override show({ score, checks }: Told): TemplateResult {
    const { words } = this;
    return html`${score === null
        ? nothing
        : html`<p class="row">
            <progress max="100" value=${score} aria-label=${words.t("posture")}></progress>
            <strong>${words.number(score / 100, { style: "percent" })}</strong>
          </p>`}
      ${PARTS.map((part) => this.group(part, checks.filter((one) => one.part === part)))}`;
  }

  private group(part: Check["part"], checks: Check[]): TemplateResult | typeof nothing {
    if (!checks.length) return nothing;
    return html`<h3>${this.words.t(`posture_${part}`)}</h3>
      <ul>
        ${checks.map((one) => this.check(one))}
      </ul>`;
  }

  private check({ check, outcome, evidence }: Check): TemplateResult {
    const { words } = this;
    const { sign, tone } = SIGNS[outcome];
    return html`<li>
      <span class="sign ${tone}" aria-hidden="true">${sign}</span>
      <span>${words.t(`check_${check}`)}${evidence && outcome !== "good" ? html`<br /><small class="muted">${words.value(evidence)}</small>` : nothing}</span>
      <span class="muted">${words.t(`outcome_${outcome}`)}</span>
    </li>`;
  }

  static override styles = [
    shared,
    css`
      progress {
        flex: 1;
        accent-color: var(--primary-color);
      }
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
      }
      h3 {
        margin-top: 16px;
      }
      li {
        display: grid;
        grid-template-columns: 24px 1fr auto;
        gap: 10px;
        align-items: center;
        padding: 6px 0;
        border-top: 1px solid var(--line);
      }
      .sign {
        width: 22px;
        height: 22px;
        border: 2px solid var(--state, var(--muted));
        border-radius: 50%;
        text-align: center;
        line-height: 18px;
        font-weight: 600;
      }
    `,
  ];
}

customElements.define("secure-hub-posture", Posture);
