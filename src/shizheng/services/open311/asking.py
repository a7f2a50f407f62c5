"""What a program asks for: the filters of GET requests and updates, read and bounded."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone

from shizheng.kernel.errors import N_
from shizheng.kernel.text import normalise
from shizheng.services.open311.errors import ParameterUnfit, SpanReversed, SpanTooLong

SPAN = timedelta(days=90)
MOST_ROWS = 1_000
MOST_PAGES = 10_000
MOST_CODES = 1_000
MOST_METRES = 20_000
STATUSES = ("open", "closed")
MOMENT_WORDS = N_("a moment with its zone, such as 2020-03-02T00:00:00Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BLANK_ZONE = re.compile(r"(T[0-9:.]+) (\d\d:?\d\d)")


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many metres of a point."""

    longitude: float
    latitude: float
    metres: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of a list (查詢條件); numbers given by name override all others."""

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    updated_first: datetime | None = None
    updated_last: datetime | None = None
    near: Near | None = None
    words: str = ""
    page: int = 1
    page_size: int = MOST_ROWS
    extensions: bool = False


def requests_asked(given: QueryDict, *, now: datetime) -> Asked:
    """Read the filters of GET requests.

    Raises:
        ParameterUnfit, SpanTooLong, SpanReversed: what to change.
    """
    updated_first, updated_last = _moment(given, "updated_after"), _moment(given, "updated_before")
    status = _list(given, "status")
    for each in status:
        if each.lower() not in STATUSES:
            raise ParameterUnfit(name="status", value=each[:40], expected=N_("open or closed"))
    if updated_first and updated_last and updated_last < updated_first:
        raise SpanReversed(first=updated_first.isoformat(), last=updated_last.isoformat())
    first, last = _span(given, now, is_free=bool(updated_first or updated_last))
    return Asked(
        numbers=tuple(each.upper() for each in _list(given, "service_request_id")),
        codes=_list(given, "service_code"),
        status=tuple(each.lower() for each in status),
        first=first,
        last=last,
        updated_first=updated_first,
        updated_last=updated_last,
        near=_near(given),
        words=normalise(given.get("q", "")).strip()[:100],
        page=_whole(given, "page", 1, MOST_PAGES),
        page_size=_whole(given, "page_size", MOST_ROWS, MOST_ROWS),
        extensions=wants_extensions(given),
    )


def updates_asked(given: QueryDict, *, now: datetime) -> Asked:
    """Read the filters of GET service-request updates: dates are those of the updates.

    Raises:
        ParameterUnfit, SpanTooLong, SpanReversed: what to change.
    """
    first, last = _span(given, now, is_free=False)
    return Asked(
        numbers=tuple(each.upper() for each in _list(given, "service_request_id")),
        first=first,
        last=last,
        page=_whole(given, "page", 1, MOST_PAGES),
        page_size=_whole(given, "page_size", MOST_ROWS, MOST_ROWS),
        extensions=wants_extensions(given),
    )


def wants_extensions(given: QueryDict) -> bool:
    """Tell whether ``extensions=true`` was asked for."""
    return given.get("extensions", "").strip().lower() in ("true", "1", "yes", "v1")


def _list(given: QueryDict, name: str) -> tuple[str, ...]:
    parts = [part.strip() for text in given.getlist(name) for part in normalise(text).split(",")]
    found = tuple(dict.fromkeys(part[:80] for part in parts if part))
    if len(found) > MOST_CODES:
        raise ParameterUnfit(name=name, value=f"… ({len(found)})", expected=N_("at most 1,000"))
    return found


def _span(
    given: QueryDict, now: datetime, *, is_free: bool
) -> tuple[datetime | None, datetime | None]:
    """Return the span asked for: at most 90 days, the newest ones if none was asked for."""
    first, last = _moment(given, "start_date"), _moment(given, "end_date", is_end=True)
    if first is None and last is None:
        return (None, None) if is_free else (now - SPAN, None)
    if first is None and last is not None:
        first = last - SPAN
    elif last is None and first is not None:
        last = first + SPAN
    assert first is not None  # noqa: S101 - set above
    assert last is not None  # noqa: S101 - set above
    if last < first:
        raise SpanReversed(first=first.isoformat(), last=last.isoformat())
    if last - first > SPAN + timedelta(days=1):  # a day may be given as a whole
        raise SpanTooLong(days=(last - first).days, limit=SPAN.days)
    return first, last


def _moment(given: QueryDict, name: str, *, is_end: bool = False) -> datetime | None:
    """Read a moment; a day alone is the city's, whole. A blank for ``+`` is forgiven."""
    text = normalise(given.get(name, "")).strip()
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            moment = timezone.make_aware(datetime.combine(day, time.max if is_end else time.min))
        else:
            moment = datetime.fromisoformat(_BLANK_ZONE.sub(r"\1+\2", text))
    except (ValueError, OverflowError):
        moment = datetime.min
    if moment.utcoffset() is None or not 1900 <= moment.year <= 9000:
        raise ParameterUnfit(name=name, value=text[:40], expected=MOMENT_WORDS)
    return moment


def _near(given: QueryDict) -> Near | None:
    texts = [given.get(name, "").strip() for name in ("lat", "long", "radius")]
    if not any(texts):
        return None
    limits: Sequence[tuple[str, float]] = (("lat", 90), ("long", 180), ("radius", MOST_METRES))
    numbers = []
    for (name, most), text in zip(limits, texts, strict=True):
        numbers.append(_number(name, text or ("1000" if name == "radius" else ""), most))
    return Near(longitude=numbers[1], latitude=numbers[0], metres=abs(numbers[2]))


def _number(name: str, text: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > most:
        expected = N_("a number; lat and long in degrees, radius in metres up to 20,000")
        raise ParameterUnfit(name=name, value=text[:40], expected=expected)
    return number


def _whole(given: QueryDict, name: str, default: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= most:
        expected = N_("a whole number from 1; page up to 10,000, page_size up to 1,000")
        raise ParameterUnfit(name=name, value=text[:40], expected=expected)
    return number
