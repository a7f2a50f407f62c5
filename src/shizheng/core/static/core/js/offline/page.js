// What every page that works without signal does: says what it knows, sends when it can, stays.
const AGAIN = 20_000;
const POSITION = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 };

// Makes an element; children that are not there are left out.
export const made = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(Boolean));
  return element;
};

// Returns where the device is, or null where it does not say.
export const position = () => new Promise((resolve) => {
  if (!navigator.geolocation) return resolve(null);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ longitude: coords.longitude.toFixed(7), latitude: coords.latitude.toFixed(7) }),
    () => resolve(null), POSITION,
  );
});

export class FieldPage extends HTMLElement {
  disconnectedCallback() { clearInterval(this.timer); }

  find(selector) { return this.querySelector(selector); }

  say(text) { this.find("[data-outcome]").textContent = text; }

  // Begins to send, now, every few seconds, and whenever there is reason to hope.
  async begin(drain) {
    this.drain = drain;
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.showSignal(false));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
    await this.send();
    this.timer = setInterval(() => this.send(), AGAIN);
  }

  async send() {
    this.showSignal(navigator.onLine);
    const answered = await this.drain(this.dataset, (person) => this.show(person));
    this.showSignal(answered || navigator.onLine, !answered && navigator.onLine);
    await this.show();
  }

  showSignal(isThere, isFailing = false) {
    const words = isFailing ? this.words.sending_failed : isThere ? this.words.online : this.words.offline;
    const said = this.find("[data-said]");
    if (said.textContent !== words) said.textContent = words;
  }

  showPerson(person) {
    if (person?.signed_in) this.person = person;
    if (!person) return;
    const isOut = !person.signed_in;
    const hasNoRight = person.signed_in && !person.keeps;
    this.find("[data-sign]").hidden = !isOut && !hasNoRight;
    this.find("[data-who]").textContent = isOut ? this.words.signed_out
      : hasNoRight ? this.words.no_right : this.words.signed_in.replace("{name}", person.name);
  }

  // Shows a list anew only where it changed, so that the focus stays where it is.
  fill(selector, rows, none, signature) {
    const list = this.find(selector);
    if (list.dataset.shown === signature) return;
    list.dataset.shown = signature;
    list.replaceChildren(...(rows.length ? rows : [made("li", { textContent: none })]));
  }

  // Says whose an entry is that another account wrote on this device.
  whose(entry) {
    const isOthers = entry.owner && this.person && entry.owner !== this.person.owner;
    return isOthers ? [made("div", { className: "small", textContent: this.words.other_owner.replaceAll("{name}", entry.owner_name) })] : [];
  }

  // What can be done with an entry that the city did not accept.
  buttons(entry) {
    return made("p", { className: "actions" }, ...["correct", "discard"].map((act) => {
      const button = made("button", { type: "button", className: "govuk-button govuk-button--secondary", textContent: this.words[act] });
      Object.assign(button.dataset, { act, of: entry.offline_id });
      button.setAttribute("aria-label", `${this.words[act]}: ${entry.title}`);
      return button;
    }));
  }

  isToBeDiscarded(entry) { return confirm(this.words.discard_sure.replace("{title}", entry.title)); }

  // Lets the browser keep this page for the time without signal.
  keepPage(name) {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(`${this.dataset.worker}?keep=${name}`, { scope: this.dataset.scope, updateViaCache: "none" })
      .then(() => navigator.storage?.persist?.())
      .catch(() => { /* without it the page needs a signal to open; what is saved stays */ });
  }
}
