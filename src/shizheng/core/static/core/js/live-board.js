// Says so when the board has had no news: a screen that stands still must not look calm.
// data-patience: seconds without news; data-stale: what is said then.
class LiveBoard extends HTMLElement {
  connectedCallback() {
    this.heard = Date.now();
    this.seen = "";
    this.timer = setInterval(() => this.look(), 1_000);
  }

  disconnectedCallback() { clearInterval(this.timer); }

  look() {
    const { at } = this.querySelector("[data-at]").dataset;
    if (at !== this.seen) [this.seen, this.heard] = [at, Date.now()];
    const seconds = Math.round((Date.now() - this.heard) / 1_000);
    const said = this.querySelector("[data-said]");
    said.hidden = seconds < Number(this.dataset.patience);
    if (!said.hidden) said.textContent = this.dataset.stale.replace("{seconds}", seconds);
  }
}
customElements.define("live-board", LiveBoard);
