"""What every act on information security does alike: numbers, unchanged rows, and traces."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.kernel.text import normalise
from shizheng.plan.models import (
    CloudHost,
    InformationSystem,
    SecurityFinding,
    SecurityIncident,
    SecuritySeries,
)
from shizheng.plan.security.errors import DayWrong, OtherAgency, TextMissing
from shizheng.plan.works.actions.moving import plain

Thing = InformationSystem | SecurityFinding | SecurityIncident | CloudHost
Versioned = TypeVar("Versioned", InformationSystem, SecurityFinding, SecurityIncident)
NAMES: Mapping[type[Thing], str] = {
    InformationSystem: "security_system",
    SecurityFinding: "security_finding",
    SecurityIncident: "security_incident",
    CloudHost: "cloud_host",
}


def written(text: str) -> str:
    """Return ``text`` in stored form, without blanks around it.

    Raises:
        TextMissing: nothing is left.
    """
    text = normalise(text).strip()
    if not text:
        raise TextMissing
    return text


@transaction.atomic
def number_take(prefix: str, at: datetime) -> str:
    """Return the next number of a year, such as ``SI-2020-0007``.

    The row of the series is locked until the caller's transaction ends.
    """
    name = f"{prefix}-{timezone.localdate(at).year}"
    SecuritySeries.objects.bulk_create([SecuritySeries(name=name)], ignore_conflicts=True)
    SecuritySeries.objects.filter(pk=name).update(last=F("last") + 1)
    return f"{name}-{SecuritySeries.objects.values_list('last', flat=True).get(pk=name):04d}"


def moved(thing: Versioned, **changes: object) -> Versioned:
    """Write ``changes`` to a thing, if it is as the caller read it.

    Raises:
        ChangedMeanwhile: somebody acted on it after it was read.
    """
    rows = type(thing).objects.filter(pk=thing.pk, version=thing.version)
    if not rows.update(version=F("version") + 1, **changes):
        raise ChangedMeanwhile(thing=thing.number)
    thing.refresh_from_db()
    return thing


def told(
    thing: Thing,
    happened: str,
    *,
    by: User | None,
    at: datetime,
    why: str = "",
    was: Mapping[str, object] | None = None,
    now: Mapping[str, object] | None = None,
    is_event: bool = False,
) -> None:
    """Write the journal, and if asked an event that names number, agency and nothing else."""
    name, agency = NAMES[type(thing)], thing.agency
    journal.record(
        f"plan.{name}.{happened}", thing, by=by, at=at, on_behalf_of=agency if by else None,
        why=why, was=plain(was), now=plain(now),
    )  # fmt: skip
    if is_event:
        payload = {"number": str(thing), "agency": agency.code}
        outbox.publish(f"city.{name}.{happened}", thing, at=at, payload=payload)


@transaction.atomic
def thing_read(*, thing: Thing, by: User, at: datetime) -> None:
    """Note that somebody opened a restricted record (調閱紀錄)."""
    journal.record(f"plan.{NAMES[type(thing)]}.read", thing, by=by, at=at)


def check_system(system: InformationSystem | None, agency: Agency) -> None:
    """Do nothing if a system is one of the agency, or none is named.

    Raises:
        OtherAgency: it is not.
    """
    if system is not None and system.agency_id != agency.pk:
        raise OtherAgency(number=system.number)


def check_day(day: date, *, latest: date, earliest: date = date(2000, 1, 1)) -> None:
    """Do nothing if a day lies between two.

    Raises:
        DayWrong: it does not.
    """
    if not earliest <= day <= latest:
        raise DayWrong(day=day, earliest=earliest, latest=latest)
