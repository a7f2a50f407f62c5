"""Entering the systems of an agency, what is held again and again, and hosts that moved."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.plan.models import CloudHost, InformationSystem, SecurityExercise
from shizheng.plan.security.actions.moving import (
    check_day,
    check_system,
    moved,
    number_take,
    told,
    written,
)
from shizheng.plan.security.domain.levels import Exercise, Protection
from shizheng.plan.security.errors import HostTaken, SystemMissing

OF_SYSTEM = (Exercise.BACKUP, Exercise.RESTORE)


@transaction.atomic
def system_register(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    name: str,
    protection: str,
    is_core: bool = False,
    in_use_since: date | None = None,
    is_synthetic: bool = False,
) -> InformationSystem:
    """Enter a system with the protection that it needs (資通系統盤點).

    Raises:
        NotPermitted, TextMissing, DayWrong: why not.
    """
    require(by, "plan.edit_security", agency, at=at)
    if in_use_since:
        check_day(in_use_since, latest=timezone.localdate(at), earliest=date(1970, 1, 1))
    system = InformationSystem.objects.create(
        number=number_take("IS", at),
        name=written(name),
        agency=agency,
        protection=Protection(protection),
        is_core=is_core,
        in_use_since=in_use_since,
        is_synthetic=is_synthetic,
        registered_at=at,
        registered_by=by,
    )
    now = {"protection": protection, "is_core": is_core}
    told(system, "registered", by=by, at=at, now=now)
    return system


@transaction.atomic
def system_change(
    *,
    system: InformationSystem,
    by: User,
    at: datetime,
    protection: str,
    is_core: bool,
    reason: str,
    retired_on: date | None = None,
) -> InformationSystem:
    """Set the protection that a system needs anew, or take it out of use (等級變更、停用).

    Raises:
        NotPermitted, TextMissing, DayWrong, ChangedMeanwhile: why not.
    """
    require(by, "plan.edit_security", system, at=at)
    why = written(reason)
    if retired_on:
        check_day(retired_on, latest=timezone.localdate(at))
    was = _as_kept(system)
    moved(system, protection=Protection(protection), is_core=is_core, retired_on=retired_on)
    told(system, "changed", by=by, at=at, why=why, was=was, now=_as_kept(system))
    return system


def _as_kept(system: InformationSystem) -> dict[str, object]:
    return {
        "protection": str(system.protection),
        "is_core": system.is_core,
        "retired_on": system.retired_on,
    }


@transaction.atomic
def exercise_record(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    kind: str,
    held_on: date,
    is_passed: bool,
    result: str,
    system: InformationSystem | None = None,
    people: int | None = None,
    failed_people: int | None = None,
    is_synthetic: bool = False,
) -> SecurityExercise:
    """Record a backup, a test or a drill with its result (備份、還原測試、演練).

    Raises:
        NotPermitted, TextMissing, DayWrong, OtherAgency: why not.
        SystemMissing: backups and restore tests are of a system.
    """
    require(by, "plan.edit_security", agency, at=at)
    check_day(held_on, latest=timezone.localdate(at))
    check_system(system, agency)
    if kind in OF_SYSTEM and system is None:
        raise SystemMissing
    exercise = SecurityExercise.objects.create(
        agency=agency,
        system=system,
        kind=Exercise(kind),
        held_on=held_on,
        is_passed=is_passed,
        result=written(result),
        people=people if failed_people is not None else None,
        failed_people=failed_people if people is not None else None,
        is_synthetic=is_synthetic,
        recorded_at=at,
        recorded_by=by,
    )
    now = {"kind": str(kind), "held_on": held_on.isoformat(), "is_passed": is_passed}
    journal.record(
        "plan.security_exercise.recorded", exercise, by=by, at=at, on_behalf_of=agency, now=now
    )
    return exercise


@transaction.atomic
def host_register(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    name: str,
    moved_on: date,
    kwh_before: Decimal,
    system: InformationSystem | None = None,
    is_synthetic: bool = False,
) -> CloudHost:
    """Enter a host that moved to the cloud machine room (主機移入雲端機房).

    Args:
        kwh_before: energy of a month before it moved, on the mean.

    Raises:
        NotPermitted, TextMissing, DayWrong, OtherAgency, HostTaken: why not.
    """
    require(by, "plan.edit_security", agency, at=at)
    check_day(moved_on, latest=timezone.localdate(at))
    check_system(system, agency)
    name = written(name)
    if CloudHost.objects.filter(name__iexact=name).exists():
        raise HostTaken(name=name)
    host = CloudHost.objects.create(
        name=name,
        agency=agency,
        system=system,
        moved_on=moved_on,
        kwh_before=kwh_before,
        is_synthetic=is_synthetic,
        registered_at=at,
        registered_by=by,
    )
    now = {"moved_on": moved_on, "kwh_before": kwh_before}
    told(host, "registered", by=by, at=at, now=now)
    return host
