// <register-map>: points, lines and polygons of a register beside its table; choosing one chooses the other.

import { drawn, paint, show } from "./base.js";

const CLOSE = 16;
const LAYERS = ["register-points", "register-lines", "register-grounds"];

class RegisterMap extends HTMLElement {
  #map = null;
  #maplibre = null;
  #popup = null;
  #features = new Map();

  async connectedCallback() {
    if (this.#map) return;
    const inside = this.querySelector("script[type='application/json']");
    const collection = JSON.parse(inside.textContent);
    const found = await drawn(this);
    if (!found) return;
    this.#map = found.map;
    this.#maplibre = found.maplibre;
    this.#map.addControl(new found.maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.#map.addControl(new found.maplibre.ScaleControl(), "bottom-left");
    this.#features = new Map(collection.features.map((feature) => [String(feature.properties.id), feature]));
    this.#addLayers(collection);
    const bounds = this.#boundsOf(collection.features);
    show(this.#map, bounds.isEmpty() ? found.view : bounds, { maxZoom: CLOSE, padding: 40 });
    this.#watch();
    this.toggleAttribute("data-ready", true);
  }

  disconnectedCallback() {
    this.#map?.remove(); // a browser keeps few drawing contexts
  }

  #addLayers(data) {
    const colour = ["get", "colour"];
    const of = (kind) => ["==", ["geometry-type"], kind];
    this.#map.addSource("register", { type: "geojson", data });
    this.#map.addLayer({ id: "register-grounds", source: "register", type: "fill", filter: of("Polygon"), paint: { "fill-color": colour, "fill-opacity": 0.3 } });
    this.#map.addLayer({ id: "register-lines", source: "register", type: "line", filter: ["!", of("Point")], paint: { "line-color": colour, "line-width": ["get", "width"] } });
    this.#map.addLayer({ id: "register-points", source: "register", type: "circle", filter: of("Point"), paint: { "circle-color": colour, "circle-radius": 7, "circle-stroke-width": 2 } });
    paint(this.#map, [["register-points", "circle-stroke-color", "surface"]]);
  }

  #boundsOf(features) {
    const bounds = new this.#maplibre.LngLatBounds();
    const walk = (part) => (typeof part[0] === "number" ? bounds.extend(part.slice(0, 2)) : part.forEach(walk));
    for (const { geometry } of features) walk(geometry.coordinates);
    return bounds;
  }

  get #table() {
    return document.getElementById(this.getAttribute("table"));
  }

  #watch() {
    this.#map.on("click", (event) => {
      const [hit] = this.#map.queryRenderedFeatures(event.point, { layers: LAYERS });
      if (hit) this.choose(String(hit.properties.id), { at: event.lngLat });
    });
    for (const kind of ["click", "focusin"]) {
      this.#table?.addEventListener(kind, (event) => {
        const row = event.target.closest("[data-feature-id]");
        if (row) this.choose(row.dataset.featureId, { isFromTable: true });
      });
    }
  }

  /** Mark a thing and its row. */
  choose(id, { at = null, isFromTable = false } = {}) {
    for (const row of this.#table?.querySelectorAll("[data-feature-id]") ?? []) {
      const isChosen = row.dataset.featureId === id;
      if (isChosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (isChosen && !isFromTable) row.scrollIntoView({ block: "nearest" });
    }
    const feature = this.#features.get(id);
    if (!feature) return;
    const bounds = this.#boundsOf([feature]);
    if (isFromTable) show(this.#map, bounds, { maxZoom: CLOSE, padding: 60 });
    else this.querySelector("[data-said]").textContent = feature.properties.title;
    this.#show(feature.properties, at ?? bounds.getCenter());
  }

  #show({ title, note, href }, at) {
    const content = document.createElement("div");
    for (const text of [title, note]) content.appendChild(document.createElement("p")).append(text);
    if (/^\/(?!\/)/.test(href ?? "")) {
      const link = content.appendChild(document.createElement("a"));
      link.href = href;
      link.textContent = this.dataset.open;
      link.setAttribute("aria-label", `${this.dataset.open} ${title}`);
    }
    this.#popup?.remove();
    this.#popup = new this.#maplibre.Popup({ focusAfterOpen: false, offset: 10 }).setLngLat(at).setDOMContent(content).addTo(this.#map);
  }
}

customElements.define("register-map", RegisterMap);
