/** What the journal tells of a device, the newest first. */

import { type TemplateResult, html } from "lit";
import type { JournalPage } from "../api";
import { journalLines, recordStyle } from "../record";
import { DeviceSection } from "../section";
import { shared } from "../style";

const LINES = 20;

class Lines extends DeviceSection<JournalPage> {
  protected readonly heading = "happened";

  protected override basis(): unknown {
    return [super.basis(), this.store.overview?.journal.records];
  }

  protected override read(): Promise<JournalPage> {
    return this.ask("journal", { asset_id: this.details.id, limit: LINES });
  }

  protected override show({ records }: JournalPage): TemplateResult {
    const { words, details } = this;
    return html`${records.length ? journalLines(words, records) : html`<p>${words.t("happened_nothing")}</p>`}
    ${this.link(`journal/${details.id}`, words.t("happened_all"))}`;
  }

  static override styles = [shared, recordStyle];
}

customElements.define("secure-hub-lines", Lines);
