/** What the hub is asked and what it answers; docs/api.md tells it in words. */

export interface Hass {
  connection: {
    subscribeMessage<T>(callback: (event: T) => void, message: object, options?: object): Promise<() => Promise<void>>;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  callWS<T>(message: { type: string } & Record<string, unknown>): Promise<T>;
  language: string;
  locale: { language: string };
  user: { is_admin: boolean; name: string };
  areas: Record<string, { name: string }>;
  states: Record<string, HassState>;
  entities: Record<string, { platform: string; entity_id: string; device_id?: string; translation_key?: string }>;
}

export interface HassState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export type Decision = "allow" | "ask" | "deny";
export type Said = "default" | Decision;
export type Scope = "internet" | "lan" | "peers" | "hub" | "control" | "report" | "share";
export const SCOPES: readonly Scope[] = ["internet", "lan", "peers", "hub", "control", "report", "share"];
export const DECISIONS: readonly Said[] = ["default", "allow", "ask", "deny"];
export const PROFILES = ["default", "trusted", "local_only", "cloud_only", "restricted", "ask"] as const;

export interface Cell {
  said: Said;
  decision: Decision;
  exceptions: number;
  enforced: Decision | "monitored" | "pending" | "not_enforceable";
}

export interface Row {
  id: string;
  name: string;
  class: string;
  governed: boolean;
  protected: string | null;
  manufacturer: string | null;
  model: string | null;
  device_id: string | null;
  area_id: string | null;
  interfaces: string[];
  present: boolean;
  standing: "admitted" | "held" | "quarantined";
  contained: boolean;
  profile: string;
  coverage: "full" | "routed" | "hub_only" | "none";
  coverage_reason: string;
  /** How its software stands. */
  firmware: string;
  /** How sure it is that something is wrong with it, and how bad that would be: 0 to 100. */
  anomaly: number;
  scopes: Partial<Record<Scope, Cell>>;
}

export interface Voice {
  layer: string;
  decision: Decision;
  destination: string;
  source: string;
  kind?: string;
  value?: string;
}

export interface Verdict {
  decision: Decision;
  reason: string;
  winner: Voice;
  overrode: Voice[];
  exceptions: Voice[];
  coverage: Row["coverage"];
  coverage_reason: string;
  enforced: Cell["enforced"];
  /** Addresses that several names share which meet different decisions: the strictest holds for all of them. */
  shared_addresses?: { address: string; names: Record<string, Decision> }[];
}

export interface Rule {
  id: string;
  scope: Scope;
  decision: Decision;
  destination: string;
}

/** A rule in the list of all of them. */
export interface ListedRule extends Rule {
  /** What it knows its devices by; `model` only completes kind `model`. */
  kind: string;
  value: string;
  model: string;
  name: string;
  problems: { problem: string; others: string[] }[];
}

export interface RulePage {
  rules: ListedRule[];
  total: number;
  after: string | null;
  reviewed: boolean;
}

export interface Grant {
  id: string;
  scope: Scope;
  destination: string;
  expires: number;
}

export interface Person {
  id: string;
  name: string | null;
}

export interface Details extends Row {
  identifiers: { kind: string; value: string }[];
  addresses: string[];
  integrations: string[];
  first_seen: number;
  last_seen: number;
  evidence: { class: string; fact: string; detail: string; weight: number }[];
  quarantine: { since: number; actor: string | null; reason: string } | null;
  rules: Rule[];
  grants: Grant[];
  allow_list: { scope: Scope; destination: string }[];
  owners: Person[];
  guest_until: number | null;
  learning: boolean;
  contained_by: { step: string; since: number; incident: string } | null;
  probation_until: number | null;
  replacement: Replacement | null;
  verdicts: Partial<Record<Scope, Verdict>>;
}

export interface Overview {
  state: "in_sync" | "drifted" | "degraded" | "unavailable" | "monitoring";
  mode: "monitor" | "enforce";
  newcomers: "hold" | "allow";
  home_profile: string;
  lockdown: boolean;
  trial_ends: number | null;
  counts: { assets: number; governed: number; held: number; quarantined: number };
  enforcers: { name: string; health: string; reason: string | null; detail: string | null }[];
  journal: { intact: boolean; records: number };
  requests: { pending: number };
  incidents: { open: number; latest: number | null };
  updates: { waiting: number; overdue: number; progress: [number, number] | null };
  segments: { interface: string; bridge: boolean; ports: string[] }[];
  replacements: Omit<Replacement, "steps" | "not_carried_over">[];
}

export interface Rehearsal {
  steps: { step: string; subject: string }[];
  not_carried_over: { reason: string; subject: string }[];
}

export interface Replacement extends Rehearsal {
  /** Ids of the devices. */
  old: string;
  new: string;
  old_name: string;
  new_name: string;
  state: "running" | "stopped" | "rolling_back" | "done" | "rolled_back";
  /** Steps that are done, and how many there are. */
  done: number;
  number?: number;
  can_roll_back: boolean;
  error: string | null;
  detail: string;
}

/** One hour of a device; the envelope is of five minutes, as `most` is. */
export interface Hour {
  start: number;
  total: number;
  most: number;
  low: number | null;
  typical: number | null;
  high: number | null;
}

export const QUANTITIES = ["sent", "received", "calls"] as const;

export interface Behaviour {
  quantity: (typeof QUANTITIES)[number];
  learning: boolean;
  since: number | null;
  hours: Hour[];
}

export interface Update {
  asset_id: string;
  asset: string;
  status: string;
  why: string;
  version: string | null;
  latest: string | null;
  severity: string;
  deadline: number | null;
  snoozed_until: number | null;
  support_ends: number | null;
  skipped: string | null;
  advisories: number;
}

/** How far an update is that was ordered; the first ring is 0. */
export interface Ordered {
  version: string;
  state: string;
  ring: number;
  reason: string | null;
}

export interface Software extends Update {
  source: string | null;
  /** Null unless it is still to be done. */
  ordered: Ordered | null;
  percentage: number | null;
  release_url: string | null;
  skip_reason: string | null;
  snooze_reason: string | null;
  history: { version: string; since: number }[];
  vulnerabilities: { id: string; title: string; severity: string; confidence: string; evidence: string[]; fixed: string | null; no_fix_planned: boolean; source: string }[];
}

export interface Check {
  part: "home" | "zigbee";
  check: string;
  outcome: "good" | "bad" | "unknown";
  evidence: string;
}

export interface Difference {
  overview?: Overview;
  changed?: Row[];
  gone?: string[];
  stopped?: boolean;
}

export interface Failure {
  message: string;
  translation_key: string | null;
  translation_placeholders: Record<string, string> | null;
}

export interface Outcome {
  done: number[];
  failed: Record<string, Failure>;
}

export interface Change {
  value: string;
  scope: Scope;
  decision: Said;
  /** Without it `value` is a device. */
  kind?: string;
  model?: string;
  destination?: string;
}

export interface Preview {
  assets: {
    asset_id: string;
    scope: Scope;
    before: Decision;
    after: Decision;
    coverage: Row["coverage"];
    coverage_reason: string;
  }[];
  failed: Record<string, Failure>;
}

export interface JournalRecord {
  seq: number;
  time: number;
  action: string;
  asset_id: string | null;
  asset: string | null;
  actor: string | null;
  actor_name: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  details: Record<string, unknown> | null;
  hash: string;
}

export interface JournalPage {
  records: JournalRecord[];
  before: number | null;
}

export interface Incident {
  id: string;
  asset_id: string;
  asset: string | null;
  opened: number;
  updated: number;
  severity: string;
  score: number;
  findings: number;
  confidence: number;
  closed: number | null;
  reason: string;
  contained: { step: string; since: number } | null;
  probation_until: number | null;
  timeline: {
    time: number;
    finding: string;
    severity: string;
    confidence: number;
    technique: string;
    evidence: string;
    context: string;
  }[];
}

/** All conversations of a device with one peer about one service, as far as they are remembered. */
export interface Flow {
  asset_id: string;
  asset: string;
  peer: string;
  /** By which the device knows it; empty where it asked no name server. */
  name: string;
  /** The device that has the address now. */
  peer_asset_id: string | null;
  peer_asset: string | null;
  protocol: string;
  port: number;
  service: string;
  inward: boolean;
  local: boolean;
  last: number;
  sent: number;
  received: number;
  packets: number;
  /** Conversations that were let through. */
  allowed: number;
  /** Attempts that were held off, at least. */
  held: number;
}

export interface WsError {
  code: string;
  message: string;
  translation_key?: string;
  translation_domain?: string;
  translation_placeholders?: Record<string, string>;
}

/** Ask the hub; rejects with a WsError. */
export function ask<T>(hass: Hass, command: string, fields: Record<string, unknown> = {}): Promise<T> {
  return hass.callWS<T>({ type: `secure_hub/${command}`, ...fields });
}
