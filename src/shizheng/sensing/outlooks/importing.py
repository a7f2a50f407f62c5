"""Takes reckoned floods in: areas by depth, and how much of each village lies in them."""

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from shapely.errors import GEOSException
from shapely.geometry import shape

from shizheng.core import journal
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Agency, Area
from shizheng.kernel.errors import N_
from shizheng.kernel.registry import Registry
from shizheng.places.frame import frame
from shizheng.sensing.models import FloodExtent, FloodScenario, FloodVillage
from shizheng.sensing.outlooks.definitions import FloodPotential
from shizheng.sensing.outlooks.errors import PotentialUnfit

LEAST_SHARE = 0.01
"""A class of depth counts in a village from this share of its area on."""
Classes = dict[int, tuple[str, list[Any]]]


def imported(folder: Path, identifier: str) -> dict[str, int]:
    """Take in the files of a mapping of the pack, by its id; return how many of what.

    Raises:
        UnknownKey: the pack has no such mapping; it names those it has.
        PotentialUnfit: a file cannot be used.
    """
    from shizheng.packs.loader import load

    maps: Registry[FloodPotential] = Registry("Mappings of flood scenarios")
    for body in load(settings.PACK).bodies(FloodPotential):
        maps.register(body.id)(body)
    return scenarios_import(maps[identifier], folder, at=timezone.now())


@transaction.atomic
def scenarios_import(body: FloodPotential, folder: Path, *, at: datetime) -> dict[str, int]:
    """Take in scenarios (匯入淹水潛勢情境); one that was there is replaced, with its areas.

    Raises:
        PotentialUnfit: a file cannot be used; then nothing is taken.
    """
    found: dict[float, Classes] = defaultdict(dict)
    for name in body.files:
        _read(body, folder / name, found)
    owner = Agency.objects.get(code=body.owner)
    counts = {"scenarios": 0, "extents": 0, "villages": 0}
    for rain, classes in sorted(found.items()):
        scenario, _made = FloodScenario.objects.update_or_create(
            code=body.id, rain_mm=rain,
            defaults={
                "hours": body.hours, "model_version": body.model_version,
                "confidence": body.confidence, "may_warn": body.may_warn,
                "source": dict(body.source), "owner": owner, "taken_at": at,
            },
        )  # fmt: skip
        scenario.extents.all().delete()
        scenario.villages.all().delete()
        shapes = {each: shapely.union_all(parts) for each, (_depth, parts) in classes.items()}
        _extents(scenario, classes, shapes)
        counts["scenarios"] += 1
        counts["extents"] += len(shapes)
        counts["villages"] += _villages(scenario, classes, shapes, at)
        facts = {"rain_mm": rain, "model_version": body.model_version, "classes": len(shapes)}
        journal.record("sensing.scenario.imported", scenario, by=None, at=at, now=facts)
    return counts


def _read(body: FloodPotential, file: Path, found: dict[float, Classes]) -> None:
    def unfit(reason: str) -> PotentialUnfit:
        return PotentialUnfit(file=file.name, mapping=body.id, reason=reason)

    try:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unfit(N_("it is not there, or no GeoJSON in UTF-8")) from error
    for row in rows:
        try:
            told = row["properties"]
            rain, depth_class = float(told[body.rain]), int(told[body.depth_class])
            depth = str(told[body.depth])[:20]
            outline: Any = shapely.make_valid(shape(row["geometry"]))
        except (KeyError, TypeError, ValueError, AttributeError, GEOSException) as error:
            raise unfit(N_("a feature lacks its rain, its depth or its area")) from error
        west, south, east, north = outline.bounds or (0, 0, 0, 0)
        if outline.is_empty or not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            raise unfit(N_("an area is empty, or not in longitude and latitude"))
        if depth_class < 1 or rain <= 0:
            raise unfit(N_("a class of depth begins at 1, and rain is more than 0"))
        found[rain].setdefault(depth_class, (depth, []))[1].append(outline)


def _extents(scenario: FloodScenario, classes: Classes, shapes: dict[int, Any]) -> None:
    order = sorted(shapes)
    metres = frame(timezone.localdate()).metres.of(
        np.array([shapes[each] for each in order], dtype=object)
    )
    FloodExtent.objects.bulk_create(
        FloodExtent(
            scenario=scenario, depth_class=each, depth=classes[each][0],
            area_km2=round(float(shapely.area(ground)) / 1e6, 3),
            shape=shapely.to_wkb(shapes[each]),
        )
        for each, ground in zip(order, metres, strict=True)
    )  # fmt: skip


def _villages(
    scenario: FloodScenario, classes: Classes, shapes: dict[int, Any], at: datetime
) -> int:
    rows = areas_on(timezone.localdate(at), Area.Kind.VILLAGE).exclude(shape=None)
    outlines = [
        (row, shapely.make_valid(shapely.from_wkb(bytes(row.shape or b"")))) for row in rows
    ]
    made = []
    for village, outline in outlines:
        wet = {
            each: float(shapely.area(shapely.intersection(outline, area))) / outline.area
            for each, area in shapes.items()
            if shapely.intersects(outline, area)
        }
        counted = [each for each, share in wet.items() if share >= LEAST_SHARE]
        if counted:
            deepest = max(counted)
            made.append(
                FloodVillage(
                    scenario=scenario, village=village, deepest=deepest,
                    depth=classes[deepest][0], share=min(round(sum(wet.values()), 4), 1.0),
                )
            )  # fmt: skip
    FloodVillage.objects.bulk_create(made)
    return len(made)
