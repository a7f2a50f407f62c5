"""From the parameters of a request for items to what is read of a layer (Part 1, 7.15)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import shapely
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.encoded import from_json
from shizheng.places.domain.cql2.nodes import Node
from shizheng.places.domain.cql2.text import from_text
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.models import Feature
from shizheng.places.ogc.systems import (
    CRS84,
    System,
    area_of,
    bounds_of,
    in_degrees,
    system_of,
)
from shizheng.places.selectors.filtering import Filter
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.showing import Shown, Sight

LIMIT, MOST = 10, 10_000
REFINED = 2_000
"""Up to so many candidates of a rectangle are counted by their shapes."""
EXAMINED, JUDGED = 20_000, 400_000
"""Of one page so many candidates are looked at, fewer where judging one takes many terms."""
OWN = (
    "bbox", "bbox-crs", "crs", "datetime", "limit", "after", "f", "filter", "filter-lang",
    "filter-crs",
)  # fmt: skip
LANGUAGES: dict[str, Callable[[str], Node]] = {"cql2-text": from_text, "cql2-json": from_json}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for items: what, in which rectangle, how many, after which key, in which system."""

    question: Question
    area: BaseGeometry | None
    limit: int
    after: str
    system: System
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A page of items; ``matched`` is None where counting would take too long.

    ``after`` is the key from which the next page goes on; nothing where this is the last.
    """

    shown: list[Shown]
    matched: int | None
    after: str


def asked_of(given: Mapping[str, str], sight: Sight) -> Asked:
    """Return what is asked for.

    Raises:
        QuestionUnfit: a parameter cannot be what it is. Fields are checked by the layer.
        FilterUnreadable, FilterTooLarge, FilterUnfit, PropertyUnknown: the filter cannot be asked.
    """
    box_system = system_of("bbox-crs", given.get("bbox-crs", CRS84))
    area = area_of(given["bbox"], box_system) if given.get("bbox") else None
    on, until = span_of(given.get("datetime", ""))
    question = Question(
        on=on, until=until, bounds=None if area is None else bounds_of(area),
        values={name: value for name, value in given.items() if name not in OWN},
    )  # fmt: skip
    return Asked(
        question, area, limit_of(given.get("limit", "")), given.get("after", "")[:80],
        system_of("crs", given.get("crs", CRS84)), filter_of(given, sight),
    )  # fmt: skip


def filter_of(given: Mapping[str, str], sight: Sight) -> Filter | None:
    """Return the filter of a request, if it has one (Part 3, 7).

    Raises:
        QuestionUnfit, FilterUnreadable, FilterTooLarge, FilterUnfit, PropertyUnknown: see there.
    """
    language = given.get("filter-lang") or "cql2-text"
    system = system_of("filter-crs", given.get("filter-crs", CRS84))
    if language not in LANGUAGES:
        raise QuestionUnfit(
            part="filter-lang", value=language[:20], expected=N_("cql2-text or cql2-json")
        )
    if not given.get("filter"):
        return None
    tree = LANGUAGES[language](given["filter"])
    return Filter.of(sight, tree, partial(in_degrees, system=system))


def limit_of(text: str) -> int:
    """Return how many are wanted at most.

    Raises:
        QuestionUnfit: it is no whole number.
    """
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdecimal() and int(text[:9]) >= 1):
        raise QuestionUnfit(part="limit", value=text[:20], expected=N_("a whole number from 1 on"))
    return min(int(text[:9]), MOST)


def span_of(text: str) -> tuple[date, date | None]:
    """Return the day that is meant, or the first day and the one after the last of an interval.

    Raises:
        QuestionUnfit: it is neither.
    """
    if not text:
        return timezone.localdate(), None
    begin, slash, end = text.partition("/")
    if not slash:
        return _day(begin), None
    first = date.min if begin in ("", "..") else _day(begin)
    last = date.max if end in ("", "..") else _day(end) + timedelta(days=1)
    if last <= first:
        raise QuestionUnfit(
            part="datetime", value=text[:60], expected=N_("the end follows the beginning")
        )
    return first, last


def _day(text: str) -> date:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise QuestionUnfit(
            part="datetime", value=text[:60], expected=N_("a moment or an interval of RFC 3339")
        ) from None
    return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()


def items(layer: Layer, asked: Asked) -> Items:
    """Return a page of the things that are asked for, by key; of an interval each thing once.

    A rectangle is met by the shape itself, not by the rectangle around it. Where things are judged
    one by one, a page ends after ``EXAMINED`` of them and the next goes on from there.
    """
    rows = newest(layer.rows(asked.question), asked.question)
    if asked.filter is not None:
        rows = rows.filter(asked.filter.narrowing.q)
    page = rows.filter(key__gt=asked.after) if asked.after else rows
    judges, cost = _judges(layer, asked)
    if not judges:
        some = [layer.sight.of(row) for row in page[: asked.limit + 1]]
        found = rows.order_by().values("pk")[: REFINED * 5 + 1].count()
        matched = found if found <= REFINED * 5 else None
        return Items(some[: asked.limit], matched, _last(some, asked.limit))
    most = max(min(EXAMINED, JUDGED // cost), asked.limit // 10)
    kept: list[Shown] = []
    last, examined = "", 0
    for examined, each in enumerate(map(layer.sight.of, page[: most + 1].iterator(500)), 1):
        if examined > most:
            break
        if all(judge(each) for judge in judges):
            kept.append(each)
            if len(kept) > asked.limit:
                break
        last = each.key
    after = last if examined > most else _last(kept, asked.limit)
    return Items(kept[: asked.limit], _matched(layer, rows, asked, judges, cost), after)


def _last(some: list[Shown], limit: int) -> str:
    return some[limit - 1].key if len(some) > limit else ""


def _judges(layer: Layer, asked: Asked) -> tuple[list[Callable[[Shown], bool]], int]:
    """Return what each thing is still held to after the database, and what that costs."""
    found: list[Callable[[Shown], bool]] = []
    cost, area = 0, asked.area
    is_point = layer.sight.body.geometry.kind == "point"
    if area is not None and layer.sight.is_exact and not is_point:
        shapely.prepare(area)
        found.append(
            lambda shown: (
                shown.geometry is not None and bool(shapely.intersects(area, shown.geometry))
            )
        )
        cost += 10
    if asked.filter is not None and not asked.filter.narrowing.is_exact:
        found.append(asked.filter.keeps)
        cost += asked.filter.terms
    return found, cost


def newest(rows: QuerySet[Feature], question: Question) -> QuerySet[Feature]:
    """Keep of each thing the newest state of an interval alone."""
    if question.until is None:
        return rows
    later = Feature.objects.filter(
        thing=OuterRef("thing"), recorded_to=None, valid_from__gte=OuterRef("valid_to"),
        valid_from__lt=question.until,
    )  # fmt: skip
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=F("valid_from")) & ~Exists(later))


def _matched(
    layer: Layer, rows: QuerySet[Feature], asked: Asked,
    judges: list[Callable[[Shown], bool]], cost: int,
) -> int | None:  # fmt: skip
    is_exact = asked.filter is None or asked.filter.narrowing.is_exact
    if asked.area is not None and is_exact:
        return _touched(rows, asked.area)
    most = min(REFINED, JUDGED // cost)
    some = list(rows.order_by()[: most + 1])
    if len(some) > most:
        return None
    return sum(all(judge(each) for judge in judges) for each in map(layer.sight.of, some))


def _touched(rows: QuerySet[Feature], area: BaseGeometry) -> int | None:
    shapes = list(rows.order_by().values_list("shape", flat=True)[: REFINED + 1])
    if len(shapes) > REFINED:
        return None
    known = [bytes(shape) for shape in shapes if shape is not None]
    return int(shapely.intersects(shapely.from_wkb(known), area).sum()) if known else 0
