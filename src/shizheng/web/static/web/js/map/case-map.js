// <case-map>: the rows of a table as points on a map; choosing one chooses the other.

import { drawn, paint, show } from "./base.js";

const CLOSE = 16;

class CaseMap extends HTMLElement {
  #map = null;
  #maplibre = null;
  #popup = null;
  #features = new Map();

  async connectedCallback() {
    if (this.#map) return;
    const [found, collection] = await Promise.all([drawn(this), this.#collection()]);
    if (!found || !collection) return;
    this.#map = found.map;
    this.#maplibre = found.maplibre;
    this.#map.addControl(new found.maplibre.NavigationControl({ showCompass: false }), "top-right");
    const points = collection.features.filter((feature) => feature.geometry?.type === "Point");
    this.#features = new Map(points.map((feature) => [String(feature.properties.id), feature]));
    this.#addLayers([...this.#features.values()]);
    this.#fit(found.view);
    this.#watchMap();
    this.#watchTable();
    this.toggleAttribute("data-ready", true);
  }

  disconnectedCallback() {
    this.#map?.remove(); // a browser keeps few drawing contexts
  }

  async #collection() {
    const inside = this.querySelector("script[type='application/json']");
    try {
      if (inside) return JSON.parse(inside.textContent);
      const answer = await fetch(this.getAttribute("src"));
      if (answer.ok) return await answer.json();
    } catch { /* said below */ }
    this.#say(this.dataset.failed);
    return null;
  }

  #addLayers(features) {
    const font = { "text-font": ["Noto Sans TC", "sans-serif"] };
    this.#map.addSource("cases", { type: "geojson", data: { type: "FeatureCollection", features }, cluster: true, clusterRadius: 44, clusterMaxZoom: CLOSE });
    this.#map.addLayer({
      id: "clusters", source: "cases", type: "circle", filter: ["has", "point_count"],
      paint: { "circle-radius": ["step", ["get", "point_count"], 16, 10, 20, 100, 26], "circle-stroke-width": 2 },
    });
    this.#map.addLayer({
      id: "cluster-counts", source: "cases", type: "symbol", filter: ["has", "point_count"],
      layout: { ...font, "text-field": ["get", "point_count_abbreviated"], "text-size": 14, "text-allow-overlap": true },
    });
    this.#map.addLayer({ id: "cases", source: "cases", type: "circle", filter: ["!", ["has", "point_count"]], paint: { "circle-radius": 9, "circle-stroke-width": 3 } });
    paint(this.#map, [
      ["clusters", "circle-color", "brand"], ["clusters", "circle-stroke-color", "surface"], ["cluster-counts", "text-color", "brand-ink"],
      ["cases", "circle-color", "late"], ["cases", "circle-stroke-color", "surface"],
    ]);
  }

  #fit(view) {
    const points = [...this.#features.values()].map((feature) => feature.geometry.coordinates);
    if (!points.length) return show(this.#map, view);
    const bounds = points.reduce((box, point) => box.extend(point), new this.#maplibre.LngLatBounds(points[0], points[0]));
    return show(this.#map, bounds, { maxZoom: CLOSE, padding: 40 });
  }

  #watchMap() {
    this.#map.on("click", "cases", (event) => this.choose(String(event.features[0].properties.id)));
    this.#map.on("click", "clusters", async (event) => {
      const [cluster] = event.features;
      const zoom = await this.#map.getSource("cases").getClusterExpansionZoom(cluster.properties.cluster_id);
      this.#map.easeTo({ center: cluster.geometry.coordinates, zoom, duration: 120 });
    });
    for (const layer of ["cases", "clusters"]) {
      this.#map.on("mouseenter", layer, () => { this.#map.getCanvas().style.cursor = "pointer"; });
      this.#map.on("mouseleave", layer, () => { this.#map.getCanvas().style.cursor = ""; });
    }
  }

  get #rows() {
    const table = document.getElementById(this.getAttribute("table"));
    return [...(table?.querySelectorAll("[data-feature-id]") ?? [])];
  }

  /** Clicking a row, or a link or button in it taking the focus, shows its point; links still lead. */
  #watchTable() {
    const table = document.getElementById(this.getAttribute("table"));
    for (const kind of ["click", "focusin"]) {
      table?.addEventListener(kind, (event) => {
        const row = event.target.closest("[data-feature-id]");
        if (row) this.choose(row.dataset.featureId, { isFromTable: true });
      });
    }
  }

  /** Mark a point and its row. */
  choose(id, { isFromTable = false } = {}) {
    for (const row of this.#rows) {
      const isChosen = row.dataset.featureId === id;
      if (isChosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (isChosen && !isFromTable) row.scrollIntoView({ block: "nearest" });
    }
    const feature = this.#features.get(id);
    if (!feature) return;
    if (isFromTable) this.#map.jumpTo({ center: feature.geometry.coordinates, zoom: Math.max(this.#map.getZoom(), CLOSE) });
    this.#show(feature);
    if (!isFromTable) this.#say(feature.properties.title);
    this.dispatchEvent(new CustomEvent("case-chosen", { bubbles: true, detail: { id } }));
  }

  #show({ geometry, properties }) {
    const content = document.createElement("div");
    const line = (text) => content.appendChild(document.createElement("p")).append(text);
    line(properties.title);
    if (properties.note) line(properties.note);
    if (/^\/(?!\/)/.test(properties.href ?? "")) {
      const link = content.appendChild(document.createElement("a"));
      link.href = properties.href;
      link.textContent = this.dataset.open;
      link.setAttribute("aria-label", `${this.dataset.open} ${properties.title}`);
    }
    this.#popup?.remove();
    this.#popup = new this.#maplibre.Popup({ focusAfterOpen: false, offset: 12 }).setLngLat(geometry.coordinates).setDOMContent(content).addTo(this.#map);
  }

  #say(sentence) {
    this.querySelector("[data-said]").textContent = sentence;
  }
}

customElements.define("case-map", CaseMap);
