"""Indicators as entries of the catalogue."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min

from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.models import Figure, Indicator, Vintage
from shizheng.statistics.published import addresses
from shizheng.statistics.published.catalogue.entries import Edition, Entry, File, Files, sources
from shizheng.statistics.published.editions import indicators_out
from shizheng.statistics.published.formats.offered import formats_of
from shizheng.statistics.published.formats.registry import formats
from shizheng.statistics.published.labels import dimension_words
from shizheng.statistics.published.licence import licence
from shizheng.statistics.published.rendering import Facts, facts_of
from shizheng.statistics.selectors import definition_by

KIND = "indicators"
FREQUENCIES = {
    Frequency.YEAR: "ANNUAL",
    Frequency.HALF: "ANNUAL_2",
    Frequency.QUARTER: "QUARTERLY",
    Frequency.MONTH: "MONTHLY",
    Frequency.WEEK: "WEEKLY",
    Frequency.DAY: "DAILY",
}
"""Codes of the EU's authority table of frequencies."""
Spans = Mapping[UUID, tuple[date, date, bool]]


@sources.register(KIND)
def indicator_entries(
    *, at: datetime, codes: Sequence[str] | None = None, files: Files = Files.NEWEST
) -> Iterator[Entry]:
    """Yield the indicators of which something is released."""
    rows = indicators_out(at=at)
    found = list(rows if codes is None else rows.filter(code__in=codes))
    editions = _editions(found, at)
    told = {Files.NONE: slice(0, 0), Files.NEWEST: slice(-1, None), Files.ALL: slice(None)}[files]
    wanted = [row for each in editions.values() for row in each[told]]
    facts = dict(zip((row.pk for row in wanted), facts_of(wanted).values(), strict=True))
    spans = _spans(found, at)
    for row in found:
        yield _entry(row, editions[row.pk], facts, spans[row.pk])


def _editions(rows: Sequence[Indicator], at: datetime) -> Mapping[UUID, list[Vintage]]:
    """Return by indicator the vintages that name an edition, in order of their release."""
    vintages = Vintage.objects.filter(indicator__in=rows, released_at__lte=at)
    last: dict[UUID, dict[datetime, Vintage]] = defaultdict(dict)
    known = {row.pk: row for row in rows}
    for vintage in vintages.order_by("released_at", "number"):
        vintage.indicator = known[vintage.indicator_id]
        last[vintage.indicator_id][vintage.released_at] = vintage
    return {key: list(each.values()) for key, each in last.items()}


def _spans(rows: Sequence[Indicator], at: datetime) -> Spans:
    """Return by indicator the first and last day of its figures, and whether some are invented."""
    public = Figure.objects.filter(indicator__in=rows, vintage__released_at__lte=at).order_by()
    ends = public.values("indicator").annotate(first=Min("period_start"), last=Max("period_start"))
    invented = set(public.filter(is_synthetic=True).values_list("indicator", flat=True).distinct())
    every = {row.pk: Frequency(row.frequency) for row in rows}
    return {
        key: (first, Period.of(every[key], last).last_day, key in invented)
        for key, first, last in ends.values_list("indicator", "first", "last")
    }


def _entry(
    row: Indicator,
    vintages: Sequence[Vintage],
    facts: Mapping[UUID, Facts],
    span: tuple[date, date, bool],
) -> Entry:
    body = definition_by(vintages[-1].definition_id)
    first, last, is_synthetic = span
    return Entry(
        kind=KIND,
        code=row.code,
        uri=addresses.dataset(row.code),
        title=body.name,
        description=body.concept,
        source=body.source,
        owner=row.owner,
        licence=licence(),
        frequency=FREQUENCIES[body.every],
        keywords=_keywords(body),
        theme="GOVE",
        first=first,
        last=last,
        editions=tuple(_edition(row, each, facts.get(each.pk, {})) for each in vintages),
        is_synthetic=is_synthetic,
        formats=tuple(each.name for each in formats_of(body)),
    )


def _keywords(body: Definition) -> Mapping[str, Sequence[str]]:
    """Return words to find it by: its unit, and what it is split by."""
    words = [body.unit_name, *map(dimension_words, (*body.areas, *body.breakdowns))]
    tags = dict.fromkeys(tag for each in words for tag in each)
    return {tag: list(dict.fromkeys(each[tag] for each in words if each.get(tag))) for tag in tags}


def _edition(row: Indicator, vintage: Vintage, facts: Facts) -> Edition:
    files = tuple(
        File(
            ending=ending,
            name=formats[ending].name,
            url=addresses.permalink(row.code, vintage.number, ending),
            media_type=formats[ending].media_type,
            file_type=formats[ending].file_type,
            digest=each.digest,
            size=each.size,
        )
        for ending, each in facts.items()
    )
    uri = addresses.vintage(row.code, vintage.number)
    return Edition(vintage.number, uri, vintage.released_at, vintage.why, files)
