// The place that somebody looked for, marked on a map.

const EMPTY = { type: "FeatureCollection", features: [] };

/** Add a mark above everything; return {layers, put}: what to paint, and how to put it somewhere. */
export const marking = (map) => {
  map.addSource("mark", { type: "geojson", data: EMPTY });
  map.addLayer({ id: "mark-ring", type: "circle", source: "mark", paint: { "circle-radius": 14, "circle-color": "#fff", "circle-opacity": 0.35, "circle-stroke-width": 4 } });
  map.addLayer({ id: "mark-middle", type: "circle", source: "mark", paint: { "circle-radius": 4 } });
  return {
    layers: [["mark-ring", "circle-stroke-color", "late"], ["mark-ring", "circle-color", "surface"], ["mark-middle", "circle-color", "late"]],
    put: (longitude, latitude) => map.getSource("mark").setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [longitude, latitude] } }),
  };
};

/** Return [longitude, latitude] of "latitude,longitude"; null where there is none. */
export const placeOf = (text) => {
  const [latitude, longitude] = (text || "").split(",").map(Number);
  return text && Number.isFinite(latitude) && Number.isFinite(longitude) ? [longitude, latitude] : null;
};
