"""The small town with figures that ``statistics`` published for its indicators."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction

from shizheng.core import loading
from shizheng.core.models import Agency, Role, RoleGrant, User
from shizheng.packs import loader
from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.plan.models import Edition, Item, Light
from shizheng.plan.register.lights import lights_recompute
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.models import Figure, Indicator, Vintage

PACKS = Path(__file__).parents[3] / "packs"
AT = datetime(2026, 1, 2, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 10, 6, tzinfo=UTC)
MONTHS = ("2026-01", "2026-02", "2026-03")


@contextmanager
def loaded(name: str) -> Iterator[loading.Loading]:
    with transaction.atomic():
        yield loading.load(loader.load(PACKS / name), at=AT)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker) -> Iterator[loading.Loading]:
    with django_db_blocker.unblock(), loaded("exampleton") as run:
        yield run


@pytest.fixture
def edition(town, db) -> Edition:
    return Edition.objects.select_related("plan").get()


@pytest.fixture
def item(edition) -> Item:
    return Item.objects.select_related("edition__plan", "chapter__agency").get(code="1-1")


def published(code, values, *, at=APRIL, rows=400, is_synthetic=False, released_at=None):
    """Publish a vintage of an indicator with these figures by month."""
    indicator = Indicator.objects.get(code=code)
    number = Vintage.objects.filter(indicator=indicator).count() + 1
    vintage = Vintage.objects.create(
        indicator=indicator, number=number, definition=indicator.current, cause="scheduled",
        made_at=at, released_at=released_at or at, first_period=min(values),
        last_period=max(values), figure_count=len(values), digest=f"{number:064d}",
        is_synthetic=is_synthetic,
    )  # fmt: skip
    Figure.objects.bulk_create(
        Figure(
            vintage=vintage, indicator=indicator, number=number, period=month,
            period_start=Period.parse(month).start,
            value=None if value is None else Decimal(str(value)),
            reason="" if value is not None else "nothing_counted", rows=rows,
            is_synthetic=is_synthetic,
        )
        for month, value in values.items()
    )  # fmt: skip
    return vintage


def months(*values):
    """Return the values of January 2026 and the months after it."""
    first = Period.of(Frequency.MONTH, AT.date())
    return {(first + index).code: value for index, value in enumerate(values)}


def judged(edition, at=APRIL) -> dict[str, Light]:
    """Gather evidence, compute the lights and return them by code of the item."""
    evidence_gather(at=at)
    lights_recompute(edition=edition, at=at)
    rows = Light.objects.filter(item__edition=edition, until=None).select_related("item")
    return {row.item.code: row for row in rows}


def codes(light: Light) -> list[str]:
    return [reason["code"] for reason in light.reasons]


def person(role: str, agency: Agency | None = None, name: str = "") -> User:
    user = User.objects.create_user(name or f"a_{role}", display_name=name or role)
    RoleGrant.objects.create(
        person=user, role=Role.objects.get(code=role), agency=agency,
        valid_from=AT - timedelta(days=900),
    )  # fmt: skip
    return user
