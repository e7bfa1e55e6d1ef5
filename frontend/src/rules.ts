/** What was said of sets of devices, and whatever was said that can never win, disagrees or is for nobody; to take back. */

import { type TemplateResult, css, html, nothing } from "lit";
import type { Change, ListedRule, RulePage, Said } from "./api";
import { Section } from "./section";
import { shared } from "./style";

const MOST = 200;

class Rules extends Section<RulePage> {
  protected readonly heading = "rules";

  protected override basis(): unknown {
    return null; // nothing tells of rules: they are read again every minute
  }

  protected override read(): Promise<RulePage> {
    return this.ask("rules");
  }

  protected override show({ rules, reviewed }: RulePage): TemplateResult {
    const { words } = this;
    const told = rules.filter((rule) => rule.kind !== "asset" || rule.problems.length);
    const names = new Map(rules.map((rule) => [rule.id, this.name(rule)]));
    return html`<p>${words.t("rules_means")}</p>
      ${reviewed ? nothing : html`<p class="note held">${words.t("rules_not_reviewed")}</p>`}
      ${told.length
        ? html`<div class="wide" tabindex="0" role="group" aria-labelledby="heading">
            <table>
              <thead>
                <tr>
                  ${["rule_for", "scope", "destination", "decision"].map((key) => html`<th scope="col">${words.t(key)}</th>`)}
                  <th scope="col"><span class="hidden">${words.t("rule_take_back")}</span></th>
                </tr>
              </thead>
              <tbody>
                ${told.slice(0, MOST).map((rule) => this.rule(rule, names))}
              </tbody>
            </table>
          </div>`
        : html`<p class="muted">${words.t("rules_none")}</p>`}
      ${told.length > MOST ? html`<p class="muted">${words.n("and_more", told.length - MOST)}</p>` : nothing}`;
  }

  private rule(rule: ListedRule, names: Map<string, string>): TemplateResult {
    const { words } = this;
    return html`<tr>
      <td>
        ${this.whom(rule)}
        ${rule.problems.map(({ problem, others }) => {
          const key = problem === "shadowed" && !others.length ? "protected" : problem;
          const list = words.list(others.slice(0, 3).map((id) => names.get(id) ?? id));
          return html`<p class="note held">${words.t(`rule_problem_${key}`, { others: list })}</p>`;
        })}
      </td>
      <td>${words.scope(rule.scope)}</td>
      <td><code>${rule.destination === "any" ? words.t("anywhere") : rule.destination}</code></td>
      <td><span class="badge ${rule.decision}">${words.decision(rule.decision)}</span></td>
      <td><button aria-label=${`${words.t("rule_take_back")}: ${this.name(rule)}`} @click=${() => this.takeBack(rule)}>${words.t("rule_take_back")}</button></td>
    </tr>`;
  }

  private whom(rule: ListedRule): TemplateResult | string {
    const kind = this.words.t(`rule_kind_${rule.kind}`);
    if (rule.kind === "everyone") return kind;
    if (rule.kind === "asset") return html`${kind} ${this.link(`device/${rule.value}`, rule.name)}`;
    return `${kind} ${this.called(rule)}`;
  }

  private called(rule: ListedRule): string {
    return rule.kind === "class" ? this.words.t(`class_${rule.value}`) : `${rule.name} ${rule.model}`.trim();
  }

  /** A rule in a few words. */
  private name(rule: ListedRule): string {
    const { words } = this;
    const whom = rule.kind === "everyone" ? words.t("rule_kind_everyone") : this.called(rule);
    const where = rule.destination === "any" ? "" : ` → ${rule.destination}`;
    return `${whom}, ${words.scope(rule.scope)}${where}: ${words.decision(rule.decision)}`;
  }

  private async takeBack(rule: ListedRule): Promise<void> {
    const { kind, value, model, scope, destination } = rule;
    const change = (decision: Said): { changes: Change[] } => ({ changes: [{ kind, value, model, scope, destination, decision }] });
    await this.apply(
      () => this.ask("set_permissions", change("default")),
      this.words.t("rule_taken_back", { rule: this.name(rule) }),
      async () => {
        await this.ask("set_permissions", change(rule.decision));
        await this.again();
      },
    );
    await this.again();
  }

  static override styles = [
    shared,
    css`
      td {
        vertical-align: top;
      }
      .hidden {
        position: absolute;
        clip-path: inset(50%);
      }
    `,
  ];
}

customElements.define("secure-hub-rules", Rules);
