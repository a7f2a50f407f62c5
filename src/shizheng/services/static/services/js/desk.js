// The desk by keyboard: j and k move, Enter opens, x ticks, Esc comes back. The list never jumps:
// a case opens beside it, and an act changes its own row alone. Without this file links still link.

const SPLIT = matchMedia("(min-width: 68.75rem)");
const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

class OfficerDesk extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("change", (event) => this.count(event.target));
    document.addEventListener("click", (event) => this.click(event));
    document.body.addEventListener("htmx:beforeRequest", (event) => this.before(event));
    document.body.addEventListener("htmx:afterSettle", (event) => this.after(event));
    this.count(this);
  }

  get rows() {
    return [...this.querySelectorAll("[data-row]")];
  }

  get here() {
    return document.activeElement?.closest(".desk-row")?.querySelector("[data-row]");
  }

  get current() {
    return this.querySelector("[data-row][aria-current]");
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return this.leave(event);
    if (typing(event.target)) return;
    if (event.key === "j" || event.key === "k") this.move(event.key === "j" ? 1 : -1);
    else if (event.key === "x") this.tick();
    else if (event.key === "Enter" && this.here && this.here === this.current && event.target === this.here) this.enter();
    else return;
    event.preventDefault();
  }

  move(step) {
    const rows = this.rows;
    const at = rows.indexOf(this.here ?? this.current);
    const next = rows[at < 0 ? 0 : at + step];
    if (next) next.focus();
    else if (step > 0) this.querySelector("#desk-more a")?.click();
  }

  tick() {
    const box = (this.here ?? this.current)?.closest(".desk-row").querySelector("input");
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  enter() {
    const title = this.querySelector("#case-title");
    if (title && SPLIT.matches) title.focus();
    else this.here?.click();
  }

  leave(event) {
    const form = event.target.closest(".case-form");
    if (form) this.close(form);
    (this.current ?? this.rows[0])?.focus();
  }

  close(form) {
    const empty = document.createElement("div");
    empty.id = "case-act";
    form.replaceWith(empty);
  }

  click(event) {
    const close = event.target.closest("[data-close]");
    if (close && this.contains(close)) {
      event.preventDefault();
      this.close(close.closest(".case-form"));
      this.querySelector("#case-title")?.focus();
    }
    const text = event.target.closest("[data-text]");
    const box = text?.closest(".case-form").querySelector("form textarea");
    if (box) {
      event.preventDefault();
      box.value = box.value ? `${box.value}\n${text.dataset.text}` : text.dataset.text;
      box.focus();
    }
  }

  count(target) {
    if (target !== this && target.name !== "case") return;
    const ticked = this.querySelectorAll(".desk-tick input:checked").length;
    const shown = this.querySelector("[data-ticked]");
    if (shown) shown.textContent = ticked ? `(${ticked})` : "";
  }

  // On a narrow screen a row leads to the page of its case.
  before(event) {
    const row = event.detail.elt;
    if (!row.matches?.("[data-row]")) return;
    if (!SPLIT.matches || !document.getElementById("case")) {
      event.preventDefault();
      location.assign(row.href);
    }
  }

  after(event) {
    const fresh = document.querySelector("template[data-fresh]");
    if (fresh) this.renew(fresh);
    const more = event.detail.elt;
    if (more?.matches?.(".desk-row") && document.activeElement === document.body) more.querySelector("[data-row]").focus();
    const form = document.querySelector("#case-act.case-form");
    if (form && !form.dataset.seen) {
      form.dataset.seen = "1";
      if (form.contains(document.activeElement)) return; // somebody was quicker
      (form.querySelector("[role=alert] a, .govuk-input--error") ?? form.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
    }
  }

  // The row of the case that is shown, as the act left it; its tick stays, the place too.
  renew(template) {
    const number = template.dataset.fresh;
    const row = document.getElementById(`row-${number}`);
    const next = template.content.firstElementChild;
    template.remove();
    this.current?.removeAttribute("aria-current");
    if (!row || !next) return;
    const isHere = row.contains(document.activeElement);
    next.querySelector("input").checked = row.querySelector("input").checked;
    row.replaceWith(next);
    window.htmx?.process(next);
    next.querySelector("[data-row]").setAttribute("aria-current", "true");
    if (isHere || document.activeElement === document.body) next.querySelector("[data-row]").focus({ preventScroll: true });
  }
}

customElements.define("officer-desk", OfficerDesk);
