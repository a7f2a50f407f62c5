// A field of files: says how many were chosen, and how far they are sent, where a form is slow.

class FileField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.said = this.querySelector("[data-said]");
    if (!this.input || !this.said) return;
    this.input.addEventListener("change", () => this.sayChosen());
    this.input.form?.addEventListener("submit", () => this.saySending());
  }

  sayChosen() {
    const count = this.input.files.length;
    this.said.textContent = count ? this.dataset.chosen.replace("{count}", String(count)) : "";
  }

  saySending() {
    if (!this.input.files.length) return;
    this.said.textContent = this.dataset.sending;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", this.dataset.sending);
    this.said.append(" ", bar);
  }
}

if (!customElements.get("file-field")) customElements.define("file-field", FileField);
