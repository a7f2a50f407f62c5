// Keys of the call-taker's screen: Ctrl+Enter opens the case, Alt and a digit adds the caller to
// a similar report, Escape leaves a field so that the letters of the page work.

class CallScreen extends HTMLElement {
  #press = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      this.querySelector("[data-main]")?.click();
    } else if (event.altKey && /^[1-9]$/.test(event.key)) {
      this.querySelectorAll("[data-nth]")[Number(event.key) - 1]?.click();
    } else if (event.key === "Escape" && this.contains(document.activeElement)) {
      document.activeElement.blur();
    } else return;
    event.preventDefault();
  };

  connectedCallback() {
    document.addEventListener("keydown", this.#press);
    const first = this.querySelector("textarea");
    if (first && !first.value) first.focus();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press);
  }
}

customElements.define("call-screen", CallScreen);
