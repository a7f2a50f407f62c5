"""What pages say of warnings: levels in words, lines of readings, points of a map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.words import in_language, language_tag
from shizheng.kernel.errors import N_
from shizheng.sensing.alerting.issuing import headline
from shizheng.sensing.alerting.selectors import SECOND_US, body_of, us
from shizheng.sensing.domain.warnings import Level
from shizheng.sensing.models import Alert, AlertMessage, AlertStep, Datastream, Hot

WORDS = {
    Level.NONE: pgettext_lazy("sensing", "Over"),
    Level.ADVISORY: _("Advisory"),
    Level.WARNING: _("Warning"),
}
COLOURS = {Level.NONE: "#5b6770", Level.ADVISORY: "#b45309", Level.WARNING: "#b3261e"}
STEPS = {
    AlertStep.Kind.RAISED: N_("Raised by the rule"),
    AlertStep.Kind.LEVEL: N_("Level changed by the rule"),
    AlertStep.Kind.ACKNOWLEDGED: N_("Taken on"),
    AlertStep.Kind.HANDED_OVER: N_("Handed over"),
    AlertStep.Kind.ESCALATED: N_("Nobody had taken it on: the next agency was called"),
    AlertStep.Kind.NOTED: N_("A note"),
    AlertStep.Kind.ENDED: N_("Ended"),
}
KINDS = {"Alert": N_("First message"), "Update": N_("Update of it"), "Cancel": N_("All-clear")}
STATUSES = {
    "Actual": N_("for everybody to act on"), "Exercise": N_("an exercise"), "Test": N_("a test"),
}  # fmt: skip
WIDTH, HEIGHT = 160, 36


@dataclass(frozen=True, slots=True)
class Line:
    """A line of readings as points of a drawing (走勢線), with its ends in words."""

    points: str
    first: float
    last: float
    low: float
    high: float
    begins: datetime
    ends: datetime
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A warning as a page shows it."""

    alert: Alert
    headline: str
    instruction: str
    level: Any
    css: str
    line: Line | None
    key: int | None = None


def language() -> str:
    """Return the reader's language as packs name it."""
    return "en" if language_tag().startswith("en") else "zh-Hant"


def shown(alert: Alert, line: Line | None = None, key: int | None = None) -> Row:
    """Return a warning in the reader's words."""
    said = body_of(alert).level_of(alert.level or alert.highest)
    level = Level(alert.level)
    return Row(
        alert, headline(alert, said, language(), is_over=alert.ended_at is not None),
        in_language(said.instruction), WORDS[level], level.name.lower(), line, key,
    )  # fmt: skip


def rows_of(alerts: Sequence[Alert], now: datetime, *, keys: int = 9) -> list[Row]:
    """Return warnings with their lines; the first that nobody took on have a key each."""
    lines = lines_of([each.stream for each in alerts if each.stream is not None], now)
    rows, key = [], 0
    for each in alerts:
        is_free = each.acknowledged_at is None and key < keys
        key += is_free
        line = lines.get(each.stream) if each.stream is not None else None
        rows.append(shown(each, line, key if is_free else None))
    return rows


def lines_of(streams: Iterable[int], now: datetime, hours: int = 6) -> dict[int, Line]:
    """Return the last hours of streams as lines, doubtful readings left out of none."""
    since = now - timedelta(hours=hours)
    rows = Hot.objects.filter(
        stream__in=set(streams), time_us__gte=us(since), value__isnull=False
    ).order_by("stream", "time_us")
    found: dict[int, list[tuple[int, float]]] = {}
    for stream, time, value in rows.values_list("stream", "time_us", "value"):
        if value is not None:
            found.setdefault(stream, []).append((time, value))
    units = dict(Datastream.objects.filter(pk__in=found).values_list("pk", "unit"))
    return {
        stream: line(pairs, str((units.get(stream) or {}).get("symbol", "")))
        for stream, pairs in found.items()
    }


def line(pairs: Sequence[tuple[int, float]], unit: str = "") -> Line:
    """Return readings (microseconds, value) as a line."""
    times, values = [each[0] for each in pairs], [each[1] for each in pairs]
    low, high = min(values), max(values)
    span, rise = (times[-1] - times[0]) or 1, (high - low) or 1
    across = [(time - times[0]) / span * WIDTH for time in times]
    down = [HEIGHT - 2 - (value - low) / rise * (HEIGHT - 4) for value in values]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    begins, ends = (
        timezone.localtime(
            datetime.fromtimestamp(each / SECOND_US, timezone.get_current_timezone())
        )
        for each in (times[0], times[-1])
    )
    return Line(points, values[0], values[-1], low, high, begins, ends, unit)


def features_of(rows: Iterable[Row]) -> dict[str, Any]:
    """Return warnings as GeoJSON for the map beside their table."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point", "coordinates": [each.alert.longitude, each.alert.latitude],
                },
                "properties": {
                    "id": str(each.alert.pk), "title": each.headline, "note": str(each.level),
                    "href": reverse("sensing:alert", args=[each.alert.pk]),
                    "colour": COLOURS[Level(each.alert.level)], "width": 3,
                },
            }
            for each in rows
            if each.alert.longitude is not None and each.alert.latitude is not None
        ],
    }  # fmt: skip


def message_in_words(message: AlertMessage) -> str:
    """Return what a CAP message does and whether people shall act on it, in words."""
    kind, status = KINDS.get(message.kind, message.kind), STATUSES[message.status]
    return gettext("{kind}, {status}").format(kind=gettext(kind), status=gettext(status))


def step_in_words(step: AlertStep) -> str:
    """Return what happened, in words."""
    return gettext(STEPS[AlertStep.Kind(step.kind)])
