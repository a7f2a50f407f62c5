// The page of a crew on scene: plans and water from this device, with or without a signal.
import { alone, session } from "../../../core/js/offline/outbox.js";
import { FieldPage, made } from "../../../core/js/offline/page.js";
import { all, drop, empty, keys, of, put } from "./store.js";

const DAY = 86_400_000;
const EARTH_M = 6_371_000;

const away = (a, b) => {
  const [x, y, u, v] = [a.latitude, a.longitude, b.latitude, b.longitude].map((degrees) => degrees * Math.PI / 180);
  return EARTH_M * Math.hypot(u - x, (v - y) * Math.cos((x + u) / 2));
};

class RescueScene extends FieldPage {
  async connectedCallback() {
    this.words = JSON.parse(document.getElementById("scene-words").textContent);
    this.hidden = false;
    this.here = null;
    try {
      this.told = await of("facts", "told");
      this.kept = new Set(await keys("plans"));
    } catch {
      this.find("[data-said]").textContent = this.words.no_store;
      return;
    }
    this.wire();
    this.show();
    this.keepPage("rescue-scene");
    await this.sync();
  }

  wire() {
    this.find("[data-sought]").addEventListener("input", () => this.show());
    this.find("[data-near]").addEventListener("click", () => this.locate());
    this.find("[data-back]").addEventListener("click", () => this.close());
    this.find("[data-empty]").addEventListener("click", () => this.clear());
    this.addEventListener("click", (event) => this.pressed(event.target));
    addEventListener("online", () => this.sync());
    addEventListener("offline", () => this.signal(false));
  }

  signal(isThere) { this.find("[data-said]").textContent = isThere ? this.words.online : this.words.offline; }

  // Brings the device to what the city has: new plans come, those that went are removed.
  async sync() {
    const told = await session(this.dataset.session);
    this.signal(Boolean(told));
    if (!told) return;
    this.showPerson(told);
    if (!told.keeps) return;
    await this.tellOpenings(told.token);
    const { token, ...kept } = told;
    await put("facts", "told", kept);
    this.told = kept;
    const sheets = told.buildings.flatMap((each) => each.sheets);
    const wanted = new Set(sheets.map((each) => each.id));
    for (const id of this.kept) if (!wanted.has(id)) await drop("plans", id);
    this.show();
    for (const sheet of sheets.filter((each) => each.file && !this.kept.has(each.id))) await this.fetchPlan(sheet);
    this.kept = new Set(await keys("plans"));
    this.dataset.synced = this.kept.size;
    this.show();
  }

  async fetchPlan(sheet) {
    try {
      const answer = await fetch(sheet.file, { credentials: "same-origin" });
      if (answer.ok) await put("plans", sheet.id, await answer.blob());
    } catch { /* it comes with the next signal */ }
  }

  tellOpenings(token) { return alone("rescue-scene-openings", () => this.tellEach(token)); }

  async tellEach(token) {
    const openings = await all("openings");
    if (!openings.length) return;
    try {
      const answer = await fetch(this.dataset.opened, {
        method: "POST", credentials: "same-origin", body: JSON.stringify(openings.slice(0, 200)),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      });
      if (answer.ok) for (const id of (await answer.json()).taken) await drop("openings", id);
    } catch { /* they are told at the next signal */ }
  }

  show() {
    const buildings = this.told?.buildings ?? [];
    const synced = this.words.synced.replace("{moment}", this.told?.synced_at?.replace("T", " ").slice(0, 16) ?? "–");
    this.find("[data-synced]").textContent = this.told ? synced.replace("{count}", buildings.length) : "";
    const sought = this.find("[data-sought]").value.trim().toLowerCase();
    let rows = buildings.filter((each) => !sought || JSON.stringify([each.key, each.name, each.facts]).toLowerCase().includes(sought));
    if (this.here) rows = rows.map((each) => ({ ...each, metres: away(this.here, each) })).sort((a, b) => a.metres - b.metres);
    const items = rows.slice(0, 100).map((each) => {
      const button = made("button", { type: "button", className: "field-open", textContent: each.name });
      button.dataset.key = each.key;
      const near = each.metres === undefined ? "" : ` · ${this.words.away.replace("{metres}", Math.round(each.metres))}`;
      const plans = each.sheets.map((sheet) => `${sheet.kind} ${sheet.drawn_on}`).join("; ");
      return made("li", {}, button, made("div", { className: "small", textContent: `${each.key} · ${plans}${near}` }));
    });
    this.find("[data-buildings]").replaceChildren(...(items.length ? items : [made("li", { textContent: this.words.none })]));
  }

