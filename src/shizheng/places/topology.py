"""How things of a register lie beside each other: overlaps of polygons, loose ends of lines.

A batch is judged at once: its neighbours are read by one question, every shape is tried by a tree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray
from shapely import STRtree

from shizheng.kernel.errors import DomainError
from shizheng.places.boxes import in_any_box
from shizheng.places.building import Built
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import EndLoose, Overlaps
from shizheng.places.domain.grids import Shapes
from shizheng.places.domain.shaping import Note
from shizheng.places.models import Feature, Register

DEGREES_A_METRE = 1 / 90_000  # rather too much than too little up to 35 degrees from the equator
AT_ONCE = 1_000
"""Neighbours of so many ends are held together: where lines lie dense, each end has hundreds."""
Found: TypeAlias = Iterator[tuple[int, DomainError]]
"""The place of a thing in the batch, and what is wrong with it."""


def topology_judge(
    register: Register, body: RegisterBody, found: Sequence[Built], *, on: date
) -> None:
    """Add to each what its neighbours say: those of the register on a day, and of its own batch."""
    rule = body.topology
    sound = [each for each in found if not each.problems and each.metres is not None]
    is_overlap = rule.overlap_m2 is not None
    if not (is_overlap or rule.ends_within_m) or not sound:
        return
    batch = {each.key for each in found}
    shapes = _array([each.metres for each in sound])
    if is_overlap:
        known = _Known([register.pk], register, batch, on)
        judge = _overlaps(sound, shapes, known, rule.overlap_m2 or 0.0)
    else:
        known = _Known([register.pk, *_pks(rule.ends_on)], register, batch, on)
        judge = _ends(sound, shapes, known, rule.ends_within_m or 0.0)
    for place, problem in judge:
        if rule.severity == "refuse":
            sound[place].problems.append(problem)
        else:
            code = Note.OVERLAPS if is_overlap else Note.LOOSE_END
            said = {name: str(value) for name, value in problem.parameters.items()}
            sound[place].notes.append({"code": code.value, **said})


def _pks(codes: Sequence[str]) -> list[Any]:
    return list(Register.objects.filter(code__in=codes).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class _Known:
    """What was in the registers before a batch came; what comes anew in it is not."""

    registers: list[Any]
    register: Register
    batch: set[str]
    on: date

    def near(self, bounds: NDArray[np.float64]) -> tuple[list[str], Shapes]:
        """Return keys and shapes in metres of the things whose rectangles touch any of many."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # It takes the neighbours for a hundred times as many as they are, and would compile
                # the question first: that takes longer than the answer. Until the transaction ends.
                cursor.execute("SET LOCAL jit = off")
        rows = Feature.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=self.on), in_any_box(bounds),
            register__in=self.registers, recorded_to=None, valid_from__lte=self.on,
        )  # fmt: skip
        told = rows.order_by("key", "pk").values_list("register_id", "key", "metres")
        found = [
            (key, bytes(metres))
            for pk, key, metres in told
            if metres is not None and not (pk == self.register.pk and key in self.batch)
        ]
        return [key for key, _ in found], shapely.from_wkb(_array([wkb for _, wkb in found]))


def _array(shapes: list[Any]) -> Shapes:
    return np.array(shapes, dtype=object)


def _overlaps(sound: Sequence[Built], shapes: Shapes, known: _Known, most_m2: float) -> Found:
    keys, near = known.near(shapely.bounds(_array([each.geometry for each in sound])))
    keys, every = [*(each.key for each in sound), *keys], np.append(shapes, near)
    one, other = STRtree(every).query(shapes, predicate="intersects")
    one, other = one[one != other], other[one != other]
    shared = np.asarray(shapely.area(shapely.intersection(every[one], every[other])))
    for at in np.flatnonzero(shared > most_m2).tolist():
        yield int(one[at]), Overlaps(other=keys[other[at]], area=f"{shared[at]:,.1f}")


def _ends(sound: Sequence[Built], shapes: Shapes, known: _Known, reach_m: float) -> Found:
    """Try the ends among the batch first: mostly few are left to be asked of the database."""
    ends, owners = _ends_of(shapes)
    end, other = STRtree(shapes).query(ends, predicate="dwithin", distance=reach_m)
    is_joined = np.zeros(len(ends), dtype=bool)
    is_joined[end[owners[end] != other]] = True
    doubtful = np.unique(owners[~is_joined])
    if not len(doubtful):
        return
    shown, _ = _ends_of(_array([sound[at].geometry for at in doubtful.tolist()]))
    left = np.flatnonzero(np.isin(owners, doubtful))
    shown, left = shown[~is_joined[left]], left[~is_joined[left]]
    more = np.array([-1, -1, 1, 1]) * reach_m * DEGREES_A_METRE
    for start in range(0, len(left), AT_ONCE):
        ask = slice(start, start + AT_ONCE)
        _, near = known.near(shapely.bounds(shown[ask]) + more)
        tree = STRtree(near)
        joined, _ = tree.query(ends[left[ask]], predicate="dwithin", distance=reach_m)
        for at in np.setdiff1d(np.arange(len(left[ask])), joined).tolist():
            x, y = f"{shown[start + at].x:.6f}", f"{shown[start + at].y:.6f}"
            yield int(owners[left[start + at]]), EndLoose(x=x, y=y, metres=f"{reach_m:g}")


def _ends_of(lines: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    """Return the ends of lines as points, and of which line each is."""
    found = shapely.get_parts(shapely.boundary(shapely.force_2d(lines)), return_index=True)
    return found[0], found[1]
