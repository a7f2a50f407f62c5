// <location-field>: joins the inputs of a place with a map. Without it the inputs work alone.

import { areas, drawn, paint, show } from "./base.js";
import { Drawing } from "./drawing.js";
import { parsed, PlaceInputs, written } from "./place-inputs.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 20; // pixels an arrow key moves; a tenth of it with Shift
const NEAR = 17;
const CHOSEN = { isChosen: true };

class LocationField extends HTMLElement {
  #inputs;
  #map = null;
  #drawing = null;
  #centre = null;

  async connectedCallback() {
    if (this.#inputs) return;
    this.#inputs = new PlaceInputs(this);
    if (this.getAttribute("kind") !== "point") this.#drawing = new Drawing(this.getAttribute("kind") === "polygon");
    this.#watchTools();
    this.#watchInputs();
    const found = await drawn(this, { map: { keyboard: false, doubleClickZoom: false, scrollZoom: { around: "center" }, touchZoomRotate: { around: "center" } } });
    if (!found) return;
    this.#map = found.map;
    this.#map.addControl(new found.maplibre.NavigationControl({ showCompass: false }), "top-right");
    show(this.#map, found.view);
    if (this.#drawing) this.#drawShape();
    else this.#placePin();
    this.#watchKeys();
    for (const button of this.querySelectorAll("[data-tools] [hidden]:not([data-locate])")) button.hidden = false;
    this.toggleAttribute("data-ready", true);
  }

  disconnectedCallback() {
    this.#map?.remove(); // a browser keeps few drawing contexts
  }

  get #pin() {
    return this.querySelector("[data-pin]");
  }

  // A point: the pin stands in the middle and the map moves under it.

  #placePin() {
    const { position } = this.#inputs;
    if (position) {
      this.#map.jumpTo({ center: position, zoom: NEAR });
      this.#pin.dataset.isSet = "";
    }
    this.#centre = this.#map.getCenter();
    this.#map.on("click", (event) => this.#map.easeTo({ center: event.lngLat }, CHOSEN));
    this.#map.on("moveend", (event) => {
      const centre = this.#map.getCenter();
      const isSame = centre.distanceTo(this.#centre) < 0.05;
      this.#centre = centre;
      if (isSame || !(event.isChosen || event.originalEvent)) return;
      this.#choose([centre.lng, centre.lat]);
    });
  }

  #choose(position) {
    this.#pin.dataset.isSet = "";
    this.#inputs.position = position;
    this.#inputs.locate(position);
  }

  // A line or polygon: points are added by click, or at the cross in the middle.

  #drawShape() {
    this.#pin.dataset.isCross = "";
    this.#drawing.points = parsed(this.#inputs.points.value);
    paint(this.#map, this.#drawing.on(this.#map));
    this.#map.on("click", (event) => this.#add([event.lngLat.lng, event.lngLat.lat]));
    const { points } = this.#drawing;
    if (!points.length) return;
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    show(this.#map, [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], { maxZoom: NEAR, padding: 48 });
  }

  #add(point) {
    this.#drawing.add(point);
    this.#write();
    if (this.#drawing.points.length === 1) this.#inputs.locate(point);
  }

  #write() {
    const { points, isClosed } = this.#drawing;
    this.#inputs.points.value = written(points);
    this.#inputs.say(isClosed ? this.dataset.closed : this.dataset.count.replace("{count}", points.length));
  }

  #undo() {
    this.#drawing.undo();
    this.#write();
  }

  #addAtCross() {
    const centre = this.#map.getCenter();
    this.#add([centre.lng, centre.lat]);
  }

  // Keys, buttons, inputs.

  #watchKeys() {
    this.#map.getCanvas().addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = STEPS[event.key];
      const size = event.shiftKey ? STEP / 10 : STEP;
      if (step) this.#map.panBy(step.map((part) => part * size), { animate: false }, CHOSEN);
      else if (event.key === "+" || event.key === "=") this.#map.zoomIn({ animate: false });
      else if (event.key === "-") this.#map.zoomOut({ animate: false });
      else if (this.#drawing && event.key === "Enter") this.#addAtCross();
      else if (this.#drawing && event.key === "Backspace") this.#undo();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  #watchTools() {
    const locate = this.querySelector("[data-locate]");
    this.querySelector("[data-tools]").hidden = false;
    locate.hidden = !navigator.geolocation;
    locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#go([coords.longitude, coords.latitude]),
      () => this.#inputs.say(this.dataset.refused),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    ));
    this.querySelector("[data-add]")?.addEventListener("click", () => this.#map && this.#addAtCross());
    this.querySelector("[data-undo]")?.addEventListener("click", () => this.#undo());
    this.querySelector("[data-clear]")?.addEventListener("click", () => {
      this.#drawing.points = [];
      this.#write();
    });
    this.querySelector("[data-close]")?.addEventListener("click", () => {
      this.#drawing.close();
      this.#write();
    });
  }

  #go(position) {
    this.#map?.jumpTo({ center: position, zoom: NEAR });
    if (this.#drawing) this.#inputs.locate(position);
    else this.#choose(position);
  }

  #watchInputs() {
    const { longitude, latitude, district, points } = this.#inputs;
    const typed = this.#drawing ? [] : [longitude ?? points, latitude].filter(Boolean);
    for (const input of typed) {
      input.addEventListener("change", () => this.#inputs.position && this.#go(this.#inputs.position));
    }
    points?.addEventListener("input", () => {
      if (this.#drawing) this.#drawing.points = parsed(points.value);
    });
    district?.addEventListener("change", () => this.#showDistrict(district.value));
  }

  /** Show the chosen district; a point that was set elsewhere is taken back. */
  async #showDistrict(code) {
    if (!this.#drawing) {
      delete this.#pin.dataset.isSet;
      this.#inputs.longitude.value = this.#inputs.latitude.value = "";
    }
    this.#inputs.say("");
    if (!code || !this.#map) return;
    show(this.#map, (await areas(this.dataset.areas, { kind: "village", parent: code })).view);
  }
}

customElements.define("location-field", LocationField);
