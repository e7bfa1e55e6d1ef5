/** Which views there are; one whose room the hub does not have is not shown. */

import type { Store } from "./store";
import "./views/device";
import "./views/devices";
import "./views/home";
import "./views/journal";
import "./views/network";
import "./views/settings";

interface Tab {
  /** First part of the address. */
  name: string;
  element: string;
  /** The tab that it belongs to, if it has none of its own. */
  tab?: string;
  /** Shown only if this holds. */
  when?: (store: Store) => boolean;
}

export const VIEWS: readonly Tab[] = [
  { name: "", element: "secure-hub-home" },
  { name: "devices", element: "secure-hub-devices" },
  { name: "device", element: "secure-hub-device", tab: "devices" },
  { name: "network", element: "secure-hub-network" },
  { name: "journal", element: "secure-hub-journal" },
  { name: "settings", element: "secure-hub-settings" },
];

export function shownViews(store: Store): Tab[] {
  return VIEWS.filter((view) => !view.tab && (view.when?.(store) ?? true));
}
