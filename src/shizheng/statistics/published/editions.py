"""What of an indicator is public: its editions, each named by the vintage that completed it (版本).

An edition is the series as it was public when a vintage came out. It never changes afterwards, so
it has an address of its own. Nobody sees more through these doors than everybody may see: what is
embargoed or withheld is not here, whoever asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from shizheng.core import city
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.quality import ConfidentialityStatus, ObservationStatus
from shizheng.statistics.models import Indicator, Vintage
from shizheng.statistics.published.errors import (
    EditionUnknown,
    NothingPublished,
    NotYetPublished,
)
from shizheng.statistics.published.labels import (
    TOTAL,
    Names,
    Words,
    area_names,
    total_words,
    value_names,
)
from shizheng.statistics.selectors import Value, definition_by, indicators_seen, series_at

AREAS = ("district", "village")
EVERYBODY = AnonymousUser()
WITHHELD = ConfidentialityStatus.NOT_FOR_PUBLICATION
"""Of every figure that is withheld: whether it was small itself would already tell something."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure as everybody may have it (公開數值).

    Args:
        area: code of a district or village; ``_T`` for the whole city.
        keys: a code for each breakdown of the edition; ``_T`` for all of it.
        value: None where there is none, or none that is published; ``status`` says which.
        released_at: since when it is as it is.
    """

    period: Period
    area: str
    keys: tuple[str, ...]
    value: Decimal | None
    status: ObservationStatus
    confidentiality: ConfidentialityStatus
    reason: str
    is_synthetic: bool
    released_at: datetime

    @property
    def number(self) -> str:
        """The value as written; empty without one."""
        return "" if self.value is None else plain(self.value)


@dataclass(frozen=True)
class Edition:
    """An indicator as it was public from one release until the next.

    ``breakdowns`` are the names of what it is split by, besides areas.
    """

    indicator: Indicator
    body: Definition
    vintage: Vintage
    breakdowns: tuple[str, ...]
    observations: tuple[Observation, ...]

    @property
    def code(self) -> str:
        """Code of the indicator."""
        return self.indicator.code

    @property
    def number(self) -> int:
        """Number in its address: that of the vintage that completed it."""
        return self.vintage.number

    @property
    def released_at(self) -> datetime:
        """Since when it is public."""
        return self.vintage.released_at

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure is invented."""
        return any(each.is_synthetic for each in self.observations)

    @cached_property
    def city(self) -> Words:
        """Name of the whole city."""
        current = city.current()
        return current.name if current else total_words()

    @cached_property
    def periods(self) -> list[Period]:
        """Periods that have a figure, in order."""
        return sorted({each.period for each in self.observations})

    @cached_property
    def areas(self) -> Names:
        """Names of the areas that have a figure; without the whole city."""
        return area_names({each.area for each in self.observations} - {TOTAL})

    @cached_property
    def values(self) -> tuple[Names, ...]:
        """For each breakdown the names of its codes; without that of all together."""
        return tuple(
            value_names(name, self.body, {each.keys[at] for each in self.observations} - {TOTAL})
            for at, name in enumerate(self.breakdowns)
        )


def plain(value: Decimal) -> str:
    """Return a number without exponent and without zeros at its end."""
    return format(value.normalize(), "f")


def indicators_out(*, at: datetime) -> QuerySet[Indicator]:
    """Return the public indicators of which something is released, in order of the pack."""
    released = Vintage.objects.filter(indicator=OuterRef("pk"), released_at__lte=at)
    return indicators_seen(EVERYBODY).filter(Exists(released))


def indicator_out(code: str, *, at: datetime) -> Indicator:
    """Return a public indicator of which something is released.

    Raises:
        NothingPublished: there is none.
    """
    found = indicators_out(at=at).filter(code=code[:50]).first()
    if found is None:
        catalogue = f"{settings.SITE_URL}/data/catalog.ttl"
        raise NothingPublished(code=code[:50], catalogue=catalogue)
    return found


def vintages_out(indicator: Indicator, *, at: datetime) -> list[Vintage]:
    """Return the vintages that named an edition by ``at``, in the order of their release.

    Of several that came out at one moment only the highest number counts: the others were never
    to be seen without it.
    """
    rows = Vintage.objects.filter(indicator=indicator, released_at__lte=at)
    last = {row.released_at: row for row in rows.order_by("released_at", "number")}
    return list(last.values())


def vintage_at(indicator: Indicator, *, moment: datetime) -> Vintage:
    """Return the vintage that names what was public at a moment.

    Raises:
        NotYetPublished: nothing was.
    """
    rows = Vintage.objects.filter(indicator=indicator)
    found = rows.filter(released_at__lte=moment).order_by("-released_at", "-number").first()
    if found is None:
        first = rows.order_by("released_at").first()
        words = first.released_at.isoformat() if first and indicator.is_public else "-"
        raise NotYetPublished(code=indicator.code, moment=moment.isoformat(), first=words)
    return found


def vintage_numbered(indicator: Indicator, number: int, *, at: datetime) -> Vintage:
    """Return a vintage that is public at ``at``.

    Raises:
        EditionUnknown: there is none of this number, or it is not released.
    """
    for row in vintages_out(indicator, at=at):
        if row.number == number:
            return row
    newest = vintage_at(indicator, moment=at).number
    raise EditionUnknown(code=indicator.code, number=number, newest=newest)


def edition_of(vintage: Vintage) -> Edition:
    """Return what was public once a vintage had come out."""
    series = series_at(vintage.indicator, at=vintage.released_at)
    newest = series.vintage or vintage
    body = definition_by(newest.definition_id)
    breakdowns = breakdowns_of(body, {value.cell for value in series.values})
    released = dict(
        Vintage.objects.filter(indicator=vintage.indicator).values_list("number", "released_at")
    )
    observations = tuple(
        _observation(value, breakdowns, released[value.vintage]) for value in series.values
    )
    return Edition(vintage.indicator, body, vintage, breakdowns, observations)


def breakdowns_of(body: Definition, cells: Iterable[str]) -> tuple[str, ...]:
    """Return what figures are split by: as defined now, then what older ones were split by."""
    seen = {name for cell in cells for name in keys_of(cell)}
    return (*body.breakdowns, *sorted(seen - {*AREAS, *body.breakdowns}))


def keys_of(cell: str) -> dict[str, str]:
    """Return dimension to code of a cell."""
    return dict(part.split("=", 1) for part in cell.split(";") if part)


def _observation(value: Value, breakdowns: Sequence[str], released_at: datetime) -> Observation:
    keys = value.keys
    is_withheld = value.is_withheld
    status = ObservationStatus.SUPPRESSED if is_withheld else ObservationStatus(value.status)
    return Observation(
        period=value.period,
        area=next((keys[name] for name in AREAS if name in keys), TOTAL),
        keys=tuple(keys.get(name, TOTAL) for name in breakdowns),
        value=None if is_withheld else value.value,
        status=status,
        confidentiality=WITHHELD if is_withheld else ConfidentialityStatus.FREE,
        reason=value.reason,
        is_synthetic=value.is_synthetic,
        released_at=released_at,
    )
