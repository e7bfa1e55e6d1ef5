/**
 * What everybody who lives here may see: how many devices are guarded, and which are cut off. It shows nothing but states
 * that Home Assistant shows them anyway, and decides nothing. Loaded with every page, so it needs no library.
 */

interface Hass {
  language: string;
  states: Record<string, { state: string; attributes: Record<string, unknown> } | undefined>;
  entities: Record<string, { platform?: string; translation_key?: string; device_id?: string } | undefined>;
  devices: Record<string, { name?: string | null; name_by_user?: string | null } | undefined>;
  callWS<T>(message: object): Promise<T>;
}

type Texts = Record<string, string>;

let reading: Promise<Texts> | undefined;

function read(hass: Hass): Promise<Texts> {
  reading ??= hass
    .callWS<{ resources: Texts }>({
      type: "frontend/get_translations",
      language: hass.language,
      category: "common",
      integration: "secure_hub",
    })
    .then(({ resources }) => resources);
  return reading;
}

class SecureHubCard extends HTMLElement {
  private texts: Texts | undefined;
  private shown = "";

  setConfig(): void {
    // it needs none
  }

  getCardSize(): number {
    return 2;
  }

  set hass(hass: Hass) {
    if (this.texts) this.show(hass, this.texts);
    else
      void read(hass).then((texts) => {
        this.texts = texts;
        this.show(hass, texts);
      });
  }

  private show(hass: Hass, texts: Texts): void {
    const switches = Object.entries(hass.entities).filter(
      ([, entity]) => entity?.platform === "secure_hub" && entity.translation_key === "quarantine",
    );
    const cut = switches
      .filter(([id]) => hass.states[id]?.state === "on")
      .map(([id, entity]) => {
        const device = hass.devices[entity?.device_id ?? ""];
        return device?.name_by_user ?? device?.name ?? String(hass.states[id]?.attributes["friendly_name"] ?? id);
      })
      .sort();
    const told = JSON.stringify([switches.length, cut]);
    if (told === this.shown) return;
    this.shown = told;
    const text = (key: string, values: Record<string, unknown> = {}) =>
      (texts[`component.secure_hub.common.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
    const one = (key: string, count: number) => text(`${key}_${count === 1 ? "one" : "other"}`, { count });
    const lines = [switches.length ? one("card_guarded", switches.length) : text("card_nothing")];
    if (cut.length) {
      lines.push(text("card_cut", { names: new Intl.ListFormat(hass.language).format(cut) }), text("card_ask"));
    }
    const card = document.createElement("ha-card");
    const body = document.createElement("div");
    body.style.padding = "16px";
    for (const line of lines) body.appendChild(document.createElement("p")).textContent = line;
    card.setAttribute("header", "Secure Hub");
    card.append(body);
    this.replaceChildren(card);
  }
}

class SecureHubDashboard extends HTMLElement {
  static async generate(): Promise<object> {
    return { views: [{ title: "Secure Hub", cards: [{ type: "custom:secure-hub-card" }] }] };
  }
}

interface Pickers {
  customCards?: object[];
  customStrategies?: object[];
}

const pickers = window as unknown as Pickers;
customElements.define("secure-hub-card", SecureHubCard);
customElements.define("ll-strategy-dashboard-secure-hub", SecureHubDashboard);
(pickers.customCards ??= []).push({ type: "secure-hub-card", name: "Secure Hub", preview: true });
(pickers.customStrategies ??= []).push({ type: "secure-hub", strategyType: "dashboard", name: "Secure Hub" });

export {};
