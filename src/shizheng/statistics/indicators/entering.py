"""What may be entered as a figure: its period, its cell, its number and its mark (填報規則)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from shizheng.core.models import Area
from shizheng.core.words import said
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.text import normalise
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.quality import ObservationStatus
from shizheng.statistics.indicators.errors import (
    CellUnknown,
    NotEntered,
    PeriodUnfit,
    PollUnsaid,
    StatusUnfit,
    ValueMissing,
    ValueUnfit,
)

WITH_VALUE = (
    ObservationStatus.NORMAL, ObservationStatus.PROVISIONAL, ObservationStatus.ESTIMATED,
    ObservationStatus.BREAK, ObservationStatus.LOW_RELIABILITY, ObservationStatus.SPECIAL_EVENT,
)  # fmt: skip
WITHOUT = (ObservationStatus.MISSING, ObservationStatus.NOT_COLLECTED)
LARGEST = Decimal(10) ** 18
ROC_OFFSET = 1911
_ROC = re.compile(
    r"(?:民國)?(?P<year>[0-9]{2,3})年?(?:(?:第(?P<quarter>[1-4])季)|(?P<half>[上下])半年"
    r"|(?P<month>[0-9]{1,2})月)?"
)
_COMMON = re.compile(r"(?P<year>[0-9]{4})[/.年]?(?P<month>[0-9]{1,2})月?")
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure as it is entered (填報值).

    Args:
        cell: empty for the whole city.
        answers, design_effect: of a poll.
        source: the document or file that it is from.
    """

    period: Period
    cell: str = ""
    value: Decimal | None = None
    status: str = str(ObservationStatus.NORMAL)
    note: str = ""
    source: str = ""
    answers: int | None = None
    design_effect: Decimal | None = None


def period_read(text: str) -> Period:
    """Read a period as people write it: 109年3月, 109年第1季, 2020/3, or as ``Period.parse``.

    Raises:
        PeriodUnreadable: none of these.
    """
    plain = normalise(text).replace(" ", "").strip()
    if found := _COMMON.fullmatch(plain):
        return Period.parse(f"{found['year']}-{int(found['month']):02d}")
    found = _ROC.fullmatch(plain)
    if not found or "年" not in plain:
        return Period.parse(plain)
    year = int(found["year"]) + ROC_OFFSET
    if found["quarter"]:
        return Period.parse(f"{year}-Q{found['quarter']}")
    if found["half"]:
        return Period.parse(f"{year}-S{1 if found['half'] == '上' else 2}")
    return Period.parse(f"{year}-{int(found['month']):02d}" if found["month"] else f"{year}")


def number_read(text: str, body: Definition) -> Decimal | None:
    """Read a number, with separators of thousands or without; nothing where nothing stands.

    Raises:
        ValueUnfit: no number, too large, or with more decimals than the indicator has.
    """
    plain = normalise(text).replace(",", "").strip()
    if not plain:
        return None
    reason = ""
    try:
        value = Decimal("nan" if "_" in plain else plain)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        reason = N_("it is no number")
    elif abs(value) >= LARGEST:
        reason = N_("it is too large")
    elif value != round(value, body.places):
        reason = N_("it has too many decimals")
    if reason:
        raise ValueUnfit(text=text[:40], indicator=body.name, reason=reason, places=body.places)
    return value


def entry_check(body: Definition, entry: Entry, *, today: date, areas: Mapping[str, str]) -> None:
    """Refuse what cannot be a figure of the indicator.

    Args:
        areas: code of every district and village that there is, to its kind.

    Raises:
        NotEntered: a formula makes the figures.
        PeriodUnfit: another frequency, not begun, or outside the validity of the definition.
        CellUnknown: no such district, village or group.
        ValueMissing, StatusUnfit: number and mark do not go together.
        PollUnsaid: a sample where there is no share.
    """
    if not body.is_entered:
        raise NotEntered(indicator=body.name)
    period_check(body, entry.period, today)
    _cell_check(body, entry.cell, areas)
    _status_check(entry)
    is_share = body.unit == "percent" and entry.value is not None
    has_answers = entry.answers is not None
    has_effect = entry.design_effect is not None
    if (has_answers and not is_share) or (has_effect and not has_answers):
        raise PollUnsaid
    if (entry.answers is not None and entry.answers < 2) or (
        entry.design_effect is not None and entry.design_effect < 1
    ):
        raise PollUnsaid


def period_check(body: Definition, period: Period, today: date) -> None:
    """Refuse a period that the indicator does not have yet or any more.

    Raises:
        PeriodUnfit: that.
    """
    last = min(today, body.valid_to or today)
    is_fit = period.frequency == body.every and body.valid_from < period.end
    if not is_fit or period.start > last:
        example = Period.of(body.every, min(today, last)).code
        raise PeriodUnfit(period=period.code, indicator=body.name, example=example)


def levels_of(body: Definition) -> list[tuple[str, ...]]:
    """Return by which dimensions the figures of an entered indicator may be split."""
    areas: list[tuple[str, ...]] = [(area,) for area in body.areas]
    breakdowns: list[tuple[str, ...]] = [(name,) for name in body.breakdowns]
    both = [("district", name) for name in body.breakdowns if "district" in body.areas]
    return [(), *areas, *breakdowns, *both]


def area_kinds(codes: Iterable[str]) -> dict[str, str]:
    """Return those of the codes that are areas of today, each with its kind."""
    rows = Area.objects.filter(code__in=set(codes), valid_to=None)
    return dict(rows.values_list("code", "kind"))


def _cell_check(body: Definition, cell: str, areas: Mapping[str, str]) -> None:
    parts = [part.partition("=") for part in cell.split(";")] if cell else []
    level = tuple(name for name, _, _ in parts)
    is_known = level in levels_of(body) and all(
        areas.get(key) == name if name in ("district", "village") else bool(_KEY.fullmatch(key))
        for name, _, key in parts
    )
    if not is_known:
        example = ";".join(f"{name}=…" for name in (levels_of(body)[1:] or [()])[0])
        raise CellUnknown(indicator=body.name, cell=cell[:80], example=example or "—")


def _status_check(entry: Entry) -> None:
    fitting = WITH_VALUE if entry.value is not None else WITHOUT
    if entry.status in {str(each) for each in fitting}:
        if entry.value is None and not entry.note.strip():
            raise ValueMissing(period=entry.period.code)
        return
    if entry.value is None and entry.status == str(ObservationStatus.NORMAL):
        raise ValueMissing(period=entry.period.code)
    raise StatusUnfit(
        status=entry.status[:10], with_value=", ".join(map(str, WITH_VALUE)),
        without=", ".join(map(str, WITHOUT)),
    )  # fmt: skip


def why_not(refusal: DomainError) -> str:
    """Return a refusal as one line of a report."""
    words = said(refusal)
    return f"{words.message} {words.hint}".strip()
