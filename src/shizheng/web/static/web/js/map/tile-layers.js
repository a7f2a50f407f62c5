// Layers of the registers on a map, from our own vector tiles.

const FONTS = { "text-font": ["Noto Sans TC", "Noto Sans CJK TC", "sans-serif"] };

/** Draw a layer as of a day (ISO date; today where it is empty), below the names of places. */
export const addTiles = (map, drawing, on) => {
  if (!drawing || map.getSource(drawing.code)) return;
  const tiles = new URL(drawing.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  map.addSource(drawing.code, { type: "vector", tiles: [on ? `${tiles}?datetime=${on}` : tiles], minzoom: 0, maxzoom: 18, promoteId: "key" });
  for (const layer of drawing.layers) {
    const layout = layer.type === "symbol" ? { ...layer.layout, ...FONTS } : layer.layout ?? {};
    map.addLayer({ ...layer, layout }, layer.type === "symbol" ? undefined : "village-labels");
  }
};

/** Take a layer away. */
export const dropTiles = (map, drawing) => {
  if (!drawing || !map.getSource(drawing.code)) return;
  for (const { id } of drawing.layers) map.removeLayer(id);
  map.removeSource(drawing.code);
};
