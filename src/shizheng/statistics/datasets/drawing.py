"""The chart or map of a dataset as its page shows it: picture, table, caption, form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.core import files
from shizheng.core.showing import city_date
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.statistics.datasets import showing
from shizheng.statistics.datasets.domain.catalogue import LICENCES
from shizheng.statistics.datasets.domain.dating import stands_on
from shizheng.statistics.datasets.domain.drawings import (
    Aggregate,
    Drawing,
    Group,
    Kind,
    Step,
    drawing_of,
    filled,
    is_stepped_in_utc,
)
from shizheng.statistics.datasets.domain.errors import DrawingUnfit
from shizheng.statistics.datasets.domain.questions import Test
from shizheng.statistics.datasets.placing import first_known, placed
from shizheng.statistics.datasets.profiling import columns_of
from shizheng.statistics.datasets.serving.groups import groups_of
from shizheng.statistics.models import DatasetVersion
from shizheng.statistics.showing.areas import AreaView, view_of
from shizheng.statistics.showing.bars import Bar, Bars, BarsPicture, bars_picture
from shizheng.statistics.showing.choropleth import map_of, outline_of
from shizheng.statistics.showing.drawing import Chart, Line, Point
from shizheng.statistics.showing.page import Picture, picture
from shizheng.statistics.showing.words import value_words

SIGNS: Mapping[Test, str] = {
    Test.EXACT: "=", Test.NOT: "≠", Test.GT: ">", Test.GTE: "≥", Test.LT: "<", Test.LTE: "≤",
    Test.CONTAINS: "∋", Test.IN: "∈",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """The number of an area on the map."""

    value: Decimal | None
    status: str = "A"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside a chart."""

    name: str
    number: Decimal | None
    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A drawing with everything that is said of it.

    Attributes:
        left_out: names of groups that are no area, or have no place on a line.
        boundaries_on: the day of whose districts or villages a map is drawn.
    """

    name: str
    by: str
    measure: str
    unit: str
    table: tuple[Row, ...]
    line: Picture | None = None
    bars: BarsPicture | None = None
    map: AreaView | None = None
    others_count: int = 0
    left_out: tuple[Row, ...] = ()
    is_utc: bool = False
    is_count: bool = False
    filters: tuple[str, ...] = ()
    boundaries_on: date | None = None

    @property
    def left_out_count(self) -> int:
        """How many rows have no place in the picture."""
        return sum(each.rows for each in self.left_out)

    @property
    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return bool(self.line or self.bars or self.map)


@dataclass(frozen=True, slots=True)
class _Writing:
    """How the numbers of a drawing are written; what a map asks of an indicator."""

    places: int
    unit_name: Mapping[str, str] | None
    codes: Mapping[str, Mapping[str, str]]


def shown_of(version: DatasetVersion, asked: Mapping[str, Sequence[str]]) -> Shown:
    """Return what an address asks to be drawn of a version.

    Raises:
        DomainError: it cannot be drawn; says why, in one sentence.
    """
    drawing = drawing_of(asked, columns_of(version))
    assert version.rows_file is not None  # noqa: S101 - only what was read is drawn
    groups, others = groups_of(files.path_of(version.rows_file), drawing)
    said = {each["column"]["name"]: each["said"] for each in version.schema}
    names = _names(drawing, said)
    if drawing.kind == Kind.MAP:
        made = timezone.localdate(version.made_at)
        on = stands_on(drawing, columns_of(version), version.profile, made)
        return _map(drawing, groups, names, first_known(on))
    if drawing.kind == Kind.LINE:
        return _line(drawing, groups, names)
    rows = tuple(_row(each, drawing, names.writing, others) for each in groups)
    bars = Bars(
        names.name, names.unit, tuple(Bar(each.name, each.number, each.words) for each in rows)
    )
    return names.shown(rows, bars=bars_picture(bars), others_count=others)


@dataclass(frozen=True, slots=True)
class _Names:
    """The words of a drawing."""

    by: str
    measure: str
    unit: str
    writing: _Writing
    filters: tuple[str, ...]
    is_utc: bool
    is_count: bool = False

    @property
    def name(self) -> str:
        """What the picture shows."""
        name = _("{measure} by {column}").format(measure=self.measure, column=self.by)
        return f"{name} ({'; '.join(self.filters)})" if self.filters else name

    def shown(self, table: tuple[Row, ...], **more: Any) -> Shown:
        return Shown(
            self.name, self.by, self.measure, self.unit, table, filters=self.filters,
            is_utc=self.is_utc, is_count=self.is_count, **more,
        )  # fmt: skip


def _names(drawing: Drawing, said: Mapping[str, Mapping[str, Any]]) -> _Names:
    def title(column: str) -> str:
        return in_language(said[column]["title"]) or column

    by = title(drawing.by.name)
    if drawing.step == Step.MONTH:
        by = _("{column}, by month").format(column=by)
    elif drawing.step == Step.YEAR:
        by = _("{column}, by year").format(column=by)
    filters = tuple(
        _("{column} is empty").format(column=title(each.column.name))
        if each.test == Test.EMPTY and each.values[0]
        else _("{column} is not empty").format(column=title(each.column.name))
        if each.test == Test.EMPTY
        else f"{title(each.column.name)} {SIGNS[each.test]} {', '.join(map(str, each.values))}"
        for each in drawing.filters
    )
    is_utc = is_stepped_in_utc(drawing)
    codes = said[drawing.by.name].get("codes", {})
    if drawing.of is None:
        return _Names(
            by, _("Number of rows"), _("rows"), _Writing(0, None, codes), filters, is_utc, True
        )
    column = title(drawing.of.name)
    words = _("Sum of {column}") if drawing.aggregate == Aggregate.SUM else _("Mean of {column}")
    unit = showing.unit_of(said[drawing.of.name])
    writing = _Writing(drawing.places, {"zh-Hant": unit} if unit else None, codes)
    return _Names(by, words.format(column=column), unit or column, writing, filters, is_utc)


def _row(group: Group, drawing: Drawing, writing: _Writing, others: int = 0) -> Row:
    number = group.number(drawing.aggregate)
    name = group.key or _("no value")
    if group.key is None:
        name = _("{count} others").format(count=others)
    elif group.key in writing.codes:
        name = in_language(writing.codes[group.key]) or name
    elif drawing.by.type.value == "boolean":
        name = _("yes") if group.key == "true" else _("no") if group.key == "false" else name
    return Row(name, number, value_words(number, writing.places, writing.unit_name), group.rows)


def _line(drawing: Drawing, groups: Sequence[Group], names: _Names) -> Shown:
    placeless = [each for each in groups if not each.key]
    along = filled([each for each in groups if each.key], drawing.step)
    rows = tuple(_row(each, drawing, names.writing) for each in along)
    points = tuple(Point(each.name, each.number, each.words) for each in rows)
    chart = Chart(names.name, names.unit, drawing.places, (Line(names.measure, points),))
    return names.shown(
        rows, line=picture(chart) if points else None,
        left_out=tuple(_row(each, drawing, names.writing) for each in placeless),
    )  # fmt: skip


def _map(drawing: Drawing, groups: Sequence[Group], names: _Names, on: date) -> Shown:
    found = placed([each.key or "" for each in groups], on)
    if found is None:
        raise DrawingUnfit(
            name=drawing.by.name,
            reason=N_("a map needs codes or names of districts or villages of this city"),
        )
    by_area: dict[str, Group] = {}
    left_out = []
    for each in groups:
        code = found.codes.get(each.key or "")
        if code is None:
            left_out.append(_row(each, drawing, names.writing))
        else:
            by_area[code] = by_area[code].with_(each) if code in by_area else each
    outline = outline_of(found.kind.value, on=on)
    figures = {code: AreaFigure(each.number(drawing.aggregate)) for code, each in by_area.items()}
    drawn = map_of(outline, figures, names.writing)
    table = tuple(
        replace(
            _row(by_area[shape.code], drawing, names.writing),
            name=shape.name if found.kind == "district" else f"{shape.district}{shape.name}",
        )
        for shape in outline.shapes
        if shape.code in by_area
    )  # fmt: skip
    view = view_of(found.kind.value, names.measure, drawn)
    return names.shown(table, map=view, left_out=tuple(left_out), boundaries_on=on)


def caption_of(version: DatasetVersion) -> str:
    """Return what a picture carries: dataset, version, day, licence and owner."""
    dataset = version.dataset
    return _("{title}, version {number} of {day}. Licence: {licence}. Source: {owner}.").format(
        title=in_language(dataset.title), number=version.number,
        day=city_date(version.published_at or version.made_at),
        licence=_(LICENCES[dataset.licence].name), owner=in_language(dataset.owner.name),
    )  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of chart with their names."""
    return [
        (Kind.BAR, pgettext("chart", "Bars")), (Kind.LINE, pgettext("chart", "Line")),
        (Kind.MAP, pgettext("chart", "Map of districts or villages")),
    ]  # fmt: skip


def aggregates() -> list[tuple[str, str]]:
    """Return what can be made of the rows of a group."""
    return [
        (Aggregate.COUNT, _("Number of rows")), (Aggregate.SUM, pgettext("statistics", "Sum")),
        (Aggregate.MEAN, _("Mean")),
    ]  # fmt: skip


def steps() -> list[tuple[str, str]]:
    """Return the stretches of time that can be one group."""
    return [
        (Step.EACH, _("As it stands")), (Step.MONTH, pgettext("chart", "By month")),
        (Step.YEAR, pgettext("chart", "By year")),
    ]  # fmt: skip
