/** One line of the journal in words: what happened to which device, what changed, and who did it. */

import { type TemplateResult, css, html, nothing } from "lit";
import type { JournalRecord } from "./api";
import type { Words } from "./words";

type Values = Record<string, unknown>;

/** What is said in the line itself; everything else of the details can be unfolded. */
const NAMED = ["scope", "destination", "answer", "finding", "step", "version"] as const;

const isValues = (value: unknown): value is Values => value !== null && typeof value === "object" && !Array.isArray(value);

function told(words: Words, value: unknown): string {
  if (Array.isArray(value)) return words.list(value.map((one) => told(words, one)));
  if (isValues(value))
    return Object.entries(value)
      .map(([key, one]) => `${key.replaceAll("_", " ")}: ${told(words, one)}`)
      .join(", ");
  return value === null ? "–" : words.value(String(value));
}

/** Of two tables, what is not the same in both. */
function differing(one: unknown, other: unknown): unknown {
  if (!isValues(one) || !isValues(other)) return one;
  return Object.fromEntries(Object.entries(one).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(other[key])));
}

function change(words: Words, { before, after }: JournalRecord): TemplateResult | typeof nothing {
  if (before === null && after === null) return nothing;
  const [was, is] = [differing(before, after), differing(after, before)];
  return html`<span>${before === null ? "" : `${told(words, was)} → `}<strong>${told(words, is)}</strong></span>`;
}

function unfolded(words: Words, details: Values | null): TemplateResult | typeof nothing {
  const rest = Object.entries(details ?? {}).filter(([key]) => !NAMED.some((name) => name === key));
  if (!rest.length) return nothing;
  return html`<details>
    <summary>${words.t("details")}</summary>
    <dl>${rest.map(([key, value]) => html`<dt>${key.replaceAll("_", " ")}</dt><dd>${told(words, value)}</dd>`)}</dl>
  </details>`;
}

function who(words: Words, record: JournalRecord): string {
  const actor = record.actor_name ?? (record.actor ? words.t("gone_user") : "Secure Hub");
  return words.t("did_by", { who: actor }) + (record.reason ? ` (${words.because(record.reason)})` : "");
}

export function journalLine(words: Words, record: JournalRecord): TemplateResult {
  const named = NAMED.filter((key) => record.details?.[key] && record.details[key] !== "any").map((key) => told(words, record.details![key]));
  return html`<time class="muted" datetime=${new Date(record.time * 1000).toISOString()}
      >${words.time(record.time, { timeStyle: "short" })}</time
    >
    <div>
      <strong>${words.t(`did_${record.action}`)}</strong>
      ${record.asset_id ? html`<a href="/secure-hub/device/${record.asset_id}">${record.asset ?? words.t("gone_device")}</a>` : nothing}
      ${named.length ? html`<span>${named.join(", ")}</span>` : nothing} ${change(words, record)}
      <span class="muted">${who(words, record)}</span>
      ${unfolded(words, record.details)}
    </div>`;
}

/** Lines of the journal under their days. */
export function journalLines(words: Words, records: JournalRecord[]): TemplateResult[] {
  const days = new Map<string, JournalRecord[]>();
  for (const record of records) {
    const day = words.time(record.time, { dateStyle: "full" });
    days.set(day, [...(days.get(day) ?? []), record]);
  }
  return [...days].map(
    ([day, lines]) => html`<h3 class="day">${day}</h3>
      <ul class="lines">
        ${lines.map((record) => html`<li>${journalLine(words, record)}</li>`)}
      </ul>`,
  );
}

export const recordStyle = css`
  .day {
    margin-top: 12px;
  }
  .lines {
    list-style: none;
    padding: 0;
    margin: 4px 0 16px;
  }
  .lines li {
    display: grid;
    grid-template-columns: 56px 1fr;
    gap: 8px;
    padding: 8px 0;
    border-bottom: 1px solid var(--line);
    overflow-wrap: anywhere;
  }
`;
