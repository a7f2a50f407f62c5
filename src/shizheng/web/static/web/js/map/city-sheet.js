// <city-sheet>: the map at a scale, to print: so many metres on the ground are one on paper.

import { drawn, paint, show } from "./base.js";
import { marking, placeOf } from "./marking.js";
import { addTiles } from "./tile-layers.js";

const AROUND = 40_075_016.7;
const WAIT = 5000; // a tile that does not come keeps nobody from printing
const PX = 0.0254 / 96; // metres of a pixel on paper, as CSS defines it

class CitySheet extends HTMLElement {
  #map = null;

  async connectedCallback() {
    if (this.#map) return;
    const { layers } = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    const found = await drawn(this, { map: { canvasContextAttributes: { preserveDrawingBuffer: true }, interactive: true } });
    if (!found) return;
    this.#map = found.map;
    const [latitude, longitude] = (this.dataset.at || "").split(",").map(Number);
    if (this.dataset.at) this.#map.jumpTo({ center: [longitude, latitude], zoom: this.#zoomAt(latitude) }); // at zoom 0 a middle is not kept
    else show(this.#map, found.view);
    this.#scale();
    this.#map.scrollZoom.disable();
    for (const layer of layers) addTiles(this.#map, layer, this.dataset.on);
    const place = placeOf(this.dataset.mark);
    if (place) {
      const mark = marking(this.#map);
      paint(this.#map, mark.layers);
      mark.put(...place);
    }
    this.#map.on("moveend", () => this.#scale());
    await Promise.race([this.#map.once("idle"), new Promise((resolve) => { setTimeout(resolve, WAIT); })]);
    const button = this.querySelector("[data-print]");
    button.hidden = false;
    button.addEventListener("click", () => window.print());
    this.toggleAttribute("data-ready", true);
  }

  disconnectedCallback() {
    this.#map?.remove();
  }

  #zoomAt(latitude) {
    return Math.log2((AROUND * Math.cos((latitude * Math.PI) / 180)) / (512 * PX * Number(this.dataset.scale)));
  }

  /** Keep the scale wherever the middle of the map is: a metre is longer on the map farther north. */
  #scale() {
    const zoom = this.#zoomAt(this.#map.getCenter().lat);
    if (Math.abs(this.#map.getZoom() - zoom) > 1e-6) this.#map.setZoom(zoom);
  }
}

customElements.define("city-sheet", CitySheet);
