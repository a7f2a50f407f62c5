"""Lists and single entities: filtered, ordered, paged and expanded, with rights in the query."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q

from shizheng.kernel.errors import N_
from shizheng.sensing.access import Actor
from shizheng.sensing.errors import EntityMissing, QueryUnfit
from shizheng.sensing.models import Datastream, FeatureOfInterest, Gateway
from shizheng.sensing.sensorthings import documents
from shizheng.sensing.sensorthings.asking import MOST, MOST_READINGS, TOP, Asked
from shizheng.sensing.sensorthings.conditions import Conditions
from shizheng.sensing.sensorthings.readings import (
    Reading,
    Wanted,
    counted,
    key_of,
    ordered,
    sorted_by,
)
from shizheng.sensing.sensorthings.sets import SETS, EntitySet, Link
from shizheng.sensing.sensorthings.tree import Node, Path, paths_of
from shizheng.sensing.store.reading import latest_of, readings_between
from shizheng.sensing.store.tables import extra_of, told
from shizheng.sensing.store.writing import known_of

COUNTED = 100_000
CHILDREN = 20_000
STREAMS = 20_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and the address that links begin with."""

    actor: Actor | AnonymousUser
    root: str

    def rows(self, kind: EntitySet) -> Any:
        """Return the rows of a set that may be seen."""
        model = kind.model
        if isinstance(self.actor, Gateway):
            path = {"datastream": "thing__", "historicallocation": "thing__"}
            to = path.get(str(model._meta.model_name), "")
            rows = model._default_manager.all()
            if kind.name not in ("Sensors", "ObservedProperties"):
                mine = Q(**{f"{to}owner": self.actor.owner_id})
                rows = rows.filter(mine | Q(**{f"{to}seen_by": "public"}))
        else:
            person = self.actor if self.actor is not None else AnonymousUser()
            rows = model._default_manager.visible_to(person)
        return rows.filter(**kind.base)


def listed(scope: Scope, kind: EntitySet, rows: Any, asked: Asked, here: str) -> dict[str, Any]:
    """Return a page of a set."""
    query = where(scope, kind, rows, asked)
    top = min(TOP if asked.top is None else asked.top, MOST)
    answer: dict[str, Any] = {}
    if asked.count:
        found = query.order_by().values("pk")[: COUNTED + 1].count()
        if found <= COUNTED:
            answer["@iot.count"] = found
    page = list(sorted_rows(scope, kind, query, asked)[asked.skip : asked.skip + top + 1])
    if len(page) > top and top:
        answer["@iot.nextLink"] = following(here, asked.text, {"$skip": str(asked.skip + top)})
    answer["value"] = shown(scope, kind, page[:top], asked)
    return answer


def where(scope: Scope, kind: EntitySet, rows: Any, asked: Asked) -> Any:
    """Return the rows that a filter keeps."""
    if asked.filter is None:
        return rows
    return rows.filter(Conditions(kind, scope.rows).where(asked.filter))


def sorted_rows(scope: Scope, kind: EntitySet, rows: Any, asked: Asked) -> Any:
    """Return rows in the order asked for, to the last tie."""
    conditions = Conditions(kind, scope.rows)
    fields = []
    for node, is_down in asked.order:
        value = conditions.order(node)
        fields.append(value.desc() if is_down else value.asc())
    return rows.order_by(*fields, "pk")


def following(here: str, text: str, more: dict[str, str]) -> str:
    """Return the address of the next page."""
    pairs = dict(parse_qsl(text, keep_blank_values=True))
    pairs.pop("$skip", None)
    pairs.pop("$skiptoken", None)
    return f"{here}?{urlencode(pairs | more, safe='$@/,()')}"


def shown(scope: Scope, kind: EntitySet, rows: Sequence[Any], asked: Asked) -> list[dict[str, Any]]:
    """Return rows as they are sent, with what is expanded."""
    extent = {}
    if kind.model is Datastream:
        known = known_of([row.pk for row in rows])
        extent = {pk: (each.first, each.newest) for pk, each in known.items()}
    told_ = [documents.entity(scope.root, kind, row, extent) for row in rows]
    for name in asked.select:
        known_too = (*kind.links, "id", "@iot.id", "phenomenonTime", "resultTime")
        if told_ and name not in told_[0] and name not in known_too:
            reason = N_("there is no such property")
            raise QueryUnfit(option=f"$select of “{name[:40]}”", reason=reason)
    found = [documents.chosen(each, asked.select) for each in told_]
    for name, more in asked.expand.items():
        link = kind.links.get(name)
        if link is None:
            reason = N_("there is no such link")
            raise QueryUnfit(option=f"$expand of “{name[:40]}”", reason=reason)
        for place, value in expanded(scope, kind, rows, name, link, more).items():
            found[place].pop(f"{name}@iot.navigationLink", None)
            found[place] |= value
    return found


