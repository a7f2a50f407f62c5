// The plain inputs of a place, and the answer to "which district is this?".

const DECIMALS = 6;
const LIST = /^\s*([+-]?\d+(?:\.\d+)?)\s*[,\s]\s*([+-]?\d+(?:\.\d+)?)\s*$/;

/** Read a list of points; lines that are none are left out, the server says what is wrong. */
export const parsed = (text) => text.split(/[\n;]+/).map((line) => LIST.exec(line)).filter(Boolean)
  .map((match) => [Number(match[1]), Number(match[2])])
  .filter(([x, y]) => Math.abs(x) <= 180 && Math.abs(y) <= 90);

export const written = (points) => points.map(([x, y]) => `${x.toFixed(DECIMALS)}, ${y.toFixed(DECIMALS)}`).join("\n");

/** The inputs inside an element, by the part that their names end with; of a shape alone only its points are there. */
export class PlaceInputs {
  #element;
  #asking = null;
  #groups;

  constructor(element) {
    this.#element = element;
    for (const part of ["address", "district", "village", "longitude", "latitude", "points"]) {
      this[part] = element.querySelector(`[name$="_${part}"]`);
    }
    this.points ??= element.querySelector("textarea");
    if (!this.district) return;
    this.#groups = [...this.village.querySelectorAll("optgroup")];
    this.district.addEventListener("change", () => this.#offerVillages());
    this.#offerVillages();
  }

  /** The point typed or set before, or null. */
  get position() {
    return parsed(this.longitude ? `${this.longitude.value}, ${this.latitude.value}` : this.points.value)[0] ?? null;
  }

  set position([x, y]) {
    if (this.longitude) {
      this.longitude.value = x.toFixed(DECIMALS);
      this.latitude.value = y.toFixed(DECIMALS);
    } else this.points.value = written([[x, y]]);
    this.#element.dispatchEvent(new CustomEvent("place", { bubbles: true })); // inputs set by a script say nothing themselves
  }

  /** Offer only the villages of the chosen district, which the group is named after. */
  #offerVillages() {
    const name = this.district.selectedOptions[0]?.textContent ?? "";
    const shown = this.district.value ? this.#groups.filter((group) => group.label === name) : this.#groups;
    const chosen = this.village.value;
    this.village.replaceChildren(this.village.options[0], ...shown);
    this.village.value = shown.some((group) => group.querySelector(`[value="${CSS.escape(chosen)}"]`)) ? chosen : "";
  }

  /** Say where a point is, and choose its district and village. */
  async locate([x, y]) {
    const { dataset } = this.#element;
    this.#asking?.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const answer = await fetch(`${dataset.place}?${new URLSearchParams({ lon: x.toFixed(DECIMALS), lat: y.toFixed(DECIMALS) })}`, { signal });
      const found = await answer.json();
      this.say(found.sentence ?? `${found.message} ${found.hint}`);
      this.#choose(found.codes ?? {});
    } catch (problem) {
      if (problem.name !== "AbortError") this.say(dataset.unanswered);
    }
  }

  #choose({ district, village }) {
    if (!this.district) return;
    this.district.value = district ?? "";
    this.#offerVillages();
    this.village.value = village ?? "";
  }

  say(sentence) {
    this.#element.querySelector("[data-said]").textContent = sentence;
  }
}
