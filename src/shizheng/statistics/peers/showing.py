"""Other cities beside the city's own series (城市比較): lines, table, and where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from shizheng.core.city import current as current_city
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.models import PeerFigure
from shizheng.statistics.peers.selectors import peers_of
from shizheng.statistics.showing.drawing import Chart, Line, Point
from shizheng.statistics.showing.page import DRAWN, Page, Picture, picture
from shizheng.statistics.showing.words import period_words, value_words, written

MOST_LINES = 3
"""Cities that are drawn beside the own one; the table has all."""


@dataclass(frozen=True, slots=True)
class Cities:
    """The comparison over cities as the page of an indicator shows it.

    Args:
        heads: the cities, the own one first.
        rows: for each period, the newest first, its name and a cell for each city.
        sources: the newest figure of each city, for its source, day and what differs.
    """

    heads: list[str]
    rows: list[tuple[str, list[str]]]
    sources: list[PeerFigure]
    picture: Picture | None
    drawn: int

    @property
    def has_more(self) -> bool:
        """Whether some cities stand in the table alone."""
        return len(self.heads) - 1 > self.drawn


def cities_of(page: Page) -> Cities | None:
    """Return the comparison, or None where no other city has a signed figure."""
    peers = peers_of(page.reading.indicator, at=page.reading.at)
    if not peers:
        return None
    names = list(dict.fromkeys(city for city, _period in peers))
    city = current_city()
    own_name = in_language(city.name) if city else _("this city")
    own = {each.value.period.code: each.value.value for each in page.told}
    codes = sorted({period for _city, period in peers} | own.keys(),
                   key=lambda code: Period.parse(code).ordinal)  # fmt: skip
    first = min(codes.index(period) for _city, period in peers)
    codes = codes[first:]
    columns: dict[str, dict[str, Decimal | None]] = {own_name: own} | {
        name: {period: row.value for (city, period), row in peers.items() if city == name}
        for name in names
    }
    rows = [
        (period_words(Period.parse(code)),
         [_number(found.get(code), page.body.places) for found in columns.values()])
        for code in reversed(codes)
    ]  # fmt: skip
    lines = tuple(
        Line(name, tuple(_point(page, code, found.get(code)) for code in codes[-DRAWN:]))
        for name, found in list(columns.items())[: MOST_LINES + 1]
    )
    title = _("{name}, beside other cities").format(name=in_language(page.body.name))
    chart = Chart(title, in_language(page.body.unit_name), page.body.places, lines)
    newest = {row.city: row for row in sorted(peers.values(), key=_ordinal)}
    return Cities(
        list(columns), rows, [newest[name] for name in names], picture(chart),
        min(len(names), MOST_LINES),
    )  # fmt: skip


def _ordinal(row: PeerFigure) -> int:
    return Period.parse(row.period).ordinal


def _number(value: Decimal | None, places: int) -> str:
    return "–" if value is None else written(value, places)


def _point(page: Page, code: str, value: Decimal | None) -> Point:
    return Point(period_words(Period.parse(code)), value, page.write(value))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A figure of another city that waits to be signed off."""

    row: PeerFigure
    period: str
    value: str
    is_own: bool
    may_sign: bool


def waiting_of(rows: Iterable[PeerFigure], person: User, signs: bool) -> list[Waiting]:
    """Return figures as the desk shows them to ``person``; nobody signs their own."""
    return [
        Waiting(
            row, period_words(Period.parse(row.period)),
            value_words(row.value, row.indicator.current.body.get("places", 1),
                        row.indicator.unit_name),
            row.entered_by_id == person.pk, signs and row.entered_by_id != person.pk,
        )
        for row in rows
    ]  # fmt: skip
