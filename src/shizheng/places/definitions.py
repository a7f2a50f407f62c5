"""What a pack says of the city's things: registers, and files of others that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Ref,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.noticing.definitions import NoticeOf, notice_findings

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Audience = Literal["public", "internal", "restricted"]
AUDIENCES: tuple[Audience, ...] = ("public", "internal", "restricted")
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Epsg = Literal[4326, 3826, 3828, 3825]
Number = Annotated[float, Field(allow_inf_nan=False)]
NUMBERS = ("integer", "decimal")
RESERVED = frozenset(
    {"key", "state", "valid_from", "valid_to", "district", "village", "length_m", "area_m2",
     "geometry", "id", "register", "is_synthetic", "recorded_from", "recorded_to", "notes",
     "source"}
)  # fmt: skip


class RegisterRef(Ref):
    """Id of a register (登記簿)."""

    namespace = "register"


class ServiceRef(Ref):
    """Id of a service that residents ask for (服務項目)."""

    namespace = "service"


class GeometryOf(Part):
    """The place of a thing in a register (圖形).

    ``exact_for`` see it as it is; all others see what ``others`` says: the middle of the cell of a
    grid of ``grid_m`` metres, the district alone, or nothing. What they cannot see they cannot
    search by either. ``depth_field`` says how many metres below the surface it lies, ``size_field``
    how wide it is: both for the section of pipes.
    """

    kind: Literal["none", "point", "line", "polygon", "line_3d"]
    required: Flag = True
    outside_city: Literal["refuse", "note", "allow"] = "refuse"
    exact_for: Audience = "public"
    others: Literal["grid", "district", "nothing"] = "nothing"
    depth_field: Key | None = None
    size_field: Key | None = None
    grid_m: Annotated[Whole, Field(ge=10, le=20_000)] = 500


class FieldOf(Part):
    """One field of a register (欄位): type, unit, range, who may see it.

    ``min`` and ``max`` bound numbers; ``longest`` text; ``codes`` names a codelist.
    """

    id: Key
    name: Words
    type: Literal["text", "integer", "decimal", "boolean", "date", "code", "link"]
    unit: Text | None = None
    note: Words | None = None
    required: Flag = False
    seen_by: Audience = "public"
    codes: Key | None = None
    min: Number | None = None
    max: Number | None = None
    places: Annotated[Whole, Field(ge=0, le=9)] = 3
    longest: Annotated[Whole, Field(ge=1, le=4_000)] = 200
    pattern: Text | None = None


class StateOf(Part):
    """A state in the life of a thing (狀態), and the states that may follow."""

    id: Key
    name: Words
    then: tuple[Key, ...] = ()


class RelationOf(Part):
    """What things of this register have to do with those of another (關聯).

    ``most`` is how many one thing may have; None for as many as there are.
    """

    id: Key
    name: Words
    inverse: Words
    to: RegisterRef
    most: Annotated[Whole, Field(ge=1)] | None = None


class RuleOf(Part):
    """A rule that values keep (品質規則): an expression over fields, true where it is kept."""

    id: Key
    holds: Text
    says: Words
    severity: Literal["refuse", "note"] = "refuse"


class TopologyOf(Part):
    """How geometries lie beside each other (位相規則).

    ``overlap_m2``: two polygons may share no more than this. ``ends_within_m``: each end of a
    line lies so near to another line, or to a thing of ``ends_on``.
    """

    overlap_m2: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    ends_within_m: Annotated[float, Field(gt=0, le=100)] | None = None
    ends_on: tuple[RegisterRef, ...] = ()
    severity: Literal["refuse", "note"] = "note"


class LateOf(Part):
    """When a thing is drawn as overdue (逾期圖示), whatever its colour is otherwise.

    Args:
        name: what it is called in legend and table.
        field: a day that the register keeps, such as when it was last cleared, or is due.
        days: overdue once that day lies more than so many days back.
        season: month and day on which a season begins; overdue is then what was not done since
            ``days`` before the newest season, from that day on.
        states: only of things in one of these; of all where it says nothing.
    """

    name: Words
    field: Key
    days: Annotated[Whole, Field(ge=0, le=3_660)] = 0
    season: (
        Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")]
        | None
    ) = None
    states: tuple[Key, ...] = ()
    colour: Colour = "#b91c1c"


class StyleOf(Part):
    """How it is drawn on the map (圖式): one colour, or one for each value of a coded field."""

    colour: Colour = "#0b5cad"
    by: Key | None = None
    colours: dict[Key, Colour] = Field(default_factory=dict)
    width: Annotated[Whole, Field(ge=1, le=12)] = 3
    late: LateOf | None = None


class KeyOf(Part):
    """The number by which a thing is known (編號)."""

    name: Words
    pattern: Text = r"[^\s/].{0,79}"
    example: Text


class LookupOf(Part):
    """By what people look a thing up (查詢依據): its address, or its section and lot number.

    Args:
        field: the field with the address (地址), or with the section (地段).
        number: the field with the lot number (地號).
        english: the field with the address in English.
    """

    kind: Literal["address", "lot"]
    field: Key
    number: Key | None = None
    english: Key | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that it names."""
        return tuple(each for each in (self.field, self.number, self.english) if each)


