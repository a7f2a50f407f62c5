// <city-map>: the layers of the registers as tiles, with what is here, measuring, and the table of what is in view.

import { drawn, paint, show } from "./base.js";
import { Drawing } from "./drawing.js";
import { marking, placeOf } from "./marking.js";
import { addTiles, dropTiles } from "./tile-layers.js";

const WAIT = 350;
const CLOSE = 17;

class CityMap extends HTMLElement {
  #map = null;
  #drawings = new Map();
  #mode = null;
  #drawing = new Drawing(false);
  #waiting = 0;
  #asked = 0;
  #mark = null;

  async connectedCallback() {
    if (this.#map) return;
    const { layers } = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.#drawings = new Map(layers.map((layer) => [layer.code, layer]));
    this.#seek();
    const found = await drawn(this);
    this.#form.addEventListener("change", (event) => this.#changed(event));
    if (!found) return;
    this.#map = found.map;
    this.#map.addControl(new found.maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.#map.addControl(new found.maplibre.ScaleControl(), "bottom-left");
    this.#map.addControl(new found.maplibre.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
    this.#look(found.view);
    for (const code of this.#chosen) addTiles(this.#map, this.#drawings.get(code), this.#on);
    paint(this.#map, this.#drawing.on(this.#map));
    this.#mark = marking(this.#map);
    paint(this.#map, this.#mark.layers);
    if (placeOf(this.dataset.mark)) this.#mark.put(...placeOf(this.dataset.mark));
    this.#watch();
    this.toggleAttribute("data-ready", true);
  }

  disconnectedCallback() {
    this.#map?.remove(); // a browser keeps few drawing contexts
  }

  get #form() {
    return this.querySelector("[data-form]");
  }

  get #chosen() {
    return [...this.#form.querySelectorAll("[name=layer]:checked")].map((box) => box.value).filter((code) => this.#drawings.has(code));
  }

  get #on() {
    return this.#form.elements.on.value;
  }

  #look(view) {
    const { at, bounds } = this.dataset;
    if (at) {
      const [latitude, longitude, zoom] = at.split(",").map(Number);
      this.#map.jumpTo({ center: [longitude, latitude], zoom });
    } else show(this.#map, bounds ? bounds.split(",").map(Number) : view);
  }

  /** The search over the names of layers and agencies; it hides what does not fit. */
  #seek() {
    const part = this.querySelector("[data-seek]");
    part.hidden = false;
    part.querySelector("input").addEventListener("input", (event) => {
      const sought = event.target.value.trim().toLowerCase();
      for (const group of this.querySelectorAll("[data-group]")) {
        const isAgency = group.querySelector("legend").textContent.toLowerCase().includes(sought);
        const layers = [...group.querySelectorAll("[data-name]")];
        for (const layer of layers) layer.hidden = !isAgency && !layer.dataset.name.toLowerCase().includes(sought);
        group.hidden = layers.every((layer) => layer.hidden);
      }
    });
  }

  #changed({ target }) {
    if (target.name === "district") this.#form.requestSubmit();
    else if (!this.#map) this.#form.requestSubmit();
    else if (target.name === "layer") {
      if (target.checked) addTiles(this.#map, this.#drawings.get(target.value), this.#on);
      else dropTiles(this.#map, this.#drawings.get(target.value));
      this.#told();
    } else if (target.name === "on") this.#dated();
  }

  /** Draw the layers as of another day, in the colours of that day: what is overdue changes with it. */
  async #dated() {
    const day = this.#on;
    const styles = await Promise.all(this.#chosen.map(async (code) => {
      try {
        const { layers } = await (await fetch(`${this.#drawings.get(code).style}?${new URLSearchParams(day ? { datetime: day } : {})}`)).json();
        return [code, layers];
      } catch {
        return [code, this.#drawings.get(code).layers];
      }
    }));
    if (day !== this.#on) return;
    for (const [code, layers] of styles) {
      dropTiles(this.#map, this.#drawings.get(code));
      this.#drawings.get(code).layers = layers ?? this.#drawings.get(code).layers;
      addTiles(this.#map, this.#drawings.get(code), day);
    }
    this.#told();
  }

  #watch() {
    this.#map.on("moveend", () => this.#told());
    this.#map.on("click", (event) => this.#taken(event.lngLat));
    const canvas = this.#map.getCanvas();
    const cross = this.querySelector("[data-cross]");
    canvas.addEventListener("focus", () => { cross.hidden = !canvas.matches(":focus-visible"); });
    canvas.addEventListener("blur", () => { cross.hidden = !this.#mode; });
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#taken(this.#map.getCenter(), { isKey: true });
    });
    this.querySelector(".city-map-tools").addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act && !["sheet", "section"].includes(act)) this.#act(act);
    });
    this.querySelector("[data-things]").addEventListener("click", (event) => {
      const link = event.target.closest(".pages a");
      if (!link) return;
      event.preventDefault();
      this.#things(new URL(link.href).searchParams.get("page"));
    });
    this.#find();
    this.#told();
  }

