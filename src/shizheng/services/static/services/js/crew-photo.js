// Sends the place of the phone with a crew's photos. Without it the form works as it is.
class CrewPhoto extends HTMLElement {
  connectedCallback() {
    const said = this.querySelector("[data-said]");
    if (!navigator.geolocation) return;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.querySelector("[name=longitude]").value = coords.longitude.toFixed(7);
        this.querySelector("[name=latitude]").value = coords.latitude.toFixed(7);
        said.textContent = this.dataset.found;
      },
      () => { said.textContent = this.dataset.refused; },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  }
}
customElements.define("crew-photo", CrewPhoto);
