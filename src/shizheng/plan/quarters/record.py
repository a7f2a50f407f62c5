"""The record of a quarter (季結報紀錄), public and internal, as it would be closed now."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shizheng.core import chain
from shizheng.plan.models import (
    Chapter,
    ConfidentialityChoice,
    Directive,
    Edition,
    QuarterClosing,
    WorkWarning,
)
from shizheng.plan.quarters.domain.changes import figures_changed, lights_changed
from shizheng.plan.quarters.domain.totals import counts_of
from shizheng.plan.quarters.facts import Record, Shown, items_of, shown_by
from shizheng.plan.quarters.periods import edition_of
from shizheng.plan.quarters.revisions import indicators_revised
from shizheng.plan.register.rules import light_rule
from shizheng.statistics.domain.periods import Period

SCHEMA = "quarter_report/1"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record that could be kept: what everybody may read, and what only staff may."""

    edition: Edition
    body: Record
    internal: Record

    @property
    def digest(self) -> str:
        """SHA-256 of the public part."""
        return digest_of(self.body)


def digest_of(body: Record) -> str:
    """Return the SHA-256 of a public record as JSON with sorted keys, without spaces."""
    return hashlib.sha256(chain.canonical(body).encode()).hexdigest()


def record_prepare(period: Period, *, at: datetime) -> Prepared:
    """Return the record of a quarter as it is known at a moment; nothing is written.

    Raises:
        QuarterWithoutPlan: no plan was in force.
        LightRuleMissing: the city has no rule for lights.
    """
    today = timezone.localdate(at)
    edition, rule = edition_of(period, today), light_rule()
    on = min(period.last_day, today)
    shown = shown_by(edition, on, at)
    items = items_of(edition, rule, on=on, at=at, shown=shown)
    before = closing_before(period)
    since = _moment_after(before.last_on) if before else _start(period)
    body = {
        "schema": SCHEMA,
        "quarter": period.code,
        "first_on": period.start.isoformat(),
        "last_on": period.last_day.isoformat(),
        "judged_on": on.isoformat(),
        "as_of": at.isoformat(),
        "plan": edition.plan.code,
        "edition": edition.number,
        "rule": rule.id,
        "rule_version": rule.version,
        "counts": counts_of(items),
        "departments": _departments(edition, items),
        "items": items,
        "is_synthetic": any(item["is_synthetic"] for item in items),
        "previous": _previous(before),
        "changes": _changes(before, items, shown, at)
        | {"directives": _directives(_PUBLIC, since, _moment_after(on))},
    }
    internal = {
        "directives": _directives(_INTERNAL, since, _moment_after(on)),
        "warnings": _warnings(since, _moment_after(on)),
    }
    return Prepared(edition, body, internal)


def closing_before(period: Period) -> QuarterClosing | None:
    """Return the newest version of the last quarter that was closed before one."""
    rows = QuarterClosing.objects.filter(last_on__lt=period.start)
    return rows.order_by("-last_on", "-version").first()


def _previous(before: QuarterClosing | None) -> Record | None:
    if before is None:
        return None
    return {"quarter": before.period, "number": before.number, "digest": before.digest,
            "counts": before.counts, "closed_at": before.closed_at.isoformat()}  # fmt: skip


def _changes(
    before: QuarterClosing | None, items: Sequence[Record], shown: Sequence[Shown], at: datetime
) -> Record:
    """Return what of lights, figures and indicators differs from the quarter before."""
    if before is None:
        return {"lights": [], "figures": [], "indicators": []}
    known = {
        (each.binding.source, each.binding.reference): each.newest.points
        for each in shown
        if each.newest
    }
    old = before.body["items"]
    return {
        "lights": [asdict(each) for each in lights_changed(old, items)],
        "figures": [asdict(each) for each in figures_changed(old, known, before.last_on)],
        "indicators": indicators_revised(since=before.closed_at, until=at),
    }


def _departments(edition: Edition, items: Sequence[Record]) -> list[Record]:
    """Return every department with the sums of its items."""
    chapters = Chapter.objects.filter(edition=edition).select_related("agency").order_by("number")
    return [
        {
            "number": chapter.number,
            "title": chapter.title,
            "agency": chapter.agency.code if chapter.agency else "",
            "name": chapter.agency.short_name if chapter.agency else {},
            "counts": counts_of(i for i in items if i["department"] == chapter.number),
        }
        for chapter in chapters
    ]


_PUBLIC = Q(confidentiality=ConfidentialityChoice.PUBLIC)
_INTERNAL = Q(confidentiality=ConfidentialityChoice.INTERNAL)


def _directives(which: Q, since: datetime, until: datetime) -> dict[str, list[Record]]:
    """Return the directives issued and released in a span; restricted ones are never asked for."""
    first, end = timezone.localdate(since), timezone.localdate(until)
    rows = Directive.objects.filter(which).select_related("lead").order_by("number")
    return {
        "issued": [_directive(row) for row in rows.filter(issued_on__gte=first, issued_on__lt=end)],
        "released": [
            _directive(row) for row in rows.filter(released_on__gte=first, released_on__lt=end)
        ],
    }


def _directive(row: Directive) -> Record:
    return {
        "number": row.number,
        "wording": row.wording,
        "lead": row.lead.short_name,
        "due_on": row.due_on.isoformat(),
        "is_synthetic": row.is_synthetic,
    }


def _warnings(since: datetime, until: datetime) -> list[Record]:
    """Return the warnings of public works that began in a span; they are internal."""
    rows = WorkWarning.objects.filter(
        since_on__gte=timezone.localdate(since), since_on__lt=timezone.localdate(until)
    )
    return [
        {
            "work": row.work.number,
            "name": row.work.name,
            "agency": row.work.agency.short_name,
            "kind": row.kind,
            "since_on": row.since_on.isoformat(),
        }
        for row in rows.select_related("work__agency").order_by("since_on", "work__number", "kind")
    ]


def _start(period: Period) -> datetime:
    return timezone.make_aware(datetime.combine(period.start, time.min))


def _moment_after(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