  locate() {
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      this.here = { longitude: coords.longitude, latitude: coords.latitude };
      this.show();
    }, () => {}, { enableHighAccuracy: true, timeout: 10_000 });
  }

  open(building) {
    this.building = building;
    this.find("[data-name]").textContent = `${building.name} · ${building.key}`;
    this.find("[data-facts]").replaceChildren(...building.facts.map(([name, value]) => made("div", { className: "govuk-summary-list__row" },
      made("dt", { className: "govuk-summary-list__key", textContent: name }), made("dd", { className: "govuk-summary-list__value", textContent: value }))));
    this.find("[data-sheets]").replaceChildren(made("h3", { textContent: this.words.plans }), ...building.sheets.map((sheet) => this.sheet(sheet)));
    const water = building.water.map((each) => made("li", {
      textContent: [each.kind, each.key, each.state, this.words.metres.replace("{metres}", each.metres)].filter(Boolean).join(" · "),
    }));
    const none = made("p", { textContent: this.words.none_near });
    this.find("[data-water]").replaceChildren(made("h3", { textContent: this.words.water }), water.length ? made("ul", {}, ...water) : none);
    this.find("[data-list]").hidden = true;
    this.find("[data-building]").hidden = false;
    this.find("[data-name]").focus();
  }

  sheet(sheet) {
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: this.dataset.zone }).format();
    const age = Math.round((Date.parse(today) - Date.parse(sheet.drawn_on)) / DAY); // days of the city
    const drawn = this.words.drawn.replace("{day}", sheet.drawn_on).replace("{age}", age);
    const box = made("div", { className: "govuk-form-group" }, made("p", { textContent: `${sheet.kind}: ${drawn}` }));
    if (sheet.is_old) box.append(made("p", { className: "is-late", textContent: this.words.old }));
    if (sheet.contents) box.append(made("p", { textContent: this.words.contents.replace("{contents}", sheet.contents) }));
    if (this.kept.has(sheet.id)) {
      const button = made("button", { type: "button", className: "govuk-button duty-button", textContent: `${this.words.open} (${sheet.name})` });
      button.dataset.sheet = sheet.id;
      box.append(button);
    } else box.append(made("p", { className: "small", textContent: this.words.not_kept }));
    return box;
  }

  // The plan itself, from the device; that it was opened is told as soon as there is a signal.
  async openPlan(id, button) {
    const blob = await of("plans", id);
    const sheet = this.building.sheets.find((each) => each.id === id);
    if (!blob || !sheet) return;
    const opening = crypto.randomUUID();
    await put("openings", opening, { id: opening, sheet: id, at: new Date().toISOString() });
    const shown = blob.type.startsWith("image/") ? await this.picture(blob, button.textContent) : this.file(blob, button.textContent, sheet.name);
    shown.dataset.plan = sheet.id;
    button.replaceWith(shown);
    shown.focus();
    const told = await session(this.dataset.session);
    if (told?.keeps) await this.tellOpenings(told.token);
  }

  async picture(blob, words) {
    const address = await new Promise((resolve, reject) => {
      const reader = Object.assign(new FileReader(), { onload: () => resolve(reader.result), onerror: () => reject(reader.error) });
      reader.readAsDataURL(blob);
    });
    return made("img", { src: address, alt: words, tabIndex: -1, className: "scene-plan" });
  }

  // A PDF is handed to the device's own viewer, which needs no signal either.
  file(blob, words, name) {
    const link = made("a", { href: URL.createObjectURL(blob), download: name, className: "govuk-button duty-button", textContent: words });
    setTimeout(() => link.click());
    return link;
  }

  close() {
    const { key } = this.building;
    this.find("[data-building]").hidden = true;
    this.find("[data-list]").hidden = false;
    this.find(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  async clear() {
    await empty();
    this.told = null;
    this.kept = new Set();
    this.show();
    this.find("[data-synced]").textContent = this.words.emptied;
  }

  pressed(target) {
    const { key, sheet } = target.dataset ?? {};
    if (sheet) this.openPlan(sheet, target);
    const building = key && this.told.buildings.find((each) => each.key === key);
    if (building) this.open(building);
  }
}
customElements.define("rescue-scene", RescueScene);
