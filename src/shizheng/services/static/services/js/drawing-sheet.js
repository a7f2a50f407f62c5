// <drawing-sheet>: choose a place on a sheet by click, or by arrow keys and Enter. Without this
// file the place is typed as two percentages in the form.

const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const COARSE = 5;

class DrawingSheet extends HTMLElement {
  connectedCallback() {
    this.region = this.querySelector(".sheet");
    this.svg = this.querySelector("svg");
    this.form = document.querySelector("[data-mark-form]");
    if (!("markable" in this.dataset) || !this.svg || !this.form) return;
    this.region.setAttribute("role", "application");
    this.place = { left: 50, top: 50 };
    this.cross = document.createElementNS(SVG, "path");
    this.cross.setAttribute("class", "sheet-cross");
    this.svg.append(this.cross);
    this.svg.addEventListener("click", (event) => this.clicked(event));
    this.region.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["left", "top"]) {
      this.field(name).addEventListener("input", () => this.typed());
    }
    this.typed();
  }

  field(name) {
    return this.form.elements[name];
  }

  clicked(event) {
    const box = this.svg.getBoundingClientRect();
    this.move(
      ((event.clientX - box.left) / box.width) * 100,
      ((event.clientY - box.top) / box.height) * 100,
    );
    this.take();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) {
      const far = event.shiftKey ? COARSE : 1;
      this.move(this.place.left + step[0] * far, this.place.top + step[1] * far);
      this.show();
    } else if (event.key === "Enter") {
      this.take();
    } else {
      return;
    }
    event.preventDefault();
  }

  typed() {
    const read = (name) => Number.parseFloat(this.field(name).value);
    if (Number.isNaN(read("left")) || Number.isNaN(read("top"))) return;
    this.place = { left: read("left"), top: read("top") };
    this.draw();
  }

  move(left, top) {
    const within = (share) => Math.round(Math.min(100, Math.max(0, share)) * 10) / 10;
    this.place = { left: within(left), top: within(top) };
    this.field("left").value = this.place.left;
    this.field("top").value = this.place.top;
    this.draw();
    this.querySelector("[data-place]").textContent = this.dataset.wordsAt
      .replace("{left}", this.place.left)
      .replace("{top}", this.place.top);
  }

  draw() {
    const { width, height } = this.svg.viewBox.baseVal;
    const x = (this.place.left / 100) * width;
    const y = (this.place.top / 100) * height;
    this.cross.setAttribute("d", `M${x} 0V${height}M0 ${y}H${width}M${x - 14} ${y}a14 14 0 1 0 28 0a14 14 0 1 0 -28 0`);
  }

  // Keep the crosshair in the window when the keys move it.
  show() {
    const { region, svg } = this;
    const x = (this.place.left / 100) * svg.clientWidth;
    const y = (this.place.top / 100) * svg.clientHeight;
    const near = (at, from, size) => at < from + 40 || at > from + size - 40;
    if (near(x, region.scrollLeft, region.clientWidth)) region.scrollLeft = x - region.clientWidth / 2;
    if (near(y, region.scrollTop, region.clientHeight)) region.scrollTop = y - region.clientHeight / 2;
  }

  take() {
    this.field("text").focus();
  }
}

customElements.define("drawing-sheet", DrawingSheet);
