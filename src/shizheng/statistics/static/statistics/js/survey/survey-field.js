// The page of an enumerator that works without signal: saves first, sends when it can.
import { FieldPage, made } from "../../../core/js/offline/page.js";
import { Questionnaire } from "./asking.js";
import { drain } from "./outbox.js";
import { dropEntry, entries, factOf, putEntry } from "./store.js";

class SurveyField extends FieldPage {
  async connectedCallback() {
    this.words = JSON.parse(document.getElementById("field-words").textContent);
    this.hidden = false;
    this.correcting = null;
    try {
      this.person = await factOf("person");
      this.kept = await entries();
    } catch {
      return this.say(this.words.no_store);
    }
    this.wire();
    await this.show(this.person);
    this.keepPage("survey-field");
    await this.begin(drain);
  }

  wire() {
    this.find("form").addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.find("[name=outcome]").addEventListener("change", () => this.chooseOutcome());
    this.find("[data-back]").addEventListener("click", () => this.close());
    this.addEventListener("click", (event) => this.pressed(event.target));
  }

  survey(code) { return this.person?.surveys?.find((each) => each.code === code); }

  chooseOutcome() { this.find("[data-questions]").hidden = this.find("[name=outcome]").value !== "complete"; }

  // Opens the form of an address; of a visit that was refused with what was answered.
  open(address, entry = null) {
    const survey = this.survey(address.survey);
    if (!survey) return;
    this.address = address;
    this.correcting = entry;
    this.form = new Questionnaire(survey, this.words);
    this.find("[data-questions]").replaceChildren(this.form.element);
    this.find("[data-where]").textContent = address.text;
    this.find("[name=outcome]").value = entry?.outcome ?? "complete";
    if (entry?.answers) this.form.putBack(entry.answers);
    this.find("[data-fault]").hidden = true;
    this.find("[data-list]").hidden = true;
    this.find("[data-visit]").hidden = false;
    this.chooseOutcome();
    this.find("[data-where]").focus();
  }

  close() {
    const number = this.address?.number;
    this.address = this.correcting = this.form = null;
    this.find("[data-visit]").hidden = true;
    this.find("[data-list]").hidden = false;
    this.find(`[data-number="${CSS.escape(number ?? "")}"]`)?.focus();
  }

  async save() {
    if (this.isSaving || !this.form) return;
    const outcome = this.find("[name=outcome]").value;
    const isComplete = outcome === "complete";
    const missing = isComplete && this.form.missing();
    const fault = this.find("[data-fault]");
    fault.hidden = !missing;
    if (missing) {
      fault.textContent = this.words.missing.replace("{question}", missing[1]);
      missing[0].focus();
      return;
    }
    this.isSaving = true;
    const { survey, number, text } = this.address;
    try {
      await putEntry({
        offline_id: crypto.randomUUID(), survey, number, outcome, title: text, state: "waiting",
        answers: isComplete ? this.form.answers() : {}, owner: this.person.owner, owner_name: this.person.name,
        noted_at: this.correcting?.noted_at ?? new Date().toISOString(), saved_at: new Date().toISOString(),
      });
      if (this.correcting) await dropEntry(this.correcting.offline_id);
      this.say(this.words.saved);
      await this.show();
      this.close();
    } catch {
      fault.hidden = false;
      fault.textContent = this.words.no_store;
    } finally {
      this.isSaving = false;
    }
    await this.send();
  }

  async show(person = null) {
    this.showPerson(person);
    this.kept = await entries();
    this.showAddresses();
    this.showKept();
  }

  // What waits here says more than the city's list, which does not know of it yet.
  stateOf(address) {
    const own = this.kept.filter((entry) => entry.survey === address.survey && entry.number === address.number && entry.state === "waiting");
    if (own.length) return "waiting";
    return address.is_recheck && address.state === "open" ? "recheck" : address.state;
  }

  showAddresses() {
    const addresses = this.person?.addresses ?? [];
    const items = [];
    for (const survey of this.person?.surveys ?? []) {
      const name = made("h3", { textContent: survey.name });
      const list = made("ul", { className: "field-list" });
      for (const address of addresses.filter((each) => each.survey === survey.code)) {
        const button = made("button", { type: "button", className: "survey-address", textContent: address.text });
        button.dataset.number = address.number;
        button.dataset.survey = address.survey;
        list.append(made("li", {}, button, made("span", { className: "small", textContent: ` ${address.village} · ${this.words[this.stateOf(address)] ?? ""}` })));
      }
      items.push(name, ...(survey.is_synthetic ? [made("p", { className: "small", textContent: this.words.synthetic })] : []), list);
    }
    this.replace("[data-addresses]", items.length ? items : [made("p", { textContent: this.words.none })]);
  }

  showKept() {
    const rows = [...this.kept].reverse().slice(0, 100).map((entry) => this.row(entry));
    this.replace("[data-kept]", rows.length ? rows : [made("li", { textContent: this.words.none_kept })]);
  }

  // The focus stays where it is while nothing has changed.
  replace(selector, children) {
    const place = this.find(selector);
    const shown = children.map((child) => child.outerHTML).join("");
    if (place.shown === shown) return;
    place.shown = shown;
    place.replaceChildren(...children);
  }

  row(entry) {
    const item = made("li", {}, made("b", { textContent: entry.title }));
    item.dataset.entry = entry.state;
    const said = [this.words[entry.state], entry.said].filter(Boolean).join(" · ");
    item.append(made("div", { className: entry.state === "refused" ? "is-refused" : "small", textContent: said }));
    if (entry.state !== "taken") item.append(...this.whose(entry));
    if (entry.state === "refused" && entry.owner === this.person?.owner) item.append(this.buttons(entry));
    return item;
  }

  async pressed(target) {
    const { act, of, number, survey } = target.dataset ?? {};
    if (number) {
      const address = this.person.addresses.find((each) => each.number === number && each.survey === survey);
      return this.open(address);
    }
    const entry = act && this.kept.find((each) => each.offline_id === of);
    if (!entry) return;
    if (act === "discard") {
      if (!this.isToBeDiscarded(entry)) return;
      await dropEntry(of);
      return this.show();
    }
    const address = this.person.addresses.find((each) => each.number === entry.number && each.survey === entry.survey);
    this.open(address ?? { survey: entry.survey, number: entry.number, text: entry.title }, entry);
  }
}
customElements.define("survey-field", SurveyField);
