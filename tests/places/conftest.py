"""Exampleton with its registers, and the people who keep and read them."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import shapely
from django.db import transaction
from tests.services.conftest import KAOHSIUNG, pack_at, person, without_plan
from tests.services.snapshot import restored

from shizheng.core.loading import load as load_pack
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
DAY = date(2020, 3, 1)


@contextmanager
def undone():
    """Let what an example of a property writes be gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def load_town() -> None:
    with without_plan():
        load_pack(pack_at(KAOHSIUNG.parent / "exampleton"), at=datetime(2020, 1, 2, tzinfo=UTC))


@pytest.fixture
def town(db, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "files"
    restored("exampleton_places", load_town)
    return SimpleNamespace(
        wells=Register.objects.get(code="wells"),
        plots=Register.objects.get(code="plots"),
        drains=Register.objects.get(code="drains"),
    )


@pytest.fixture
def people(town) -> SimpleNamespace:
    return SimpleNamespace(
        keeper=person("p_keeper", "supervisor", "works"),
        officer=person("p_officer", "officer", "works"),
        registrar=person("p_registrar", "supervisor", "town_affairs"),
        staff=person("p_staff", "officer", "environment"),
        resident=person("p_resident"),
    )


def well(town, key="W-1", x=0.01, y=0.01, *, by=None, on=DAY, at=AT, state=None, **values):
    return thing_record(
        register=town.wells, key=key, by=by, at=at, valid_from=on, state=state,
        values={"name": f"Well {key}"} | values, geometry=shapely.Point(x, y),
    )  # fmt: skip


def plot(town, key, west, south, size=0.002, **more):
    return thing_record(
        register=town.plots, key=key, by=None, at=more.pop("at", AT),
        valid_from=more.pop("on", DAY), values=more,
        geometry=shapely.box(west, south, west + size, south + size),
    )  # fmt: skip
