"""What the pages of the installation show."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from shizheng.core.journal import NO_CITY
from shizheng.core.models import City, Job, JournalEntry, JournalVerification
from shizheng.core.verification import Fault, FaultKind


def journal_of_city() -> QuerySet[JournalEntry]:
    """Entries of the city's chain, the newest first."""
    tenant = City.objects.values_list("code", flat=True).first() or NO_CITY
    entries = JournalEntry.objects.filter(tenant=tenant)
    return entries.select_related("by", "on_behalf_of").order_by("-number")


def journal_entries(
    *, action: str = "", who: str = "", thing: str = "", since: date | None, until: date | None
) -> QuerySet[JournalEntry]:
    """Entries that match, the newest first.

    Args:
        action: how the action begins.
        who: an account, or part of a name.
        thing: key of the thing, or its type.
        since: the first day.
        until: the last day.
    """
    entries = journal_of_city()
    if action:
        entries = entries.filter(action__startswith=action)
    if who:
        entries = entries.filter(Q(by__username=who) | Q(by__display_name__icontains=who))
    if thing:
        entries = entries.filter(Q(thing_key=thing) | Q(thing_type=thing))
    if since:
        entries = entries.filter(at__gte=_start_of(since))
    if until:
        entries = entries.filter(at__lt=_start_of(until + timedelta(days=1)))
    return entries


def changes_of(entry: JournalEntry) -> list[tuple[str, str, str]]:
    """Field, value before and value after, of every field that the entry tells of."""
    before, after = entry.before, entry.after
    fields = [*before, *(name for name in after if name not in before)]
    return [(name, _shown(before, name), _shown(after, name)) for name in fields]


def faults_of(verification: JournalVerification) -> list[Fault]:
    """What a kept verification found."""
    return [
        Fault(FaultKind[one["kind"]], one["tenant"], one["number"], one["detail"])
        for one in verification.faults
    ]


def jobs_counted() -> dict[str, int]:
    """How many jobs are in each state."""
    counted = Job.objects.order_by().values_list("status").annotate(Count("pk"))
    return dict.fromkeys(Job.Status.values, 0) | dict(counted)


def _shown(values: Mapping[str, object], name: str) -> str:
    if name not in values:
        return "–"
    value = values[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
