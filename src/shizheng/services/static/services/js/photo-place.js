// <photo-place>: asks where a chosen photo was taken, and offers to set that place. Nothing is set by itself.

const HEAD_BYTES = 256 * 1024; // the tags stand at the beginning of the file

class PhotoPlace extends HTMLElement {
  #asking = null;

  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target.type === "file") this.#ask(event.target.files[0]);
    });
  }

  async #ask(photo) {
    this.#offer(null);
    this.#asking?.abort();
    if (!photo) return;
    this.#asking = new AbortController();
    const token = this.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(this.dataset.address, {
        method: "POST",
        body: photo.slice(0, HEAD_BYTES),
        headers: { "X-CSRFToken": token, "Content-Type": "application/octet-stream" },
        signal: this.#asking.signal,
      });
      if (answer.status === 200) this.#offer(await answer.json());
    } catch { /* without an answer nothing is offered; the place can be set by hand */ }
  }

  #offer(found) {
    const place = this.querySelector("[data-offer]");
    place.hidden = !found;
    place.replaceChildren();
    this.#say(found?.sentence ?? "");
    if (!found) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = this.dataset.use;
    button.addEventListener("click", () => this.#use(found));
    place.append(button);
  }

  #use({ longitude, latitude }) {
    const field = this.closest("form").querySelector("location-field");
    field.querySelector("[name$=_longitude]").value = longitude;
    const last = field.querySelector("[name$=_latitude]");
    last.value = latitude;
    last.dispatchEvent(new Event("change", { bubbles: true }));
    this.querySelector("[data-offer]").hidden = true;
    this.#say(this.dataset.used);
  }

  #say(sentence) {
    this.querySelector("[data-said]").textContent = sentence;
  }
}

customElements.define("photo-place", PhotoPlace);

// What is near comes by itself where scripts run: the button for it is not needed.
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