class NearbyOf(Part):
    """What of a register is told of an address (住家查詢): the nearest things, under which words.

    Args:
        words: the heading, as a resident would ask.
        metres: so far from the address at most; 0 for areas that hold it.
        most: so many.
    """

    words: Words
    metres: Annotated[Whole, Field(ge=0, le=2_000)] = 0
    most: Annotated[Whole, Field(ge=1, le=10)] = 1


class CountOf(Part):
    """A number that the register shows of itself on any day (登記簿統計), as everybody may see it.

    Args:
        where: by field or ``state``: what is counted.
        since: a field with a day that lies no more than ``days`` back.
        shows: ``share`` in per cent of all things that ``of`` leaves; ``count``; ``length`` in
            kilometres.
        of: what the share is taken of; all things where it says nothing.
    """

    id: Key
    name: Words
    where: dict[Key, Text] = Field(default_factory=dict)
    since: Key | None = None
    days: Annotated[Whole, Field(ge=1, le=3660)] = 365
    shows: Literal["share", "count", "length"] = "share"
    of: dict[Key, Text] = Field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Code of the unit."""
        return {"share": "percent", "count": "thing", "length": "km"}[self.shows]


class ExampleOf(Part):
    """Values with what the register says of them; run when the pack is checked."""

    given: dict[Key, Any]
    refused: tuple[Key, ...] = ()
    because: Text | None = None


@kinds.register("register/1")
class RegisterBody(Body):
    """A register of things (登記簿): what is kept of each, by whom, and who may see what.

    ``renewed`` promises how often it is brought up to date. ``proposals_within_days``: so many
    calendar days after a change was proposed it is decided (異動處理期限).
    """

    name: Words
    summary: Words
    owner: AgencyRef
    source: Words | None = None
    renewed: Words | None = None
    seen_by: Audience = "public"
    key: KeyOf
    geometry: GeometryOf
    fields: Annotated[tuple[FieldOf, ...], Field(min_length=1, max_length=80)]
    codelists: dict[
        Key, dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")], Words]
    ] = Field(default_factory=dict)
    states: Annotated[tuple[StateOf, ...], Field(min_length=1)]
    relations: tuple[RelationOf, ...] = ()
    rules: tuple[RuleOf, ...] = ()
    topology: TopologyOf = TopologyOf()
    lookup: LookupOf | None = None
    nearby: NearbyOf | None = None
    counts: tuple[CountOf, ...] = ()
    notices: tuple[NoticeOf, ...] = ()
    style: StyleOf = StyleOf()
    title: Key | None = None
    proposals_by: Literal["everybody", "staff", "nobody"] = "everybody"
    proposals_within_days: Annotated[Whole, Field(ge=1, le=365)] | None = None
    examples: tuple[ExampleOf, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """A register may be named by its id."""
        yield "register", self.id

    @property
    def tells_district(self) -> bool:
        """Whether everybody may know in which district a thing is."""
        exact = self.geometry.exact_for == "public" or self.geometry.others == "district"
        return self.seen_by == "public" and exact

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check names, codelists, states, rules and style against each other; run the examples."""
        yield from _twice("fields", [each.id for each in self.fields])
        yield from _twice("states", [each.id for each in self.states])
        yield from _twice("relations", [each.id for each in self.relations])
        yield from self._fields()
        yield from self._states()
        yield from self._shape()
        yield from self._lookup()
        yield from self._counts()
        yield from self._style()
        yield from self._late()
        yield from notice_findings(self)
        rules = [*self._rules()]
        yield from rules
        if not rules:
            yield from self._examples()

    def field(self, name: str) -> FieldOf | None:
        """Return the field of that id, if there is one."""
        return next((each for each in self.fields if each.id == name), None)

    def codes_of(self, field: FieldOf) -> Mapping[str, Words]:
        """Return code to words of a coded field; nothing of another."""
        return self.codelists.get(field.codes or "", {})

    def state(self, name: str) -> StateOf | None:
        """Return the state of that id, if there is one."""
        return next((each for each in self.states if each.id == name), None)

    def _fields(self) -> Iterator[Finding]:
        for place, each in enumerate(self.fields):
            at = ("fields", place)
            if each.id in RESERVED:
                yield Finding((*at, "id"), f"“{each.id}” is a name of every register.", "reserved")
            if (each.type == "code") != (each.codes is not None):
                yield Finding((*at, "codes"), "is given exactly for the type code.", "codes")
            elif each.codes and each.codes not in self.codelists:
                yield Finding((*at, "codes"), f"no codelist is called “{each.codes}”.", "codes")
            if each.type not in ("integer", "decimal") and (each.min, each.max) != (None, None):
                yield Finding((*at, "min"), "only numbers have a range.", "range")
            if each.min is not None and each.max is not None and each.max < each.min:
                yield Finding((*at, "max"), f"must be {each.min} or more, got {each.max}.", "range")
            yield from _pattern((*at, "pattern"), each.pattern)
        yield from _pattern(("key", "pattern"), self.key.pattern, self.key.example)
        if self.id == "catalogue":
            yield Finding(("id",), "“catalogue” lists all registers.", "reserved")
        if self.title and not self.field(self.title):
            yield Finding(("title",), f"no field is called “{self.title}”.", "title")

    def _states(self) -> Iterator[Finding]:
        known = {each.id for each in self.states}
        reached = {self.states[0].id}.union(*(each.then for each in self.states))
        for place, each in enumerate(self.states):
            for number, following in enumerate(each.then):
                if following not in known:
                    message = f"no state is called “{following}”."
                    yield Finding(("states", place, "then", number), message, "state")
            if each.id not in reached:
                message = f"nothing leads to “{each.id}”; the first state is where a thing begins."
                yield Finding(("states", place), message, "reachable")

    def _shape(self) -> Iterator[Finding]:
        kind, topology = self.geometry.kind, self.topology
        if topology.overlap_m2 is not None and kind != "polygon":
            yield Finding(("topology", "overlap_m2"), "only polygons overlap.", "topology")
        if topology.ends_within_m is not None and kind not in ("line", "line_3d"):
            yield Finding(("topology", "ends_within_m"), "only lines have ends.", "topology")
        order = AUDIENCES.index
        for name in ("depth_field", "size_field"):
            field = getattr(self.geometry, name)
            known = self.field(field) if field else None
            if field and (known is None or known.type not in NUMBERS):
                message = f"no field with numbers is called “{field}”."
                yield Finding(("geometry", name), message, "field")
        if order(self.geometry.exact_for) < order(self.seen_by):
            message = f"the register itself is seen by {self.seen_by} only."
            yield Finding(("geometry", "exact_for"), message, "audience")

    def _lookup(self) -> Iterator[Finding]:
        wish = self.lookup
        if wish is None:
            return
        for name in wish.fields:
            if self.field(name) is None:
                yield Finding(("lookup",), f"no field is called “{name}”.", "lookup")
        if (wish.kind == "lot") != (wish.number is not None):
            yield Finding(("lookup", "number"), "is given exactly for lots.", "lookup")

    def _counts(self) -> Iterator[Finding]:
        for place, each in enumerate(self.counts):
            named = {*each.where, *each.of, *filter(None, (each.since,))} - {"state"}
            for name in sorted(named):
                field = self.field(name)
                if field is None or field.seen_by != "public" or self.seen_by != "public":
                    message = f"“{name}” is no field that everybody sees."
                    yield Finding(("counts", place), message, "counts")
            for given in (each.where, each.of):
                if "state" in given and self.state(given["state"]) is None:
                    yield Finding(("counts", place), "no such state.", "counts")

    def _style(self) -> Iterator[Finding]:
        by = self.field(self.style.by) if self.style.by else None
        if self.style.by and (by is None or by.type != "code" or by.seen_by != self.seen_by):
            message = "must be a coded field that everybody sees who sees the register."
            yield Finding(("style", "by"), message, "style")
        codes = self.codes_of(by) if by else {}
        for code in self.style.colours:
            if code not in codes:
                yield Finding(("style", "colours", code), f"no code is “{code}”.", "style")

    def _late(self) -> Iterator[Finding]:
        late = self.style.late
        if late is None:
            return
        field = self.field(late.field)
        if field is None or field.type != "date" or field.seen_by != self.seen_by:
            message = "must be a day that everybody sees who sees the register."
            yield Finding(("style", "late", "field"), message, "late")
        for place, name in enumerate(late.states):
            if self.state(name) is None:
                message = f"no state is called “{name}”."
                yield Finding(("style", "late", "states", place), message, "state")

    def _rules(self) -> Iterator[Finding]:
        from shizheng.places.domain.rules import rule_problem

        for place, rule in enumerate(self.rules):
            if said := rule_problem(self, rule.holds):
                yield Finding(("rules", place, "holds"), said, "rule")

    def _examples(self) -> Iterator[Finding]:
        from shizheng.places.domain.values import examined

        for place, example in enumerate(self.examples):
            refused = sorted({*examined(self, example.given)})
            if refused != sorted(example.refused):
                said = ", ".join(refused) or "nothing"
                message = f"refuses {said} here, where the example says otherwise."
                yield Finding(("examples", place, "refused"), message, "example")


