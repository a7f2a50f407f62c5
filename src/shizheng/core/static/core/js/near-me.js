// A button in a form about a place: fills in where the device is, and asks.
import { position } from "./offline/page.js";

class NearMe extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.geolocation;
    this.querySelector("button").addEventListener("click", () => this.locate());
  }

  async locate() {
    const said = this.querySelector("[role=status]");
    said.textContent = this.dataset.looking;
    const place = await position();
    said.textContent = place ? "" : this.dataset.missing;
    if (!place) return;
    const { form } = this.querySelector("button");
    for (const [name, value] of Object.entries(place)) form.elements[name].value = value;
    for (const name of ["address", "village"]) form.elements[name].value = "";
    form.requestSubmit();
  }
}
customElements.define("near-me", NearMe);
