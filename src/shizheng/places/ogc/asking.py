"""From the parameters of a request for items to what is read of a layer (Part 1, 7.15)."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeAlias, cast

import numpy as np
import shapely
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.places.boxes import Bounds
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
from shizheng.places.ogc.writing import features, rows_written
from shizheng.places.selectors import paging
from shizheng.places.selectors.filtering import Filter
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.paging import Row
from shizheng.places.selectors.showing import COLUMNS, Shown, Sight

LIMIT, MOST = 10, 10_000
COUNTED = 10_000
"""So many are counted; of more it is not said how many they are."""
REMEMBERED = 10_000
"""So many counts of whole registers a process keeps."""
REFINED = 2_000
"""Up to so many candidates of a rectangle are counted by their shapes."""
WALKED = 50_000
"""So many things of a register the database looks at for one page."""
EXAMINED, JUDGED = 20_000, 400_000
"""Of one page so many candidates are judged one by one, fewer where one takes many terms."""
Rows: TypeAlias = QuerySet[Feature]
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

    @property
    def is_of_today(self) -> bool:
        """Whether things are asked for as they are today, not on another day."""
        return self.question.until is None and self.question.on == timezone.localdate()


@dataclass(frozen=True, slots=True)
class Items:
    """A page of items as GeoJSON; ``matched`` is None where counting would take too long.

    ``after`` is the key from which the next page goes on; nothing where this is the last.
    """

    texts: list[str]
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

    A rectangle is met by the shape itself, not by the rectangle around it. Of a large register a
    page ends after so many candidates, found or not, and the next goes on from there.
    """
    if _is_plain(layer, asked):
        return _touching(layer, asked, partial(_read_box, layer, asked), "", is_all_asked=True)
    rows = newest(layer.rows(asked.question), asked.question)
    if asked.filter is not None:
        rows = rows.filter(asked.filter.narrowing.q)
    edge = _edge(layer, asked)
    page = rows.filter(key__gt=asked.after) if asked.after else rows
    page = page.filter(key__lte=edge) if edge else page
    if asked.filter is not None and not asked.filter.narrowing.is_exact:
        return _judged(layer, asked, page, edge, None if edge else rows)
    if asked.area is not None and _has_shapes(layer):
        ways = {True: page, False: page if edge else rows}

        def read(most: int, *, is_later: bool) -> list[Row]:
            return paging.read(ways[is_later], asked.after, most)

        return _touching(layer, asked, read, edge, is_all_asked=not edge)
    matched = None if edge else _counted(layer, asked, rows)
    if not layer.sight.is_exact:
        some = layer.shown(page[: asked.limit + 1])
        told = features(layer.sight, some[: asked.limit], asked.system)
        return Items(told, matched, _last(some, asked.limit) or edge)
    found = paging.read(page, asked.after, asked.limit)
    after = found[asked.limit - 1][0] if len(found) > asked.limit else edge
    found = found[: asked.limit]
    told = rows_written(layer, found, paging.shapes_of(found), asked.system)
    return Items(told, matched, after)


_known_counts: dict[Hashable, int] = {}
"""How many a register has on a day, by its mark: another one after every act."""


def _counted(layer: Layer, asked: Asked, rows: Rows) -> int | None:
    """Return how many there are, as far as ``COUNTED``."""
    version = getattr(layer.register, "layer_version", None)
    is_whole = asked.filter is None and asked.area is None and not asked.question.values
    if version is None or not is_whole or asked.question.until is not None:
        return _bounded(_count(rows))
    key = (version.mark, asked.question.on)
    found = _known_counts.get(key)
    if found is None:
        if len(_known_counts) >= REMEMBERED:
            _known_counts.clear()
        found = _known_counts[key] = _count(rows)
    return _bounded(found)


def _count(rows: Rows) -> int:
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def _is_plain(layer: Layer, asked: Asked) -> bool:
    """Whether nothing but a rectangle of today is asked for, of shapes that are seen."""
    is_narrowed = bool(asked.question.values) or asked.filter is not None
    return asked.area is not None and asked.is_of_today and not is_narrowed and _has_shapes(layer)


