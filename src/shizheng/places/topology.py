"""How things of a register lie beside each other: overlaps of polygons, loose ends of lines."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

import numpy as np
import shapely
from django.db.models import Q
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import DomainError
from shizheng.places.boxes import features_in_box
from shizheng.places.building import Built
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import EndLoose, Overlaps
from shizheng.places.domain.shaping import Note
from shizheng.places.models import Feature, Register

DEGREES_A_METRE = 1 / 90_000  # rather too much than too little up to 35 degrees from the equator


def topology_judge(
    register: Register, body: RegisterBody, found: Sequence[Built], *, on: date
) -> None:
    """Add to each what its neighbours say: those of the register on a day, and of its own batch."""
    rule = body.topology
    sound = [each for each in found if not each.problems and each.metres is not None]
    if (rule.overlap_m2 is None and rule.ends_within_m is None) or not sound:
        return
    batch = {each.key for each in found}
    tree = STRtree(np.array([each.metres for each in sound], dtype=object))
    others = [register.pk, *_pks(rule.ends_on)]
    for place, each in enumerate(sound):
        near = [
            (sound[at].key, cast(BaseGeometry, sound[at].metres))
            for at in tree.query(each.metres, predicate="dwithin", distance=rule.ends_within_m or 0)
            if at != place
        ]
        registers = [register.pk] if rule.overlap_m2 is not None else others
        near += _neighbours(
            each, registers, reach_m=rule.ends_within_m or 0.0, on=on, own=register, batch=batch
        )
        _note(body, each, near)


def _pks(codes: Sequence[str]) -> list[Any]:
    return list(Register.objects.filter(code__in=codes).values_list("pk", flat=True))


def _neighbours(
    each: Built, registers: list[Any], *, reach_m: float, on: date, own: Register, batch: set[str]
) -> list[tuple[str, BaseGeometry]]:
    """Things whose rectangles are near; of its own register none that comes anew in the batch."""
    west, south, east, north = shapely.bounds(each.geometry).tolist()
    more = reach_m * DEGREES_A_METRE
    rows = features_in_box(
        Feature.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), register__in=registers, recorded_to=None,
            valid_from__lte=on,
        ),
        (west - more, south - more, east + more, north + more),
    )  # fmt: skip
    return [
        (key, shapely.from_wkb(bytes(metres)))
        for pk, key, metres in rows.values_list("register_id", "key", "metres")
        if metres is not None and not (pk == own.pk and key in batch)
    ]


def _note(body: RegisterBody, each: Built, near: list[tuple[str, BaseGeometry]]) -> None:
    rule = body.topology
    overlaps = rule.overlap_m2 is not None
    for problem in (
        _overlaps(each, near, rule.overlap_m2 or 0) if overlaps else _ends(body, each, near)
    ):
        if rule.severity == "refuse":
            each.problems.append(problem)
        else:
            code = Note.OVERLAPS if overlaps else Note.LOOSE_END
            said = {name: str(value) for name, value in problem.parameters.items()}
            each.notes.append({"code": code.value, **said})


def _overlaps(
    each: Built, near: list[tuple[str, BaseGeometry]], most_m2: float
) -> Iterator[DomainError]:
    for key, other in near:
        shared = float(shapely.area(shapely.intersection(each.metres, other)))
        if shared > most_m2:
            yield Overlaps(other=key, area=f"{shared:,.1f}")


def _ends(
    body: RegisterBody, each: Built, near: list[tuple[str, BaseGeometry]]
) -> Iterator[DomainError]:
    reach = body.topology.ends_within_m or 0.0
    ends = shapely.get_parts(shapely.boundary(shapely.force_2d(each.metres)))
    shown = shapely.get_parts(shapely.boundary(shapely.force_2d(each.geometry)))
    others = np.array([other for _, other in near], dtype=object)
    for end, at in zip(ends, shown, strict=False):
        if not len(others) or not shapely.dwithin(others, end, reach).any():
            yield EndLoose(x=f"{at.x:.6f}", y=f"{at.y:.6f}", metres=f"{reach:g}")
