"""Claim: the village of 100,000 points a second or more, on one core.

Beside it the peer that one would write first: a loop over prepared shapes whose box holds the
point. Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/areas.py [POINTS]
"""

import json
import os
import platform
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

TARGET = 100_000
PEER_COUNT = 2_000
SHARED = Path(__file__).parents[1] / "../shared/data/boundaries/villages.geojson"
ON = date(2020, 3, 2)


def load() -> dict:
    """Enter the villages and return their shapes by code."""
    import shapely

    from shizheng.core.models import Area

    features = json.loads(SHARED.read_text(encoding="utf-8"))["features"]
    shapes = {
        f["properties"]["village_code"]: shapely.geometry.shape(f["geometry"]) for f in features
    }
    Area.objects.bulk_create(
        Area(code=code, kind="village", name={}, shape=shapely.to_wkb(shape), valid_from=ON)
        for code, shape in shapes.items()
    )
    return shapes


def by_loop(shapes: dict, points) -> list[str | None]:
    """Return the lowest code around each point, shape by shape."""
    import shapely

    for shape in shapes.values():
        shapely.prepare(shape)
    boxes = [(code, shape, shape.bounds) for code, shape in sorted(shapes.items())]
    return [
        next(
            (
                code
                for code, shape, (x0, y0, x1, y1) in boxes
                if x0 <= x <= x1 and y0 <= y <= y1 and shapely.intersects_xy(shape, x, y)
            ),
            None,
        )
        for x, y in points
    ]


def rate(count: int, call) -> int:
    """Return how many a second, by the shortest of three runs."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return round(count / min(times))


def measure(count: int) -> dict[str, object]:
    """Measure on a database of its own."""
    import django

    django.setup()
    import numpy as np
    from django.core.management import call_command

    from shizheng.core.areas import area_of, areas_of

    call_command("migrate", verbosity=0)
    shapes = load()
    chance = np.random.default_rng(109)
    points = chance.uniform((120.15, 22.45), (120.95, 23.45), (count, 2))
    started = time.perf_counter()
    areas_of(points[:1], on=ON)
    first = time.perf_counter() - started
    some = points[:PEER_COUNT]
    if areas_of(some, on=ON) != by_loop(shapes, some):
        raise SystemExit("the loop and the index disagree")
    x, y = points[0]
    return {
        "benchmark": "areas",
        "python": platform.python_version(),
        "villages": len(shapes),
        "points": count,
        "first_ms": round(first * 1e3, 1),
        "bulk_per_s": rate(count, lambda: areas_of(points, on=ON)),
        "single_per_s": rate(1_000, lambda: [area_of(x, y, on=ON) for _ in range(1_000)]),
        "loop_per_s": rate(PEER_COUNT, lambda: by_loop(shapes, some)),
        "target_per_s": TARGET,
    }


def main() -> None:
    """Measure, print, and fail when the claim does not hold."""
    if not SHARED.is_file():
        sys.exit(f"The villages are not at {SHARED}; nothing was measured.")
    count = int(sys.argv[1]) if sys.argv[1:] else 500_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "shizheng.settings",
            "DATABASE_URL": f"sqlite:///{folder}/areas.db",
            "SHIZHENG_HOME": folder,
        }
        row = measure(count)
    for name in ("bulk_per_s", "single_per_s", "loop_per_s"):
        print(f"{name:16}{row[name]:>12,}", file=sys.stderr)
    print(json.dumps(row))
    sys.exit(0 if row["bulk_per_s"] >= TARGET else 1)


if __name__ == "__main__":
    main()
