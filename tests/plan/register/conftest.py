"""Whole cities from their packs, loaded once for each module of tests and rolled back after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from shizheng.core import loading
from shizheng.core.models import Agency, Role, RoleGrant, User
from shizheng.packs import loader
from shizheng.plan.models import Edition

PACKS = Path(__file__).parents[3] / "packs"
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)


@contextmanager
def loaded(name: str) -> Iterator[loading.Loading]:
    with transaction.atomic():
        yield loading.load(loader.load(PACKS / name), at=AT)
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=["kaohsiung", "exampleton"])
def any_city(request, django_db_setup, django_db_blocker) -> Iterator[loading.Loading]:
    """Each pack in turn: what holds for one city must hold for another."""
    with django_db_blocker.unblock(), loaded(request.param) as run:
        yield run


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker) -> Iterator[loading.Loading]:
    """The small invented city."""
    with django_db_blocker.unblock(), loaded("exampleton") as run:
        yield run


@pytest.fixture
def edition(town, db) -> Edition:
    return Edition.objects.select_related("plan").get()


@pytest.fixture
def controller(town, db) -> User:
    user = person("controller")
    user.grants.update(agency=Agency.objects.exclude(parent=None).first())  # as in the demo
    return user


@pytest.fixture
def resident(town, db) -> User:
    return person("resident")


def person(role: str) -> User:
    """Make a person who holds a role of the pack for the whole city."""
    user = User.objects.create_user(f"a_{role}", display_name=role)
    RoleGrant.objects.create(
        person=user,
        role=Role.objects.get(code=role),
        valid_from=datetime(2019, 1, 1, tzinfo=UTC),
    )
    return user
