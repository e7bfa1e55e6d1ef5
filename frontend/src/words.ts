/** The texts of the panel: Home Assistant serves them with the integration's translations. */

import type { Failure, Hass, Scope, WsError } from "./api";

type Filled = Record<string, string | number | null | undefined>;

const CATEGORIES = ["common", "exceptions", "selector", "entity"] as const;
const ATTRIBUTES = "entity.select.internet.state_attributes";
/** Where there are texts for the words that the engine uses. */
const VOCABULARIES = [
  "common.standing_",
  "common.answer_",
  "selector.scope.options.",
  "selector.profile.options.",
  "selector.finding_kind.options.",
  "selector.playbook.options.",
  `${ATTRIBUTES}.decision.state.`,
] as const;
const STEP = 1000;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export class Words {
  private texts: Record<string, string> = {};

  constructor(readonly language: string) {}

  static async load(hass: Hass): Promise<Words> {
    const words = new Words(hass.locale?.language ?? hass.language);
    const answers = await Promise.all(
      CATEGORIES.map((category) =>
        hass.callWS<{ resources: Record<string, string> }>({
          type: "frontend/get_translations",
          language: words.language,
          category,
          integration: "secure_hub",
        }),
      ),
    );
    for (const { resources } of answers) Object.assign(words.texts, resources);
    return words;
  }

  private find(path: string, values: Filled = {}): string | undefined {
    return this.texts[`component.secure_hub.${path}`]?.replace(/\{(\w+)\}/g, (_, key: string) =>
      String(values[key] ?? ""),
    );
  }

  /** A text of the panel. */
  t(key: string, values?: Filled): string {
    return this.find(`common.${key}`, values) ?? key.replaceAll("_", " ");
  }

  /** A text of the panel that says how many: the key with `_one` or `_other`. */
  n(key: string, count: number, values: Filled = {}): string {
    return this.t(`${key}_${count === 1 ? "one" : "other"}`, { ...values, count });
  }

  scope(scope: string): string {
    return this.find(`selector.scope.options.${scope}`) ?? scope;
  }

  profile(profile: string): string {
    return this.find(`selector.profile.options.${profile}`) ?? profile;
  }

  option(selector: string, value: string): string {
    return this.find(`selector.${selector}.options.${value}`) ?? value;
  }

  /** A state of an attribute of the selects: what holds, why, and how far it reaches. */
  private attribute(name: string, value: string): string {
    return this.find(`${ATTRIBUTES}.${name}.state.${value}`) ?? value.replaceAll("_", " ");
  }

  decision(decision: string): string {
    return this.attribute("decision", decision);
  }

  reason(layer: string): string {
    return this.attribute("reason", layer);
  }

  enforced(value: string): string {
    return this.attribute("enforced", value);
  }

  coverage(level: string): string {
    return this.attribute("coverage", level);
  }

  why(reason: string): string {
    return this.attribute("coverage_reason", reason);
  }

  firmware(state: string): string {
    return this.find(`entity.sensor.firmware_status.state.${state}`) ?? state.replaceAll("_", " ");
  }

  firmware_why(why: string): string {
    return this.find(`entity.sensor.firmware_status.state_attributes.why.state.${why}`) ?? why.replaceAll("_", " ");
  }

  /** What an enforcer is called; those that a person set up have a name of their own. */
  enforcer(name: string): string {
    const key = `enforcer_${name}`;
    return this.find(`common.${key}`) ?? name;
  }

  /** A word of the engine's as a person would say it; whatever is no such word stays as it is. */
  value(word: string): string {
    for (const vocabulary of VOCABULARIES) {
      const found = this.find(vocabulary + word);
      if (found) return found;
    }
    return /^[a-z_]+$/.test(word) ? word.replaceAll("_", " ") : word;
  }

  /** The reason that somebody gave. */
  because(reason: string): string {
    const key = `because_${reason}`;
    return this.find(`common.${key}`) ?? reason;
  }

  /** Why something could not be done. */
  failure(error: Failure | WsError | unknown): string {
    const known = error as Failure | undefined;
    const key = known?.translation_key;
    const found = key ? this.find(`exceptions.${key}.message`, known?.translation_placeholders ?? {}) : undefined;
    return found ?? known?.message ?? String(error);
  }

  time(seconds: number, options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" }): string {
    return new Intl.DateTimeFormat(this.language, options).format(seconds * 1000);
  }

  /** A time of today as a time, any other with its date. */
  when(seconds: number): string {
    const today = new Date(seconds * 1000).toDateString() === new Date().toDateString();
    return this.time(seconds, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return new Intl.NumberFormat(this.language, options).format(value);
  }

  bytes(count: number): string {
    const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(count) / Math.log(STEP)));
    return this.number(count / STEP ** power, { style: "unit", unit: UNITS[power]!, unitDisplay: power ? "short" : "long", maximumSignificantDigits: 3 });
  }

  list(items: string[]): string {
    return new Intl.ListFormat(this.language).format(items);
  }

  compare(one: string, other: string): number {
    return one.localeCompare(other, this.language, { numeric: true, sensitivity: "base" });
  }

  scopes(scopes: Scope[]): string {
    return this.list(scopes.map((scope) => this.scope(scope)));
  }
}
