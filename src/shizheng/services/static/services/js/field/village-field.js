// The page of a village chief that works without signal: saves first, sends when it can.
import { FieldPage, made, position } from "../../../core/js/offline/page.js";
import { drain } from "./outbox.js";
import { dropEntry, entries, factOf, putEntry } from "./store.js";
import { putBack, written } from "./writing.js";

const MOST_PHOTOS = 5;

class VillageField extends FieldPage {
  async connectedCallback() {
    this.words = JSON.parse(document.getElementById("field-words").textContent);
    this.place = null;
    this.correcting = null;
    this.hidden = false;
    try {
      this.person = await factOf("person");
    } catch {
      return this.say(this.words.no_store);
    }
    this.wire();
    await this.show(this.person);
    this.keepPage("village-field");
    await this.begin(drain);
  }

  wire() {
    this.find("[data-kind]").addEventListener("change", () => this.chooseKind());
    this.find("[name=service]").addEventListener("change", () => this.chooseService());
    this.find("[data-locate]").addEventListener("click", () => this.locate());
    for (const form of this.querySelectorAll("form")) {
      form.addEventListener("submit", (event) => { event.preventDefault(); this.save(form); });
    }
    this.addEventListener("click", (event) => this.pressed(event.target));
    this.chooseKind();
    this.chooseService();
  }

  chooseKind() {
    const kind = this.find("[data-kind]").value;
    this.find("[data-form=report]").hidden = kind !== "report";
    this.find("[data-form=record]").hidden = kind === "report";
    this.find("[data-amount]").hidden = kind !== "expense";
  }

  chooseService() {
    const chosen = this.find("[name=service]").value;
    for (const set of this.querySelectorAll("[data-service]")) {
      set.hidden = set.disabled = set.dataset.service !== chosen;
    }
  }

  async locate() {
    this.place = await position();
    this.find("[data-located]").textContent = this.place ? this.words.found : this.words.not_found;
  }

  // Says what is missing, or nothing.
  faultOf(form, kind) {
    const missing = [...form.querySelectorAll("[required]")].find((control) => !control.value.trim());
    if (missing) return [missing, missing.validationMessage];
    if (kind !== "report") return null;
    if (this.find("[name=photos]").files.length > MOST_PHOTOS) return [this.find("[name=photos]"), this.words.too_many];
    const address = this.find("[name=address]");
    return this.place || address.value.trim() ? null : [address, this.words.place_missing];
  }

  async save(form) {
    if (this.isSaving) return;
    const kind = this.find("[data-kind]").value;
    const said = form.querySelector("[data-fault]");
    const fault = this.faultOf(form, kind);
    said.hidden = !fault;
    if (fault) {
      said.textContent = fault[1];
      fault[0].focus();
      return;
    }
    this.isSaving = true;
    try {
      const entry = await written(form, kind, this.find("[data-area]").value, this.place);
      if (this.person?.owner) Object.assign(entry, { owner: this.person.owner, owner_name: this.person.name });
      if (this.correcting && !entry.photos.length) entry.photos = this.correcting.photos;
      await putEntry(entry);
      if (this.correcting) await dropEntry(this.correcting.offline_id);
      this.correcting = this.place = null;
      form.reset();
      this.find("[data-located]").textContent = "";
      this.chooseService();
      this.say(this.words.saved);
    } catch {
      said.hidden = false;
      said.textContent = this.words.no_store;
    } finally {
      this.isSaving = false;
    }
    await this.showEntries();
    await this.send();
  }

  async show(person = null) {
    this.showPerson(person);
    const areas = this.person?.areas ?? [];
    const select = this.find("[data-area]");
    if (select.options.length !== areas.length) {
      select.replaceChildren(...areas.map(({ code, name }) => new Option(name, code)));
    }
    this.find("[data-area-group]").hidden = areas.length === 1;
    await this.showEntries();
  }

  async showEntries() {
    const all = await entries();
    const waiting = all.filter((entry) => entry.state !== "sent");
    const sent = all.filter((entry) => entry.state === "sent").reverse().slice(0, 50);
    this.list("[data-waiting]", waiting, this.words.none_waiting);
    this.list("[data-sent]", sent, this.words.none_sent);
  }

  list(selector, rows, none) {
    const signature = JSON.stringify(rows.map((row) => [row.offline_id, row.state, this.stateOf(row), row.owner === this.person?.owner]));
    this.fill(selector, rows.map((row) => this.row(row)), none, signature);
  }

  stateOf(entry) {
    const label = entry.state === "sent" ? this.person?.states?.[entry.number] ?? this.words.sent : this.words[entry.state];
    return [label, entry.number, entry.said].filter(Boolean).join(" · ");
  }

  row(entry) {
    const state = made("div", { className: entry.state === "refused" ? "is-refused" : "small", textContent: this.stateOf(entry) });
    const item = made("li", {}, made("b", { textContent: entry.title }), state);
    item.dataset.entry = entry.offline_id;
    if (entry.state !== "sent") item.append(...this.whose(entry));
    if (entry.state === "refused") item.append(this.buttons(entry));
    return item;
  }

  async pressed(target) {
    const { act, of } = target.dataset ?? {};
    if (!act) return;
    const entry = (await entries()).find((each) => each.offline_id === of);
    if (!entry) return;
    if (act === "discard") {
      if (!this.isToBeDiscarded(entry)) return;
      await dropEntry(of);
      await this.showEntries();
      return;
    }
    this.correcting = entry;
    this.find("[data-kind]").value = entry.kind;
    this.chooseKind();
    const form = this.find(entry.kind === "report" ? "[data-form=report]" : "[data-form=record]");
    if (entry.fields.service) this.find("[name=service]").value = entry.fields.service;
    this.chooseService();
    putBack(form, entry);
    this.find("[data-area]").value = entry.fields.area;
    const { longitude, latitude } = entry.fields;
    this.place = longitude ? { longitude, latitude } : null;
    form.querySelector("input:not([hidden]), select, textarea").focus();
  }
}
customElements.define("village-field", VillageField);
