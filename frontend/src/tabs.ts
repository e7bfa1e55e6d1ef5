/** Which views there are, and how much waits in each. */

import type { Overview } from "./api";
import "./views/device";
import "./views/devices";
import "./views/home";
import "./views/incidents";
import "./views/journal";
import "./views/network";
import "./views/requests";
import "./views/settings";
import "./views/updates";

interface Tab {
  /** First part of the address. */
  name: string;
  element: string;
  /** The tab that it belongs to, if it has none of its own. */
  tab?: string;
  /** How much in it waits for a person. */
  count?: (overview: Overview) => number;
}

export const VIEWS: readonly Tab[] = [
  { name: "", element: "secure-hub-home" },
  { name: "devices", element: "secure-hub-devices" },
  { name: "device", element: "secure-hub-device", tab: "devices" },
  { name: "requests", element: "secure-hub-requests", count: (overview) => overview.requests.pending },
  { name: "incidents", element: "secure-hub-incidents", count: (overview) => overview.incidents.open },
  { name: "updates", element: "secure-hub-updates", count: (overview) => overview.updates.overdue },
  { name: "network", element: "secure-hub-network" },
  { name: "journal", element: "secure-hub-journal" },
  { name: "settings", element: "secure-hub-settings" },
];

export const TABS = VIEWS.filter((view) => !view.tab);
