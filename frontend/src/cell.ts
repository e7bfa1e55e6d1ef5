/** One scope of one device: what was said, what holds, and whether anybody can enforce it. */

import { type TemplateResult, html } from "lit";
import { live } from "lit/directives/live.js";
import { DECISIONS, type Row, type Said, type Scope } from "./api";
import type { Words } from "./words";

export function scopeCell(words: Words, row: Row, scope: Scope, decide: (decision: Said) => unknown): TemplateResult {
  const cell = row.scopes[scope];
  if (!cell) return html`<span class="muted" title=${words.t("scope_not_for_it")}>–<span class="hidden-text">${words.t("scope_not_for_it")}</span></span>`;
  const open = cell.enforced === "not_enforceable";
  const holds = words.t(`cell_${cell.decision}`);
  const title = [
    words.t("cell_label", { name: row.name, scope: words.scope(scope), decision: words.decision(cell.decision) }),
    words.t("cell_enforced", { enforced: words.enforced(cell.enforced) }),
    cell.exceptions ? words.n("cell_exceptions", cell.exceptions) : "",
  ]
    .filter(Boolean)
    .join(" ");
  return html`<select
    class="${cell.decision} ${cell.said === "default" ? "" : "said"} ${cell.enforced}"
    aria-label=${title}
    title=${title}
    .value=${live(cell.said)}
    ?disabled=${row.protected !== null}
    @change=${(event: Event) => decide((event.target as HTMLSelectElement).value as Said)}
  >
    ${DECISIONS.map(
      (one) =>
        html`<option value=${one} ?selected=${one === cell.said}>
          ${open && one === cell.said ? "⊘ " : ""}${one === "default" ? `(${holds})` : words.t(`cell_${one}`)}${one ===
            cell.said && cell.exceptions
            ? " *"
            : ""}
        </option>`,
    )}
  </select>`;
}
