/** One line of the journal in words. */

import { type TemplateResult, html, nothing } from "lit";
import type { JournalRecord } from "./api";
import type { Words } from "./words";

export function journalLine(words: Words, record: JournalRecord): TemplateResult {
  const told = (value: unknown): string =>
    value !== null && typeof value === "object"
      ? Object.entries(value)
          .map(([key, one]) => `${key.replaceAll("_", " ")}: ${told(one)}`)
          .join(", ")
      : String(value);
  const change =
    record.before === null && record.after === null
      ? nothing
      : html` <span>${record.before === null ? "" : `${told(record.before)} → `}<strong>${told(record.after)}</strong></span>`;
  const details = record.details ? told(record.details).slice(0, 300) : "";
  return html`<time class="muted" datetime=${new Date(record.time * 1000).toISOString()}>${words.time(record.time)}</time>
    <strong>${words.t(`did_${record.action}`)}</strong>${record.asset_id ? html` <a href="/secure-hub/device/${record.asset_id}">${record.asset ?? words.t("gone_device")}</a>` : nothing}${change}
    <span class="muted">${words.t("did_by", { who: record.actor_name ?? (record.actor ? words.t("gone_user") : "Secure Hub") })}${record.reason ? ` (${words.t(`because_${record.reason}`)})` : ""}${details ? `; ${details}` : ""}</span>`;
}
