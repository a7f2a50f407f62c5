"""Registers as evidence for promises of the plan: a filter counted as of a day, as all may see it.

A register is true of every day, so that the last months can be counted today; what was recorded
after the moment that is asked for does not count.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from shizheng.core.evidence import EvidenceKind, Observation, Observed, evidence_kinds
from shizheng.places.definitions import CountOf, RegisterBody
from shizheng.places.models import Feature, Register
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import registers_seen

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

MONTHS = 12
"""So many months before this one are counted."""
UNIT_NAMES: Mapping[str, Mapping[str, str]] = {
    "percent": {"zh-Hant": "%", "en": "%"},
    "thing": {"zh-Hant": "件", "en": "things"},
    "km": {"zh-Hant": "公里", "en": "km"},
}


def units_in(pack: "Pack") -> Mapping[str, str]:
    """Return the unit of every count that a register of the pack declares."""
    return {
        count.id: count.unit
        for body in pack.bodies(RegisterBody)
        if body.seen_by == "public"
        for count in body.counts
    }


def _declared(references: Collection[str]) -> Iterator[tuple[Layer, CountOf]]:
    nobody = AnonymousUser()
    for register in registers_seen(nobody):
        layer = Layer.of(register, nobody)
        for count in layer.sight.body.counts:
            if count.id in references:
                yield layer, count


def vintages(references: Collection[str], at: datetime) -> Mapping[str, int]:
    """Return the day as a number for each register that has something: it is counted once a day."""
    day = timezone.localdate(at).toordinal()
    return {
        count.id: day
        for layer, count in _declared(references)
        if Feature.objects.filter(register=layer.register, recorded_from__lte=at).exists()
    }


def observe(references: Collection[str], at: datetime) -> Mapping[str, Observation]:
    """Return what each count shows at the ends of the last months and on the day itself."""
    return {count.id: _observation(layer, count, at) for layer, count in _declared(references)}


def address(reference: str) -> str:
    """Return the page of the register that is counted; empty where there is none."""
    for row in Register.objects.filter(is_kept=True).select_related("current"):
        if any(each.get("id") == reference for each in row.current.body.get("counts", ())):
            return reverse("places:register", args=[row.code])
    return ""


def _observation(layer: Layer, count: CountOf, at: datetime) -> Observation:
    numbers = tuple(_numbers(layer, count, at))
    said = [[each.period, str(each.value), each.rows] for each in numbers]
    return Observation(
        unit=count.unit, unit_name=UNIT_NAMES[count.unit],
        version=layer.register.current.version, vintage=timezone.localdate(at).toordinal(),
        digest=hashlib.sha256(json.dumps(said).encode()).hexdigest(), numbers=numbers,
    )  # fmt: skip


def _numbers(layer: Layer, count: CountOf, at: datetime) -> Iterator[Observed]:
    today = timezone.localdate(at)
    for last in _month_ends(today):
        found = counted(layer, count, min(last, today), at)
        if found is not None:
            value, rows, is_synthetic = found
            yield Observed(
                period=f"{last.year}-{last.month:02}", dated_on=min(last, today), value=value,
                rows=rows, is_running=last > today, is_synthetic=is_synthetic,
            )  # fmt: skip


def _month_ends(today: date) -> list[date]:
    """Return the last days of the last months and of this one, the oldest first."""
    ends = []
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    for _ in range(MONTHS + 1):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def counted(
    layer: Layer, count: CountOf, on: date, at: datetime
) -> tuple[Decimal | None, int, bool] | None:
    """Return the value on a day as known at a moment, rows behind it, and whether any is invented.

    None where the register had nothing on that day; a share of nothing has no value.
    """
    whole = layer.rows(Question(on=on, known_at=at, values=dict(count.of))).order_by()
    total = whole.count()
    if not total:
        return None
    wanted = {**count.of, **count.where}
    rows = layer.rows(Question(on=on, known_at=at, values=wanted)).order_by()
    if count.since is not None:
        rows = rows.filter(_recent(count, on))
    return _value(count, rows, total), total, whole.filter(is_synthetic=True).exists()


def _recent(count: CountOf, on: date) -> Q:
    begin = (on - timedelta(days=count.days)).isoformat()
    name = f"properties__{count.since}"
    return Q(**{f"{name}__gte": begin, f"{name}__lte": on.isoformat()})


def _value(count: CountOf, rows: QuerySet[Feature], total: int) -> Decimal:
    if count.shows == "length":
        metres = rows.aggregate(whole=Sum("length_m"))["whole"] or 0
        return (Decimal(metres) / 1000).quantize(Decimal("0.001"))
    if count.shows == "count":
        return Decimal(rows.count())
    return (Decimal(100 * rows.count()) / total).quantize(Decimal("0.1"))


evidence_kinds.register("register")(EvidenceKind(units_in, vintages, observe, address))
