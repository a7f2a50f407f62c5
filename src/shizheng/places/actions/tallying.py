"""Counting registers once a day: how many things, how complete, how old, what of them is late."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.utils import timezone

from shizheng.places.definitions import AUDIENCES, RegisterBody
from shizheng.places.models import CheckDue, Feature, ImportRun, Register, RegisterTally
from shizheng.places.selectors.deliveries import standing_of
from shizheng.places.selectors.registers import body_of, mappings_of

FIELDS = (
    "things", "cells", "filled", "age_days", "checks", "checks_late", "corrections_late"
)  # fmt: skip
DAY = timedelta(days=1)
Counted = dict[tuple[Any, bool], dict[str, int]]
"""By key of a district (None for none), and whether the things are invented."""


@transaction.atomic
def register_tally(*, register: Register, at: datetime) -> int:
    """Count a register by district (登記簿統計); returns how many rows it has now.

    Within a month the same rows are counted anew; in a new month those of the last one end.
    """
    Register.objects.select_for_update().get(pk=register.pk)  # two countings take turns
    found = _counted(register, at)
    rows = RegisterTally.objects.filter(register=register, until_at=None)
    month = timezone.localdate(at).replace(day=1)
    known: list[RegisterTally] = []
    for row in rows:
        key = (row.district_id, row.is_synthetic)
        if timezone.localdate(row.since_at) < month or key not in found:
            row.until_at = at
        else:
            for name, value in found.pop(key).items():
                setattr(row, name, value)
            row.counted_at = at
        known.append(row)
    RegisterTally.objects.bulk_update(known, [*FIELDS, "until_at", "counted_at"], batch_size=200)
    RegisterTally.objects.bulk_create(
        RegisterTally(
            register=register, district_id=district, is_synthetic=is_synthetic, since_at=at,
            counted_at=at, **one,
        )
        for (district, is_synthetic), one in found.items()
    )  # fmt: skip
    return RegisterTally.objects.filter(register=register, until_at=None).count()


def _counted(register: Register, at: datetime) -> Counted:
    body, today = body_of(register), timezone.localdate(at)
    fields = told_fields(body)
    there = {f"has_{n}": Count("pk", filter=_is_there(name)) for n, name in enumerate(fields)}
    rows = (
        _standing(register, today)
        .values("district_id", "is_synthetic")
        .annotate(things=Count("pk"), age=Sum(_age(at)), **there)
        .order_by()
    )
    found: Counted = {}
    for row in rows:
        one = _cell(found, row["district_id"], row["is_synthetic"])
        one["things"] = row["things"]
        one["cells"] = row["things"] * len(fields)
        one["filled"] = sum(row[name] for name in there)
        one["age_days"] = max(row["age"] // DAY, 0)
    _checks(found, register, today)
    late = sum(
        each.is_overdue
        for each in standing_of(
            ImportRun.objects.filter(register=register), mappings_of(register), on=today
        )
    )
    if late:
        _cell(found, None, False)["corrections_late"] = late
    return found


def told_fields(body: RegisterBody) -> list[str]:
    """Return the fields that count as told: what everybody sees who knows of the things."""
    level = AUDIENCES.index(body.seen_by)
    return [each.id for each in body.fields if AUDIENCES.index(each.seen_by) <= level]


def _cell(found: Counted, district: Any, is_synthetic: bool) -> dict[str, int]:
    return found.setdefault((district, is_synthetic), dict.fromkeys(FIELDS, 0))


def _standing(register: Register, today: date) -> Any:
    return Feature.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today),
        register=register, recorded_to=None, valid_from__lte=today,
    )  # fmt: skip


def _is_there(field: str) -> Q:
    return Q(**{f"properties__{field}__isnull": False}) & ~Q(**{f"properties__{field}": None})


def _age(at: datetime) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(Value(at) - F("recorded_from"), output_field=DurationField())


def _checks(found: Counted, register: Register, today: date) -> None:
    """Add the inspections that are scheduled, where what is inspected stands."""
    rows = (
        CheckDue.objects.filter(upkeep__register=register, upkeep__is_kept=True, is_here=True)
        .values("district_id")
        .annotate(checks=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        .order_by()
    )
    for row in rows:
        district = row["district_id"]
        is_synthetic = (district, True) in found and (district, False) not in found
        one = _cell(found, district, is_synthetic)
        one["checks"] += row["checks"]
        one["checks_late"] += row["late"]
