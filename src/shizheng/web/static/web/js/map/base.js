// The map under everything: the city's own areas, or an outside map with the areas over it.

import { library } from "./library.js";

const VILLAGES_FROM = 11.5;
const EMPTY = { type: "FeatureCollection", features: [] };

/** Return the colours of the page's theme as the map library reads them. */
export const colours = () => {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const names = ["ink", "ink-2", "paper", "surface", "sunk", "line", "line-strong", "brand", "brand-ink", "late", "due"];
  const found = Object.fromEntries(names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return found;
};

const line = (id, part, width) => ({ id, source: "areas", "source-layer": part, type: "line", paint: { "line-color": "#777", "line-width": width } });
const names = (id, part, size, from) => ({
  id, source: "areas", "source-layer": part, type: "symbol", minzoom: from,
  layout: { "text-field": ["get", "name"], "text-size": size, "text-font": ["Noto Sans TC", "Noto Sans CJK TC", "sans-serif"], "text-max-width": 8 },
  paint: { "text-halo-width": 1.5 },
});

/** Our own map: districts and villages from vector tiles, over an outside picture if there is one. */
const style = (data, { tiles, minzoom, maxzoom }) => {
  const hasOutside = Boolean(data.style || data.tiles);
  const sources = { areas: { type: "vector", tiles, minzoom, maxzoom } };
  const layers = [
    { id: "ground", type: "background", paint: { "background-color": "#ddd" } },
    { id: "district-ground", type: "fill", source: "areas", "source-layer": "districts", paint: { "fill-color": "#fff", "fill-opacity": hasOutside ? 0 : 1 } },
    { ...line("village-lines", "villages", 1), minzoom: VILLAGES_FROM - 1 },
    line("district-lines", "districts", 2),
    names("village-labels", "villages_names", 13, VILLAGES_FROM),
    names("district-labels", "districts_names", 15, 0),
  ];
  if (data.tiles && !data.style) {
    sources.tiles = { type: "raster", tiles: [data.tiles], tileSize: 256 };
    layers.splice(1, 0, { id: "tiles", type: "raster", source: "tiles" });
  }
  return { version: 8, sources, layers };
};

/** Lay our layers over those of an outside style; without it, alone. */
const styleOver = async (data, areas) => {
  const ours = style(data, areas);
  if (!data.style) return ours;
  try {
    const outside = await (await fetch(data.style)).json();
    const layers = ours.layers.filter((layer) => layer.id !== "ground");
    return { ...outside, sources: { ...outside.sources, ...ours.sources }, layers: [...outside.layers, ...layers] };
  } catch {
    return style({}, areas);
  }
};

const PAINT = [
  ["ground", "background-color", "sunk"],
  ["district-ground", "fill-color", "surface"],
  ["village-lines", "line-color", "line-strong"],
  ["district-lines", "line-color", "ink-2"],
  ...["village-labels", "district-labels"].flatMap((id) => [[id, "text-color", "ink"], [id, "text-halo-color", "surface"]]),
];

/** Tell when the page turns light or dark. */
const onTheme = (act) => {
  new MutationObserver(act).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
};

/** Fetch areas; none where they cannot be had, for the map is useful without. */
export const areas = async (address, search) => {
  try {
    const response = await fetch(`${address}?${new URLSearchParams(search)}`);
    return response.ok ? await response.json() : EMPTY;
  } catch {
    return EMPTY;
  }
};

/** Fetch what the tiles of areas are; a map without them has no ground, and is not drawn. */
const areaTiles = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the areas cannot be had: ${response.status}`);
  return response.json();
};

/** Set the colours of the page, now and whenever they change; `more` has an element's own layers. */
export const paint = (map, more = []) => {
  const apply = () => {
    const found = colours();
    for (const [layer, property, name] of [...PAINT, ...more]) {
      if (map.getLayer(layer)) map.setPaintProperty(layer, property, found[name]);
    }
  };
  apply();
  onTheme(apply);
};

/** Return the name of an element's map: that of its field, then what it is; each is a landmark. */
const nameOf = (element) => {
  const legend = element.closest("fieldset")?.querySelector("legend");
  return [legend?.firstChild?.textContent.trim(), element.dataset.label].filter(Boolean).join(" – ");
};

/** Draw the map of an element into its [data-map], or say there that none can be drawn.
 *  Return {map, maplibre, view}, or null. */
export const drawn = async (element, options = {}) => {
  const { dataset } = element;
  const maplibre = await library(dataset);
  const part = element.querySelector("[data-drawn]");
  const fail = () => {
    part.hidden = true;
    element.querySelector("[data-undrawn]").hidden = false;
    return null;
  };
  if (!maplibre) return fail();
  part.hidden = false;
  let map;
  try {
    const found = await areaTiles(dataset.areaTiles);
    map = new maplibre.Map({
      container: element.querySelector("[data-map]"), style: await styleOver(dataset, found), attributionControl: false,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19, fadeDuration: 0, renderWorldCopies: false,
      locale: {
        "Map.Title": nameOf(element), "NavigationControl.ZoomIn": dataset.nearer,
        "NavigationControl.ZoomOut": dataset.farther, "Popup.Close": dataset.shut,
      },
      ...options.map,
    });
    map.touchZoomRotate.disableRotation();
    await new Promise((resolve) => map.once("load", resolve));
    if (!element.isConnected) throw new Error("the map's part of the page was replaced");
    element.querySelector("[data-source]").textContent = [dataset.credit, found.attribution].filter(Boolean).join(" · ");
    paint(map);
    return { map, maplibre, view: found.bounds };
  } catch {
    map?.remove();
    return fail();
  }
};

/** Show a rectangle (west, south, east, north), at once. */
export const show = (map, view, options = {}) => {
  if (view) map.fitBounds(view, { padding: 16, animate: false, ...options });
};
