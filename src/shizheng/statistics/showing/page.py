"""The page of an indicator (指標頁): what this number is, from what, as of when, how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import dropwhile
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.core.addresses import address_of
from shizheng.core.models import City, TextEntry
from shizheng.core.showing import city_datetime
from shizheng.core.words import in_language, language_tag, said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.errors import SeriesNotPositive
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.polls import Difference, Estimate, difference
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.domain.seasonal import Decomposition, Model, decompose, year_on_year
from shizheng.statistics.domain.standing import Direction, Target, reaches, target_of
from shizheng.statistics.indicators.reading import Reading, Told, polls_of, targets_of
from shizheng.statistics.models import Vintage
from shizheng.statistics.published.formats.offered import formats_of
from shizheng.statistics.showing.drawing import Chart, Line, Point, Svg, spec_of, svg_of
from shizheng.statistics.showing.meaning import Input, formula_words, inputs_of
from shizheng.statistics.showing.words import (
    CAUSES,
    mark_words,
    period_words,
    signed,
    value_words,
    without_value,
    written,
)

DRAWN = 60
"""Periods of a chart; the table has all of them."""
PLAN_ITEM = "plan.item"
HUNDRED = Decimal(100)
PROVISIONAL = str(ObservationStatus.PROVISIONAL)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the chart; every cell is written."""

    period: Period
    name: str
    value: str
    change: str
    adjusted: str
    target: str
    marks: str
    was: str
    margin: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its specification for the browser and the drawing of the server."""

    chart: Chart
    svg: Svg
    spec: dict[str, Any]


def picture(chart: Chart) -> Picture | None:
    """Return a chart as it is drawn; nothing of fewer than two numbers."""
    return Picture(chart, svg_of(chart), spec_of(chart)) if chart.is_drawn else None


@dataclass(frozen=True)
class Page:
    """What the page of an indicator shows; each part is made when the template asks for it."""

    reading: Reading

    @property
    def body(self) -> Definition:
        """The definition."""
        return self.reading.body

    @cached_property
    def told(self) -> list[Told]:
        """Every figure of the whole city, the oldest first."""
        return self.reading.told()

    @cached_property
    def latest(self) -> Told | None:
        """The newest figure that has a number, of a period that is over if there is one."""
        known = [each for each in reversed(self.told) if each.value.value is not None]
        return next((each for each in known if each.value.status != PROVISIONAL), None) or next(
            iter(known), None
        )

    @property
    def running_words(self) -> str:
        """What the period that still runs has come to, in a sentence."""
        newest = self.told[-1] if self.told else None
        if newest is None or newest is self.latest or newest.value.value is None:
            return ""
        return _("{period} so far: {value}, provisional.").format(
            period=period_words(newest.value.period), value=self.write(newest.value.value)
        )

    @cached_property
    def before(self) -> Told | None:
        """The figure of the period before the newest."""
        if self.latest is None:
            return None
        period = self.latest.value.period.previous()
        found = next((each for each in self.told if each.value.period == period), None)
        return found if found and found.value.value is not None else None

    @cached_property
    def series(self) -> dict[Period, Decimal | None]:
        """The numbers by period."""
        return {each.value.period: each.value.value for each in self.told}

    @cached_property
    def yearly(self) -> Mapping[Period, Decimal | None]:
        """The change from a year before, in per cent."""
        return year_on_year(self.series)

    @cached_property
    def _seasonal(self) -> Decomposition | DomainError:
        final = {each.value.period: each.value.value for each in self.told
                 if each.value.status != PROVISIONAL}  # fmt: skip
        try:
            return decompose(final)
        except SeriesNotPositive:
            try:
                return decompose(final, Model.ADDITIVE)
            except DomainError as refusal:
                return refusal
        except DomainError as refusal:
            return refusal

    @property
    def seasonal(self) -> Decomposition | None:
        """The series without its season; None where that cannot be told."""
        return self._seasonal if isinstance(self._seasonal, Decomposition) else None

    @property
    def why_not_seasonal(self) -> str:
        """Why there is no view without season, in a sentence."""
        return said(self._seasonal).message if isinstance(self._seasonal, DomainError) else ""

    @cached_property
    def targets(self) -> list[Target]:
        """The targets, as the definition has them."""
        return targets_of(self.body)

    @cached_property
    def target(self) -> Target | None:
        """The target of the newest figure."""
        return target_of(self.targets, self.latest.value.period) if self.latest else None

    @property
    def target_words(self) -> str:
        """The target of the newest figure and whether it is reached, in a sentence."""
        if self.latest is None or self.latest.value.value is None or self.target is None:
            return ""
        aim = self.write(self.target.value)
        direction = Direction(self.body.direction)
        is_reached = reaches(self.latest.value.value, self.target.value, direction)
        if is_reached is None:
            return _("Target: {target}.").format(target=aim)
        wanted = (
            _("{value} or more") if direction == Direction.HIGHER else _("{value} or less")
        ).format(value=aim)
        words = _("Target {wanted}: reached.") if is_reached else _("Target {wanted}: not reached.")
        return words.format(wanted=wanted)

    @property
    def target_light(self) -> str:
        """Green or red with the sentence on the target; empty where neither way is better."""
        if self.latest is None or self.latest.value.value is None or self.target is None:
            return ""
        direction = Direction(self.body.direction)
        is_reached = reaches(self.latest.value.value, self.target.value, direction)
        return {True: "green", False: "red", None: ""}[is_reached]

    @cached_property
    def polls(self) -> Mapping[Period, Estimate]:
        """The margin of each figure that comes from a sample."""
        return polls_of(self.reading)

    @cached_property
    def poll(self) -> Estimate | None:
        """The sample behind the newest figure."""
        return self.polls.get(self.latest.value.period) if self.latest else None

    @property
    def poll_words(self) -> str:
        """How sure the newest figure of a poll is, in sentences."""
        if self.poll is None or self.latest is None:
            return ""
        low, high = (self.write(HUNDRED * each) for each in self.poll.interval)
        words = _(
            "From {count} answers, with a margin of ±{margin} percentage points: with 95 % "
            "confidence between {low} and {high}."
        ).format(
            count=written(Decimal(self.poll.count)), margin=written(HUNDRED * self.poll.margin, 1),
            low=low, high=high,
        )  # fmt: skip
        if self.poll.is_small:
            words += " " + _("So few answers say little.")
        return words

    @property
    def _poll_change(self) -> Difference | None:
        if self.poll is None or self.before is None:
            return None
        earlier = self.polls.get(self.before.value.period)
        return difference(earlier, self.poll) if earlier else None

    @property
    def change_words(self) -> str:
        """How the newest figure differs from the one before, in a sentence."""
        if self.latest is None or self.before is None:
            return ""
        now, then = self.latest.value.value, self.before.value.value
        if now is None or then is None:
            return ""
        period = period_words(self.before.value.period)
        poll = self._poll_change
        if poll is not None and not poll.is_change:
            return _(
                "{change} percentage points from {period}: within the error of ±{margin}, so not "
                "a change."
            ).format(
                change=signed(now - then, self.body.places), period=period,
                margin=written(HUNDRED * poll.margin, 1),
            )  # fmt: skip
        if now == then:
            return _("The same as in {period}.").format(period=period)
        unit = self.body.unit_name
        size = value_words(abs(now - then), self.body.places, unit)
        if self.body.unit == "percent":
            size = _("{size} percentage points").format(
                size=written(abs(now - then), self.body.places)
            )
        words = _("{size} more than in {period}.") if now > then else _(
            "{size} less than in {period}."
        )  # fmt: skip
        return words.format(size=size, period=period)

    @property
    def year_words(self) -> str:
        """How the newest figure differs from a year before, in a sentence."""
        change = self._since_a_year_before(self.latest.value.period) if self.latest else ""
        return _("{change} from a year before.").format(change=change) if change else ""

    def _since_a_year_before(self, period: Period) -> str:
        """Return the change from a year before: in per cent, or in points of what is a share."""
        if self.body.unit != "percent":
            change = self.yearly.get(period)
            return "" if change is None else f"{signed(change, 1)} %"
        then = period.a_year_before()
        now, base = self.series.get(period), self.series.get(then) if then else None
        if now is None or base is None:
            return ""
        return _("{size} percentage points").format(size=signed(now - base, self.body.places))

    @property
    def sentence(self) -> str:
        """The newest figure in one sentence."""
        name = in_language(self.body.name)
        if self.latest is None:
            return _("There is no figure of {name} yet.").format(name=name)
        return _("{name} in {period}: {value}.").format(
            name=name, period=period_words(self.latest.value.period),
            value=self.write(self.latest.value.value),
        )  # fmt: skip

    @property
    def latest_number(self) -> str:
        """The newest figure without its unit."""
        value = self.latest.value.value if self.latest else None
        return "" if value is None else written(value, self.body.places)

    @property
    def latest_period(self) -> str:
        """The period of the newest figure."""
        return period_words(self.latest.value.period) if self.latest else ""

    @property
    def unit(self) -> str:
        """The name of the unit."""
        return in_language(self.body.unit_name)

    @property
    def marks(self) -> list[str]:
        """What is to be said of the newest figure: provisional, revised, invented."""
        return mark_words(self.latest.value, is_revised=self.latest.is_revised) if (
            self.latest
        ) else []  # fmt: skip

    def write(self, value: Decimal | None) -> str:
        """Return a value with its unit."""
        return value_words(value, self.body.places, self.body.unit_name)

    @cached_property
    def rows(self) -> list[Row]:
        """The lines of the table, the newest first."""
        return [self._row(each) for each in reversed(self.told)]

    def _row(self, each: Told) -> Row:
        value, places = each.value, self.body.places
        adjusted = self.seasonal.adjusted.get(value.period) if self.seasonal else None
        target = target_of(self.targets, value.period)
        poll = self.polls.get(value.period)
        marks = mark_words(value, is_revised=each.is_revised)
        return Row(
            period=value.period,
            name=period_words(value.period),
            value=written(value.value, places) if value.value is not None else without_value(value),
            change=self._since_a_year_before(value.period) or "–",
            adjusted="–" if adjusted is None else written(adjusted, places),
            target=written(target.value, places) if target else "–",
            marks=" · ".join(marks),
            was="" if each.was is None else written(each.was, places),
            margin="" if poll is None else f"±{written(HUNDRED * poll.margin, 1)}",
        )

    @cached_property
    def picture(self) -> Picture | None:
        """The chart of the last periods with target and revisions."""
        told = list(dropwhile(lambda each: each.value.value is None, self.told))
        points = tuple(self._point(each) for each in told[-DRAWN:])
        unit = in_language(self.body.unit_name)
        name = in_language(self.body.name)
        return picture(Chart(name, unit, self.body.places, (Line(name, points),)))

    def _point(self, each: Told) -> Point:
        target = target_of(self.targets, each.value.period)
        return Point(
            period_words(each.value.period), each.value.value, self.write(each.value.value),
            tuple(mark_words(each.value, is_revised=each.is_revised)),
            is_provisional=each.value.status == PROVISIONAL, is_revised=each.is_revised,
            target=target.value if target else None,
        )  # fmt: skip

    @cached_property
    def seasonal_picture(self) -> Picture | None:
        """The series without its season, and its trend."""
        found = self.seasonal
        if found is None:
            return None
        periods = sorted(found.adjusted)[-DRAWN:]
        unit, places = in_language(self.body.unit_name), self.body.places
        lines = tuple(
            Line(name, tuple(
                Point(period_words(each), None if (at := values.get(each)) is None
                      else round(at, places), self.write(at))
                for each in periods
            ))
            for name, values in (
                (_("without the season"), found.adjusted), (_("trend"), found.trend),
            )
        )  # fmt: skip
        name = _("{name}, without the season").format(name=in_language(self.body.name))
        return picture(Chart(name, unit, places, lines))

    @property
    def seasons(self) -> list[tuple[str, str]]:
        """By how much each season lies above or below the year, in words."""
        found = self.seasonal
        if found is None:
            return []
        by_number = {each.number: season_words(each) for each in sorted(found.adjusted)}
        is_ratio = found.model == Model.RATIO
        return [
            (
                by_number[season],
                f"{signed((size - 1) * HUNDRED, 1)} %" if is_ratio
                else signed(size, self.body.places),
            )
            for season, size in found.seasons.items()
        ]  # fmt: skip

    @cached_property
    def inputs(self) -> list[Input]:
        """What the formula reads."""
        return inputs_of(self.body)

    @property
    def formula_words(self) -> str:
        """The formula in words."""
        return formula_words(self.body, self.inputs)

    @property
    def vintages(self) -> list[tuple[Vintage, str, str]]:
        """Each vintage with its cause, and whether it is still under embargo, in words."""
        return [
            (
                each, str(CAUSES[Vintage.Cause(each.cause)]),
                _("under embargo until {moment}").format(moment=city_datetime(each.released_at))
                if each.released_at > self.reading.at else "",
            )
            for each in self.reading.vintages
        ]  # fmt: skip

    @property
    def has_embargoed(self) -> bool:
        """Whether figures are shown that are not public yet."""
        return any(each.released_at > self.reading.at for each in self.reading.vintages)

    @property
    def permalink(self) -> str:
        """The page of this very vintage."""
        vintage = self.reading.vintage
        if vintage is None:
            return reverse("statistics:indicator", args=[self.reading.indicator.code])
        return reverse("statistics:vintage", args=[self.reading.indicator.code, vintage.number])

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The vintage in each format that is offered."""
        vintage = self.reading.vintage
        if vintage is None:
            return []
        code, number = self.reading.indicator.code, vintage.number
        return [
            (each.name, reverse("published:edition", args=[code, number, each.ending]))
            for each in formats_of(self.body)
        ]

    @cached_property
    def plan_items(self) -> list[tuple[str, str]]:
        """The promises of the plan that the indicator is about, each with its page."""
        codes = [str(each) for each in self.body.plan_items]
        if not codes:
            return []
        rows = TextEntry.objects.filter(kind=PLAN_ITEM, number__in=codes, language=language_tag())
        paths = {row.number: (row.title, row.path) for row in rows.order_by("pk")}
        return [
            (title, address_of(path.lstrip("/")) or path)
            for code in codes if code in paths for title, path in [paths[code]]
        ]  # fmt: skip


def season_words(period: Period) -> str:
    """Return a period without its year: 1月, 第1季, 上半年, January, Q1."""
    words = period_words(period)
    if "年" in words:
        return words.split("年", 1)[1]
    return words.replace(f" of {period.year}", "").replace(f" {period.year}", "")


def citation_of(page: Page, city: City | None, address: str, now: datetime) -> str:
    """Return how a figure is quoted: who, what, which vintage, where, when it was looked up."""
    vintage, indicator = page.reading.vintage, page.reading.indicator
    if vintage is None:
        return ""
    period = period_words(page.latest.value.period) if page.latest else ""
    return _(
        "{city}, {owner}: “{name}”, {period}, vintage {number}, published {published}, SHA-256 "
        "{digest}, {address} (read {read})."
    ).format(
        city=in_language(city.name) if city else "", owner=in_language(indicator.owner.name),
        name=in_language(page.body.name), period=period, number=vintage.number,
        published=city_datetime(vintage.released_at), digest=vintage.digest[:16],
        address=address, read=city_datetime(now),
    )  # fmt: skip
