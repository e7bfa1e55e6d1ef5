/** How updates are started, wherever a person starts them. */

import { type TemplateResult, html } from "lit";
import type { Ordered, Update } from "./api";
import type { View } from "./view";
import type { Words } from "./words";

interface Order {
  installing: Record<string, string>;
  left_out: Record<string, string>;
}

/** Whether it can be installed. */
export const waits = (update: Update): boolean => update.status === "overdue" || update.status === "update_available";

const TONES: Record<string, string> = { overdue: "deny", update_available: "ask", updating: "ask", up_to_date: "allow" };

/** The colour beside the word for how it stands. */
export const tone = (update: Update): string => TONES[update.status] ?? "";

/** How far an update is that was ordered. */
export const progress = (words: Words, one: Ordered): TemplateResult =>
  html`${one.version}: ${words.t(`rollout_${one.state}`)}
    <span class="muted">${words.t("ring", { number: one.ring + 1 })}${one.reason ? `, ${one.reason.replaceAll("_", " ")}` : ""}</span>`;

/** Install what waits on one device or, without one, on all; whether it was ordered. */
export async function install(view: View, one?: Update): Promise<boolean> {
  const { words, frame } = view;
  const sure = await frame.confirm({
    title: one ? words.t("install_on", { name: one.asset }) : words.t("install_all"),
    body: words.t("install_means"),
    confirm: words.t("install"),
  });
  if (!sure) return false;
  const ordered = await view.attempt(() => view.ask<Order>("updates/install", one ? { asset_ids: [one.asset_id], now: true, confirm: true } : {}));
  if (!ordered) return false;
  const left = Object.values(ordered.left_out);
  const told = [words.n("was_ordered", Object.keys(ordered.installing).length)];
  if (left.length) {
    const reason = words.list([...new Set(left)].map((why) => words.t(`left_out_${why}`)));
    told.push(words.n("was_left_out", left.length, { reason }));
  }
  frame.tell(told.join(" "));
  return true;
}
