"""Devices, violations, checkpoints and stops, each as far as the reader may see them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from shizheng.core.access import Person
from shizheng.sensing.models import (
    AlcoholStop,
    Checkpoint,
    EnforcementDevice,
    ViolationFile,
)


def devices_seen(viewer: Person) -> QuerySet[EnforcementDevice]:
    """Return devices by kind and number."""
    rows = EnforcementDevice.objects.visible_to(viewer)
    return rows.select_related("agency").prefetch_related("certificates").order_by("kind", "code")


def violations_seen(viewer: Person, state: str = "") -> QuerySet[ViolationFile]:
    """Return violations, the newest first."""
    rows = ViolationFile.objects.visible_to(viewer)
    if state in ViolationFile.State.values:
        rows = rows.filter(state=state)
    return rows.select_related("device", "certificate").order_by("-occurred_at", "number")


def checkpoints_seen(viewer: Person) -> QuerySet[Checkpoint]:
    """Return checkpoints with how many were tested and how many of them offended."""
    rows = Checkpoint.objects.visible_to(viewer).select_related("area")
    return rows.annotate(
        tested=Count("stops"),
        offences=Count("stops", filter=Q(stops__outcome__in=["fine", "criminal", "refused"])),
    ).order_by("-starts_at", "number")


def stops_seen(viewer: Person) -> QuerySet[AlcoholStop]:
    """Return stops, the newest first."""
    rows = AlcoholStop.objects.visible_to(viewer)
    return rows.select_related("checkpoint", "device").order_by("-stopped_at", "number")


@dataclass(frozen=True, slots=True)
class AlcoholFigures:
    """Checkpoints planned and held, tests and what they found (酒駕取締統計)."""

    planned: int
    held: int
    not_held: int
    tests: int
    offences: int
    repeats: int
    unusable: int


def alcohol_figures(viewer: Person, first: date, last: date) -> AlcoholFigures:
    """Count from a day to a day what ``viewer`` may see."""
    points = Checkpoint.objects.visible_to(viewer).filter(
        starts_at__date__gte=first, starts_at__date__lte=last
    )
    stops = AlcoholStop.objects.visible_to(viewer).filter(
        stopped_at__date__gte=first, stopped_at__date__lte=last
    )
    offence = Q(outcome__in=["fine", "criminal", "refused"])
    return AlcoholFigures(
        **points.aggregate(
            planned=Count("pk"), held=Count("pk", filter=Q(state="held")),
            not_held=Count("pk", filter=Q(state="not_held")),
        ),
        **stops.aggregate(
            tests=Count("pk"), offences=Count("pk", filter=offence),
            repeats=Count("pk", filter=offence & Q(earlier_count__gt=0)),
            unusable=Count("pk", filter=Q(outcome="unusable")),
        ),
    )  # fmt: skip
