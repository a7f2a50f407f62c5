// A line or polygon over a map: points one after the other, the last one taken back, closed.

const ROOM = 500;

const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });

/** The points of one shape, shown on a map if there is one. */
export class Drawing {
  isClosed = false;
  #points = [];
  #map = null;

  constructor(isPolygon) {
    this.isPolygon = isPolygon;
  }

  get points() {
    return this.#points;
  }

  set points(points) {
    this.#points = points;
    this.isClosed = false;
    this.#show();
  }

  add(point) {
    if (this.isClosed || this.#points.length >= ROOM) return;
    this.#points = [...this.#points, point];
    this.#show();
  }

  undo() {
    if (this.isClosed) this.isClosed = false;
    else this.#points = this.#points.slice(0, -1);
    this.#show();
  }

  close() {
    this.isClosed = this.#points.length > 2;
    this.#show();
  }

  /** Lay the shape over a map; returns the layers whose colours follow the page's. */
  on(map) {
    this.#map = map;
    map.addSource("shape", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    const only = (type) => ["==", ["geometry-type"], type];
    map.addLayer({ id: "shape-fill", source: "shape", type: "fill", filter: only("Polygon"), paint: { "fill-opacity": 0.25 } });
    map.addLayer({ id: "shape-line", source: "shape", type: "line", filter: only("LineString"), paint: { "line-width": 4 } });
    map.addLayer({ id: "shape-points", source: "shape", type: "circle", filter: only("Point"), paint: { "circle-radius": 6, "circle-stroke-width": 2 } });
    this.#show();
    return [["shape-fill", "fill-color", "late"], ["shape-line", "line-color", "late"], ["shape-points", "circle-color", "late"], ["shape-points", "circle-stroke-color", "surface"]];
  }

  #show() {
    const points = this.#points;
    const features = points.map((point) => feature("Point", point));
    const isRing = this.isPolygon && points.length > 2;
    if (points.length > 1) features.push(feature("LineString", isRing && this.isClosed ? [...points, points[0]] : points));
    if (isRing) features.push(feature("Polygon", [[...points, points[0]]]));
    this.#map?.getSource("shape")?.setData({ type: "FeatureCollection", features });
  }
}