  /** The search for an address or a lot: what was found stands in a list; choosing one leads there. */
  #find() {
    const form = this.querySelector("[data-search]");
    const found = this.querySelector("[data-places]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const search = this.#search();
      const sought = form.elements.q.value;
      search.set("q", sought);
      search.set("part", "found");
      found.hidden = false;
      if (!(await this.#filled(found, `${form.action}?${search}`))) return;
      if (form.elements.q.value !== sought) return; // who types the next address already is left there
      found.focus();
      const links = found.querySelectorAll("[data-place]");
      if (links.length === 1) this.#lead(links[0]);
      else this.#say(found.querySelector("h2 ~ p")?.textContent ?? "");
    });
    found.addEventListener("click", (event) => {
      const link = event.target.closest("[data-place]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#lead(link);
    });
  }

  /** Go to a place of the list, mark it there, and say so. */
  #lead(link) {
    const place = placeOf(link.dataset.place);
    this.dataset.mark = link.dataset.place;
    this.#mark.put(...place);
    this.go(...place);
    this.#say(this.dataset.marked.replace("{place}", link.textContent));
  }

  #act(act) {
    if (act === "here") return this.#identify(this.#map.getCenter(), { isKey: true });
    if (act === "share") return this.#share();
    if (act === "undo") {
      this.#drawing.undo();
      return this.#measure();
    }
    this.#mode = this.#mode === act ? null : act;
    for (const button of this.querySelectorAll("[data-act][aria-pressed]")) button.setAttribute("aria-pressed", String(button.dataset.act === this.#mode));
    this.querySelector("[data-act=undo]").hidden = !this.#mode;
    this.querySelector("[data-cross]").hidden = !this.#mode;
    this.#drawing.isPolygon = this.#mode === "area";
    this.#drawing.points = [];
    this.#say(this.#mode ? this.dataset.points : "");
    if (this.#mode) this.#map.getCanvas().focus({ preventScroll: true });
    return null;
  }

  #taken({ lng, lat }, { isKey = false } = {}) {
    if (!this.#mode) return this.#identify({ lng, lat }, { isKey });
    this.#drawing.add([Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    return this.#measure();
  }

  async #measure() {
    const { points, isPolygon } = this.#drawing;
    this.#section(isPolygon ? [] : points);
    if (points.length < (isPolygon ? 3 : 2)) return this.#say(this.dataset.points);
    const search = new URLSearchParams({ kind: isPolygon ? "area" : "length", points: points.map((point) => point.join(",")).join(";") });
    try {
      const answer = await (await fetch(`${this.dataset.measure}?${search}`)).json();
      return this.#say(answer.said);
    } catch {
      return this.#say(this.dataset.lost);
    }
  }

  /** Lead to the section of the pipes along the line that was drawn. */
  #section(points) {
    const link = this.querySelector("[data-act=section]");
    if (!link) return;
    link.hidden = points.length < 2;
    link.search = new URLSearchParams({ points: points.map((point) => point.join(",")).join(";") });
  }

  async #identify({ lng, lat }, { isKey }) {
    const search = this.#search();
    search.set("at", `${lat.toFixed(6)},${lng.toFixed(6)},${this.#map.getZoom().toFixed(2)}`);
    search.set("part", "here");
    const found = this.querySelector("[data-found]");
    found.hidden = false;
    if (!(await this.#filled(found, `${this.dataset.here}?${search}`))) return;
    this.#say(found.querySelector("h2 ~ *")?.textContent ?? "");
    if (isKey) found.focus();
    found.scrollIntoView({ block: "nearest" });
  }

  async #share() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.#say(this.dataset.copied);
    } catch {
      this.#say(location.href);
    }
  }

  /** Return layers, day and place as they stand in the address. */
  #search() {
    const search = new URLSearchParams();
    for (const code of this.#chosen) search.append("layer", code);
    const today = this.#form.elements.on.defaultValue;
    if (this.#on && (this.#on !== today || new URLSearchParams(location.search).has("on"))) search.set("on", this.#on);
    if (this.dataset.mark) {
      search.set("mark", this.dataset.mark);
      const sought = this.querySelector("[data-search]").elements.q.value.trim();
      if (sought) search.set("q", sought);
    }
    const { lng, lat } = this.#map.getCenter();
    search.set("at", `${lat.toFixed(5)},${lng.toFixed(5)},${this.#map.getZoom().toFixed(2)}`);
    return search;
  }

  /** Keep the address and the table as the map is, once it rests. */
  #told() {
    const search = this.#search();
    history.replaceState(history.state, "", `?${search}`);
    this.querySelector("[data-act=sheet]").href = `${this.dataset.paper}?${search}`;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#things(), WAIT);
  }

  async #things(page = null) {
    const search = this.#search();
    search.set("bbox", this.#map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(6)).join(","));
    search.set("part", "things");
    if (page) search.set("page", page);
    await this.#filled(this.querySelector("[data-things]"), `?${search}`);
  }

  /** Put what an address answers into a part of the page, unless a newer question was asked. */
  async #filled(part, address) {
    const number = ++this.#asked;
    part.dataset.number = number;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      if (part.dataset.number !== String(number) || !this.isConnected) return false;
      part.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      return true;
    } catch {
      this.#say(this.dataset.lost);
      return false;
    }
  }

  /** Go to a place as near as a house; other parts of the page call it. */
  go(longitude, latitude) {
    this.#map?.jumpTo({ center: [longitude, latitude], zoom: Math.max(this.#map.getZoom(), CLOSE) });
  }

  #say(sentence) {
    this.querySelector("[data-said]").textContent = sentence;
  }
}

customElements.define("city-map", CityMap);