def _read_box(layer: Layer, asked: Asked, most: int, *, is_later: bool) -> list[Row]:
    question = asked.question
    bounds = cast(Bounds, question.bounds)
    return paging.read_box(
        layer.register, question.on, bounds, asked.after, most, is_later=is_later
    )


def _edge(layer: Layer, asked: Asked) -> str:
    """Return up to which key a page looks; nothing where it may look at all that there is.

    Where values or a filter may be met by hardly any of very many things, it looks at ``WALKED``.
    """
    question = asked.question
    is_picky = bool(question.values) or asked.filter is not None or not asked.is_of_today
    last = layer.key_after(asked.after, WALKED) if is_picky else ""
    if last and question.bounds is not None:
        inside = layer.rows(Question(on=question.on, until=question.until, bounds=question.bounds))
        last = last if inside.order_by().values("pk")[: WALKED + 1].count() > WALKED else ""
    return last


def _has_shapes(layer: Layer) -> bool:
    """Whether a rectangle is met by shapes; rows say it of points and of the middles of cells."""
    return layer.sight.is_exact and layer.sight.body.geometry.kind != "point"


def _touching(
    layer: Layer, asked: Asked, read: Callable[..., list[Row]], edge: str, *, is_all_asked: bool
) -> Items:
    """Return those whose shapes touch the rectangle.

    Args:
        read: reads the candidates, at most so many and one more; of all or those of the page.
        is_all_asked: whether all can be counted, as far as ``REFINED``.
    """
    most = max(REFINED, 2 * asked.limit)
    some = read(most, is_later=not is_all_asked)
    is_all = is_all_asked and len(some) <= most
    if is_all_asked and not is_all and asked.after:
        some = read(most, is_later=True)
    shapes = paging.shapes_of(some)
    shapely.prepare(asked.area)
    hits = np.flatnonzero(shapely.intersects(shapes, asked.area)).tolist()
    later = [place for place in hits if some[place][-1]]
    after = edge if len(some) <= most else some[most][0]
    if len(later) > asked.limit:
        after = some[later[asked.limit - 1]][0]
    chosen = later[: asked.limit]
    told = rows_written(layer, [some[place] for place in chosen], shapes[chosen], asked.system)
    return Items(told, len(hits) if is_all else None, after)


def _judged(
    layer: Layer, asked: Asked, page: Rows, edge: str, every: Rows | None
) -> Items:  # fmt: skip
    """Return those of which the filter is true, judged one by one."""
    judge, cost = _judge(layer, asked)
    most = max(min(EXAMINED, JUDGED // cost), asked.limit // 10)
    kept: list[Shown] = []
    last, examined = "", 0
    for examined, each in enumerate(_one_by_one(layer, page[: most + 1]), 1):
        if examined > most:
            break
        if judge(each):
            kept.append(each)
            if len(kept) > asked.limit:
                break
        last = each.key
    after = last if examined > most else _last(kept, asked.limit) or edge
    told = features(layer.sight, kept[: asked.limit], asked.system)
    return Items(told, _matched(layer, every, judge, cost), after)


def _one_by_one(layer: Layer, rows: Rows) -> Iterator[Shown]:
    found = rows.values_list(*COLUMNS).iterator(500)
    while some := list(islice(found, 500)):
        yield from layer.sight.all(some)


def _last(some: list[Shown], limit: int) -> str:
    return some[limit - 1].key if len(some) > limit else ""


def _bounded(found: int) -> int | None:
    return found if found <= COUNTED else None


def _judge(layer: Layer, asked: Asked) -> tuple[Callable[[Shown], bool], int]:
    """Return what each thing is still held to after the database, and what that costs."""
    area, wish = asked.area, asked.filter
    keeps, terms = (wish.keeps, wish.terms) if wish is not None else (lambda _: True, 0)
    if area is None or not _has_shapes(layer):
        return keeps, terms
    shapely.prepare(area)
    return lambda shown: bool(shapely.intersects(area, shown.geometry)) and keeps(shown), terms + 10


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
    layer: Layer, rows: Rows | None, judge: Callable[[Shown], bool], cost: int
) -> int | None:  # fmt: skip
    most = min(REFINED, JUDGED // cost)
    some = [] if rows is None else layer.shown(rows.order_by()[: most + 1])
    return None if rows is None or len(some) > most else sum(map(judge, some))
