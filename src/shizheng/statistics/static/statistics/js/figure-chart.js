// <figure-chart>: the Vega-Lite specification inside it, drawn in the browser once it is in view.
// The library comes only then; where it cannot come, the server's drawing stays.

let loading = null;

const script = (address) => new Promise((resolve, reject) => {
  const element = document.createElement("script");
  element.src = address;
  element.addEventListener("load", resolve);
  element.addEventListener("error", reject);
  document.head.append(element);
});

/** Return {vega, vegaLite, interpreter}, or null where they cannot be loaded. */
const library = (places) => {
  loading ??= (async () => {
    try {
      await script(places.vega);
      await script(places.lite);
      const { expressionInterpreter } = await import(places.interpreter);
      return { vega: globalThis.vega, vegaLite: globalThis.vegaLite, expressionInterpreter };
    } catch {
      return null;
    }
  })();
  return loading;
};

/** Return Vega-Lite's configuration in the colours and letters of the page. */
const config = (element) => {
  const style = getComputedStyle(element);
  const colour = (name) => {
    const probe = document.createElement("span"); // resolves light-dark()
    probe.style.color = `var(--${name})`;
    element.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const [ink, ink2, line, brand, due] = ["ink", "ink-2", "line", "brand", "due"].map(colour);
  const size = 14;
  return {
    background: null, font: style.fontFamily,
    view: { stroke: null },
    axis: { labelColor: ink2, titleColor: ink2, labelFontSize: size, titleFontSize: size, titleFontWeight: "normal", gridColor: line, domainColor: line, tickColor: line },
    axisX: { labelAngle: 0, labelOverlap: "greedy", grid: false, labelSeparation: 16, labelFlush: true },
    axisY: { tickCount: 5 },
    style: {
      "figure-line": { color: brand, strokeWidth: 2.5 },
      "figure-line-1": { color: ink2, strokeWidth: 2, strokeDash: [2, 4] },
      "figure-line-2": { color: ink2, strokeWidth: 2, strokeDash: [8, 4] },
      "figure-line-3": { color: ink2, strokeWidth: 1.5 },
      "figure-target": { color: ink, strokeWidth: 2, strokeDash: [10, 5], interpolate: "step" },
      "figure-revised": { shape: "diamond", color: due, stroke: due, size: 110, opacity: 1 },
      "figure-point": { color: brand, stroke: brand, strokeWidth: 2, size: 70, opacity: 1 },
    },
    mark: { color: brand },
  };
};

class FigureChart extends HTMLElement {
  #view = null;
  #watch = null;

  connectedCallback() {
    if (navigator.connection?.saveData || this.#watch) return;
    this.#watch = new IntersectionObserver((seen) => {
      if (seen.some((each) => each.isIntersecting)) this.#draw();
    }, { rootMargin: "200px" });
    this.#watch.observe(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#again);
    new MutationObserver(this.#again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    this.#view?.finalize();
  }

  #again = () => {
    if (this.#view) this.#draw();
  };

  async #draw() {
    this.#watch.disconnect();
    const found = await library(this.dataset);
    if (!found) return;
    const drawn = this.querySelector("svg.chart");
    const spec = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    const place = this.querySelector("[data-view]") ?? document.createElement("div");
    place.dataset.view = "";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", spec.description);
    this.prepend(place);
    try {
      const { vega, vegaLite, expressionInterpreter } = found;
      const compiled = vegaLite.compile(spec, { config: config(this) }).spec;
      this.#view?.finalize();
      const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
        expr: expressionInterpreter, renderer: "svg", container: place, hover: true, logLevel: vega.Error,
      });
      await view.runAsync();
      this.#view = view;
      place.querySelector("svg").setAttribute("aria-hidden", "true"); // the label says it in words
      drawn?.toggleAttribute("hidden", true);
      this.toggleAttribute("data-ready", true);
    } catch (problem) {
      place.remove();
      drawn?.toggleAttribute("hidden", false);
      console.warn(`the chart stays as the server drew it: ${problem}`);
    }
  }
}

customElements.define("figure-chart", FigureChart);
