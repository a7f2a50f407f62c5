// The map library: fetched once, and only by a page on which a map is to be drawn.

let loading = null;

const hasWebGL = () => {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2"));
};

const link = (address) => new Promise((resolve, reject) => {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = address;
  sheet.addEventListener("load", resolve);
  sheet.addEventListener("error", reject);
  document.head.append(sheet);
});

/** Return MapLibre, or null where this browser cannot draw with it. `places` has the addresses
 *  of its script, worker and sheet, and of ours (colours), which comes after. */
export const library = (places) => {
  loading ??= (async () => {
    if (!hasWebGL()) return null;
    try {
      const [found] = await Promise.all([import(places.script), link(places.sheet), link(places.colours)]);
      found.setWorkerUrl(new URL(places.worker, location.href).href);
      return found;
    } catch {
      return null; // not reachable, or too old a browser: the inputs are enough
    }
  })();
  return loading;
};