def _twice(where: str, names: list[str]) -> Iterator[Finding]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding((where, place, "id"), f"“{name}” is there twice.", "twice")


def _pattern(
    path: tuple[str | int, ...], pattern: str | None, example: str | None = None
) -> Iterator[Finding]:
    if pattern is None:
        return
    try:
        fits = example is None or re.fullmatch(pattern, example)
    except re.error as error:
        yield Finding(path, f"is no regular expression: {error}.", "pattern")
        return
    if not fits:
        yield Finding(path, f"does not fit its own example “{example}”.", "pattern")


class ColumnOf(Part):
    """Which column of a file fills a field; ``codes`` turns its words into the register's codes."""

    field: Key
    column: Text
    codes: dict[str, str] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    factor: Number | None = None


class PlacedBy(Part):
    """Where a file has the geometry: two columns, a column of WKT, or its own (圖形來源)."""

    longitude: Text | None = None
    latitude: Text | None = None
    wkt: Text | None = None


@kinds.register("register_import/1")
class RegisterImport(Body):
    """A file of others that fills a register (登記簿匯入對照): its columns, grid and keys.

    ``correct_within_days``: so many calendar days after the notice whoever delivers has to send
    what was refused anew (補正期限).
    """

    register_: RegisterRef = Field(alias="register")
    file: Text
    layer: Text | None = None
    encoding: Literal["utf-8", "big5"] | None = None
    epsg: Epsg = 4326
    key: Annotated[tuple[Text, ...], Field(min_length=1)]
    placed_by: PlacedBy = PlacedBy()
    columns: Annotated[tuple[ColumnOf, ...], Field(min_length=1)]
    state: Key | None = None
    state_column: Text | None = None
    states: dict[str, str] = Field(default_factory=dict)
    valid_from: date | None = None
    valid_from_column: Text | None = None
    synthetic_column: Text | None = None
    correct_within_days: Annotated[Whole, Field(ge=1, le=365)] | None = None
    source: Words
    source_url: Text | None = None

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check the columns against the register that they fill."""
        register = next(
            (each for each in pack.bodies(RegisterBody) if each.id == self.register_), None
        )
        if register is None:
            return
        yield from _twice("columns", [each.field for each in self.columns])
        for place, column in enumerate(self.columns):
            field = register.field(column.field)
            if field is None:
                message = f"the register has no field “{column.field}”."
                yield Finding(("columns", place, "field"), message, "field")
                continue
            codes = register.codes_of(field)
            for word, code in column.codes.items():
                if code not in codes:
                    message = f"no code of “{column.field}” is “{code}”."
                    yield Finding(("columns", place, "codes", word), message, "codes")
        placed = self.placed_by
        if (placed.longitude is None) != (placed.latitude is None):
            yield Finding(("placed_by",), "needs both longitude and latitude.", "placed_by")
        if self.state and not register.state(self.state):
            yield Finding(("state",), f"no state is called “{self.state}”.", "state")
