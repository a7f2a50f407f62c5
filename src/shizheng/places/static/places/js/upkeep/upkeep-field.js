// The page of an inspector that works without signal: saves first, sends when it can.
import { FieldPage, made, position } from "../../../core/js/offline/page.js";
import { Checklist } from "./checklist.js";
import { drain } from "./outbox.js";
import { dropEntry, entries, factOf, putEntry } from "./store.js";

class UpkeepField extends FieldPage {
  async connectedCallback() {
    this.words = JSON.parse(document.getElementById("field-words").textContent);
    this.limits = { bytes: Number(this.dataset.limit), most: Number(this.dataset.most) };
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
    this.keepPage("upkeep-field");
    await this.begin(drain);
  }

  wire() {
    this.find("form").addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.find("[data-back]").addEventListener("click", () => this.close());
    this.find("[data-other]").addEventListener("click", () => this.open({}));
    this.find("[data-round]").addEventListener("change", () => this.chooseRound());
    this.addEventListener("click", (event) => this.pressed(event.target));
  }

  round(stop) { return this.person?.rounds?.find((each) => each.upkeep === stop.upkeep && each.round === stop.round); }

  // Opens the form of a stop; without one the inspector writes the number down.
  open(stop, entry = null) {
    const rounds = this.person?.rounds ?? [];
    if (!rounds.length) return;
    this.stop = stop;
    this.correcting = entry;
    this.place = null;
    const isOther = !stop.key;
    this.find("[data-choose]").hidden = !isOther;
    this.find("[data-round]").replaceChildren(...rounds.map((each, at) => new Option(each.name, at)));
    this.find("[data-where]").textContent = isOther ? this.find("[data-other]").textContent : `${stop.title} · ${stop.key}`;
    this.showForm(isOther ? rounds[0] : this.round(stop));
    if (entry) this.form.putBack(entry.answers);
    this.find("[data-stops]").hidden = true;
    this.find("[data-visit]").hidden = false;
    this.find("[data-where]").focus();
    this.locate();
  }

  showForm(round) {
    this.form = new Checklist(round, this.words, this.limits);
    this.find("[data-checklist]").replaceChildren(this.form.element);
    this.find("[data-fault]").hidden = true;
  }

  chooseRound() { this.showForm(this.person.rounds[Number(this.find("[data-round]").value)]); }

  async locate() {
    const stop = this.stop;
    this.find("[data-located]").textContent = "";
    const place = await position();
    if (this.stop !== stop) return;
    this.place = place;
    this.find("[data-located]").textContent = place ? this.words.found : this.words.not_found;
  }

  close() {
    const key = this.stop?.key;
    this.stop = this.correcting = this.form = null;
    this.find("[data-visit]").hidden = true;
    this.find("[data-stops]").hidden = false;
    (this.find(`[data-key="${CSS.escape(key ?? "")}"]`) ?? this.find("[data-other]")).focus();
  }

  faultOf() {
    const key = this.find("[data-number]");
    if (!this.stop.key && !key.value.trim()) return [key, this.words.missing.replace("{question}", key.labels[0].textContent)];
    return this.form.fault(this.correcting?.photos);
  }

  async save() {
    if (this.isSaving || !this.form) return;
    const said = this.find("[data-fault]");
    const fault = this.faultOf();
    said.hidden = !fault;
    if (fault) {
      said.textContent = fault[1];
      fault[0].focus();
      return;
    }
    this.isSaving = true;
    const { upkeep, round } = this.form.round;
    const key = this.stop.key ?? this.find("[data-number]").value.trim();
    try {
      const photos = await this.form.photos();
      await putEntry({
        offline_id: crypto.randomUUID(), upkeep, round, key, title: this.stop.title ?? key, state: "waiting",
        answers: this.form.answers(), photos: photos.length ? photos : this.correcting?.photos ?? [], place: this.place,
        noted_at: this.correcting?.noted_at ?? new Date().toISOString(), saved_at: new Date().toISOString(),
        owner: this.person.owner, owner_name: this.person.name,
      });
      if (this.correcting) await dropEntry(this.correcting.offline_id);
      this.say(this.words.saved);
      this.find("[data-number]").value = "";
      await this.show();
      this.close();
    } catch {
      said.hidden = false;
      said.textContent = this.words.no_store;
    } finally {
      this.isSaving = false;
    }
    await this.send();
  }

  async show(person = null) {
    this.showPerson(person);
    this.kept = await entries();
    this.find("[data-other]").hidden = !this.person?.rounds?.length;
    this.showStops();
    this.showKept();
  }

  // What waits here says more than the city's list, which does not know of it yet.
  isSaved(stop) {
    return this.kept.some((entry) => entry.key === stop.key && entry.upkeep === stop.upkeep
      && entry.round === stop.round && ["waiting", "sending"].includes(entry.state));
  }

  showStops() {
    const stops = (this.person?.stops ?? []).filter((stop) => !this.isSaved(stop));
    const rows = stops.map((stop) => {
      const state = (stop.is_late ? this.words.late : this.words.due).replace("{day}", stop.due_on);
      const button = made("button", { type: "button", className: "field-open", textContent: `${stop.position}. ${stop.title} · ${stop.key}` });
      Object.assign(button.dataset, { key: stop.key, upkeep: stop.upkeep, round: stop.round });
      const name = this.round(stop)?.name ?? "";
      return made("li", {}, button, made("div", { className: stop.is_late ? "is-refused" : "small", textContent: `${name} · ${state}` }));
    });
    this.fill("[data-list]", rows, this.words.none, JSON.stringify(stops));
  }

  showKept() {
    const rows = [...this.kept].reverse().slice(0, 50).map((entry) => this.row(entry));
    const signature = JSON.stringify(this.kept.map((entry) => [entry.offline_id, entry.state, entry.said, entry.owner === this.person?.owner]));
    this.fill("[data-kept]", rows, this.words.none_kept, signature);
  }

  row(entry) {
    const state = [this.words[entry.state], entry.said].filter(Boolean).join(" · ");
    const item = made("li", {}, made("b", { textContent: `${entry.title} · ${entry.key}` }),
      made("div", { className: entry.state === "refused" ? "is-refused" : "small", textContent: state }));
    item.dataset.entry = entry.offline_id;
    item.dataset.state = entry.state;
    if (entry.state !== "sent") item.append(...this.whose(entry));
    if (entry.state === "refused") item.append(this.buttons(entry));
    return item;
  }

  async pressed(target) {
    const { key, upkeep, round, act, of } = target.dataset ?? {};
    if (key) {
      const stop = this.person.stops.find((each) => each.key === key && each.upkeep === upkeep && each.round === round);
      if (stop) this.open(stop);
      return;
    }
    const entry = act && this.kept.find((each) => each.offline_id === of);
    if (!entry) return;
    if (act === "correct") return this.open(entry, entry);
    if (!this.isToBeDiscarded(entry)) return;
    await dropEntry(of);
    await this.show();
  }
}
customElements.define("upkeep-field", UpkeepField);
