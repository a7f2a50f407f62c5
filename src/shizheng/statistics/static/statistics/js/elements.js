// Elements of the pages of figures: charts that answer the pointer, and a text that can be copied.
// Without this file the server's drawings, the tables and the text stay as they are.

import "./figure-chart.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard || this.querySelector("button")) return;
    const text = this.querySelector("p");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = this.dataset.copy;
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "small";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent.trim());
        said.textContent = ` ${this.dataset.copied}`;
      } catch {
        getSelection().selectAllChildren(text); // not allowed here: the person copies by key
      }
    });
    this.append(button, said);
  }
}

customElements.define("copy-text", CopyText);