def expanded(  # noqa: PLR0917
    scope: Scope, kind: EntitySet, rows: Sequence[Any], name: str, link: Link, asked: Asked
) -> dict[int, dict[str, Any]]:
    """Return what stands in each row, by its place, under the name of a link."""
    target = SETS[link.target]
    if link.target == "Observations":
        return _observations_of(scope, kind, rows, name, asked)
    places: dict[Any, list[int]] = {}
    for place, row in enumerate(rows):
        key = row.pk if link.is_many else getattr(row, f"{link.lookup}_id")
        places.setdefault(key, []).append(place)
    if not link.is_many:
        found = scope.rows(target).filter(pk__in=[key for key in places if key is not None])
        one = list(found)
        told_ = shown(scope, target, one, asked)
        return {
            place: {name: each}
            for row, each in zip(one, told_, strict=True)
            for place in places[row.pk]
        }
    children = where(scope, target, scope.rows(target), asked)
    children = children.annotate(parent_of=F(link.back)).filter(parent_of__in=[*places])
    groups: dict[Any, list[Any]] = {}
    for child in sorted_rows(scope, target, children, asked)[:CHILDREN]:
        groups.setdefault(child.parent_of, []).append(child)
    return _paged(scope, kind, target, rows, name, asked, groups)


def _paged(  # noqa: PLR0917
    scope: Scope, kind: EntitySet, target: EntitySet, rows: Sequence[Any], name: str,
    asked: Asked, groups: dict[Any, list[Any]],
) -> dict[int, dict[str, Any]]:  # fmt: skip
    """Return the first of many children of each row, with count and next link where asked."""
    top = min(TOP if asked.top is None else asked.top, MOST)
    kept = [groups.get(row.pk, [])[asked.skip : asked.skip + top] for row in rows]
    told_ = iter(shown(scope, target, [each for some in kept for each in some], asked))
    found: dict[int, dict[str, Any]] = {}
    for place, (row, some) in enumerate(zip(rows, kept, strict=True)):
        value: dict[str, Any] = {name: [*islice(told_, len(some))]}
        children = groups.get(row.pk, [])
        if asked.count:
            value[f"{name}@iot.count"] = len(children)
        if len(children) > asked.skip + top and top:
            here = f"{documents.address(scope.root, kind, row.pk)}/{name}"
            more = {"$top": str(top), "$skip": str(asked.skip + top)}
            value[f"{name}@iot.nextLink"] = following(here, asked.text, more)
        found[place] = value
    return found


def _observations_of(
    scope: Scope, kind: EntitySet, rows: Sequence[Any], name: str, asked: Asked
) -> dict[int, dict[str, Any]]:
    if kind.model is not Datastream:
        raise QueryUnfit(
            option="$expand=Observations", reason=N_("ask for them by their datastream")
        )
    is_newest = len(asked.order) == 1 and asked.order[0] == (Path(("phenomenonTime",)), True)
    found: dict[int, dict[str, Any]] = {}
    if is_newest and asked.top == 1 and not (asked.filter or asked.skip or asked.count):
        latest = latest_of([row.pk for row in rows])
        more = set(known_many([row.pk for row in rows]))
        for place, row in enumerate(rows):
            value = []
            if row.pk in latest:
                time, number, quality, extra = latest[row.pk]
                some = Reading(
                    row.pk, time, float("nan") if number is None else number, quality,
                    extra_of(extra),
                )  # fmt: skip
                value = observations_shown(scope, {row.pk: row}, [some], asked)
            found[place] = {name: value}
            if row.pk in more:
                here = f"{documents.address(scope.root, kind, row.pk)}/{name}"
                found[place][f"{name}@iot.nextLink"] = following(here, asked.text, {"$skip": "1"})
        return found
    for place, row in enumerate(rows):
        here = f"{documents.address(scope.root, kind, row.pk)}/{name}"
        page = observations_listed(scope, [row], asked, here)
        found[place] = {name: page.pop("value")} | {
            f"{name}{key}": value for key, value in page.items()
        }
    return found


def known_many(streams: Sequence[int]) -> list[int]:
    """Return those of the streams that have more than one reading."""
    return [pk for pk, each in known_of(streams).items() if each.first < each.newest]


def observations_listed(
    scope: Scope, streams: Sequence[Datastream], asked: Asked, here: str,
    wanted: Wanted | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a page of the observations of some streams."""
    wanted = wanted or Wanted(asked.filter)
    streams = _narrowed(scope, streams, wanted)
    top = min(TOP if asked.top is None else asked.top, MOST_READINGS)
    order = [(node, down) for node, down in asked.order if node != Path(("id",))]
    by_time = not order or order[0][0] == Path(("phenomenonTime",))
    is_newest = bool(order) and by_time and order[0][1]
    answer: dict[str, Any] = {}
    if asked.count and (count := counted(streams, wanted)) is not None:
        answer["@iot.count"] = count
    after = key_of(asked.token)
    if after is not None and by_time:
        _after(wanted, after[1], is_newest)
    some = asked.skip + top + 1
    readings = ordered(streams, wanted, is_newest_first=is_newest, some=some)
    if not by_time:
        readings = iter(sorted_by(readings, order))
    if after is not None and by_time:
        readings = (row for row in readings if _is_after(row, after, is_newest))
    page = list(islice(readings, asked.skip, some))
    if len(page) > top and top:
        last = page[top - 1]
        step = {"$skiptoken": last.id} if by_time else {"$skip": str(asked.skip + top)}
        answer["@iot.nextLink"] = following(here, asked.text, step)
    known = {each.pk: each for each in streams}
    if asked.is_array:
        answer["value"] = documents.array_of(known, scope.root, page[:top])
    else:
        answer["value"] = observations_shown(scope, known, page[:top], asked)
    return answer


def _after(wanted: Wanted, time: int, is_newest: bool) -> None:
    if is_newest:
        wanted.end = min(wanted.end, time + 1)
    else:
        wanted.start = max(wanted.start, time)


def _is_after(row: Reading, after: tuple[int, int], is_newest: bool) -> bool:
    if row.time != after[1]:
        return row.time < after[1] if is_newest else row.time > after[1]
    return row.stream > after[0]


def _narrowed(scope: Scope, streams: Sequence[Datastream], wanted: Wanted) -> Sequence[Datastream]:
    """Keep the streams for which the conditions on the stream and its feature hold."""
    for parts, kinds in (
        (wanted.of_stream, ("Datastreams", "MultiDatastreams")),
        (wanted.of_feature, ("FeaturesOfInterest",)),
    ):
        if not parts:
            continue
        keys: set[int] = set()
        for name in kinds:
            kind = SETS[name]
            if parts is wanted.of_stream and not all(_names(part, kind.one) for part in parts):
                continue  # what is said of a Datastream holds of no MultiDatastream
            rows = scope.rows(kind)
            for part in parts:
                rows = rows.filter(Conditions(kind, scope.rows).where(_without_head(part)))
            keys |= set(rows.values_list("pk", flat=True))
        column = "pk" if parts is wanted.of_stream else "feature_id"
        streams = [each for each in streams if getattr(each, column) in keys]
    return streams


def _names(node: Node, head: str) -> bool:
    return any(path.parts[0] == head for path in paths_of(node))


def _without_head(node: Any) -> Any:
    """Return a condition on ``Datastream/name`` as one on the ``name`` of a datastream."""
    if isinstance(node, Path):
        return Path(node.parts[1:] or ("id",))
    if hasattr(node, "over"):
        return replace(node, over=tuple(_without_head(each) for each in node.over))
    return node


def streams_seen(scope: Scope) -> list[Datastream]:
    """Return all streams that may be seen and have readings.

    Raises:
        QueryUnfit: they are too many to look through at once.
    """
    rows = told("SELECT COUNT(*) FROM sensing_latest")
    if rows[0][0] > STREAMS:
        reason = N_("there are too many datastreams to look through; name one")
        raise QueryUnfit(option="Observations", reason=reason)
    return [
        *scope.rows(SETS["Datastreams"]).order_by("pk"),
        *scope.rows(SETS["MultiDatastreams"]).order_by("pk"),
    ]


def observations_shown(
    scope: Scope, streams: dict[int, Datastream], rows: Sequence[Reading], asked: Asked
) -> list[dict[str, Any]]:
    """Return observations as they are sent, with what is expanded."""
    found = []
    for row in rows:
        told_ = documents.observation(scope.root, streams[row.stream], row)
        found.append(documents.chosen(told_, asked.select))
    for name, more in asked.expand.items():
        if name not in SETS["Observations"].links:
            reason = N_("there is no such link")
            raise QueryUnfit(option=f"$expand of “{name[:40]}”", reason=reason)
        kind = SETS[SETS["Observations"].links[name].target]
        keys = [_linked(streams[row.stream], row, name) for row in rows]
        one = list(scope.rows(kind).filter(pk__in={key for key in keys if key is not None}))
        by_key = dict(zip((each.pk for each in one), shown(scope, kind, one, more), strict=True))
        for told_, key in zip(found, keys, strict=True):
            if key in by_key:
                told_.pop(f"{name}@iot.navigationLink", None)
                told_[name] = by_key[key]
    return found


def _linked(stream: Datastream, row: Reading, name: str) -> int | None:
    if name == "FeatureOfInterest":
        found = (row.extra or {}).get("foi", stream.feature_id)
        return int(found) if found is not None else None
    return stream.pk if stream.is_multi == (name == "MultiDatastream") else None


def observation_at(scope: Scope, text: str) -> tuple[Datastream, Reading]:
    """Return one observation with its stream.

    Raises:
        EntityMissing: there is none, or none that may be seen.
    """
    key = key_of(text)
    if key is not None:
        for name in ("Datastreams", "MultiDatastreams"):
            stream = scope.rows(SETS[name]).filter(pk=key[0]).first()
            if stream is not None:
                for row in readings_between(stream.pk, key[1], key[1] + 1, stream.block_us):
                    return stream, Reading(stream.pk, *row)
    raise EntityMissing(name=f"Observations({text[:60]})")


def feature_of(scope: Scope, stream: Datastream, row: Reading) -> FeatureOfInterest | None:
    """Return the feature of interest of an observation."""
    key = _linked(stream, row, "FeatureOfInterest")
    found: FeatureOfInterest | None = scope.rows(SETS["FeaturesOfInterest"]).filter(pk=key).first()
    return found
