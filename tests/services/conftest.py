"""A city with the real pack's services, and the people who work on them."""

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from tests.services.snapshot import restored

from shizheng.core import loading
from shizheng.core.loading import load as load_pack
from shizheng.core.models import Agency, Area, Role, RoleGrant, User
from shizheng.packs.loader import load as read_pack
from shizheng.services import city

KAOHSIUNG = Path(__file__).parents[2] / "packs/kaohsiung"
AT = datetime(2020, 2, 13, 2, 0, tzinfo=UTC)  # Thursday, ten in the morning in the city
_packs: dict[Path, object] = {}


def pack_at(path: Path):
    """Return a pack, read once for all tests."""
    if path not in _packs:
        _packs[path] = read_pack(path)
    return _packs[path]


def person(name: str, role: str | None = None, agency: str | None = None, area: str | None = None):
    """Make somebody with one role."""
    user = User.objects.create(
        username=name, display_name=name, email=f"{name}@example.org",
        agency=Agency.objects.get(code=agency) if agency else None,
    )  # fmt: skip
    if role:
        RoleGrant.objects.create(
            person=user, role=Role.objects.get(code=role),
            agency=Agency.objects.get(code=agency) if agency else None,
            area=Area.objects.get(code=area) if area else None,
            valid_from=datetime(2019, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    return user


@contextmanager
def without_plan():
    """The 505 items of the plan are not needed here and take two seconds each time."""
    loading.discover()
    plan = loading.loaders._entries.pop("plan")
    try:
        yield
    finally:
        loading.loaders._entries["plan"] = plan


def loaded():
    """Load the real pack, from its rows where it was loaded before."""
    restored("kaohsiung", load_services)


def load_services():
    """Load the real pack without its plan."""
    with without_plan():
        load_pack(pack_at(KAOHSIUNG), at=datetime(2020, 1, 2, tzinfo=UTC))


@contextmanager
def _folder_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.HOME = tmp_path
    cache.clear()
    city.forget()
    yield
    city.forget()


@pytest.fixture
def empty_city(db, settings, tmp_path):
    """A city whose pack is not loaded yet."""
    with _folder_of_its_own(settings, tmp_path):
        yield


@pytest.fixture
def kaohsiung(db, settings, tmp_path):
    """The real pack, loaded."""
    with _folder_of_its_own(settings, tmp_path):
        loaded()
        yield


@pytest.fixture
def people(kaohsiung):
    """One person for each role that works on road damage."""
    return everybody()


def everybody():
    """Make one person for each role that works on road damage."""
    return SimpleNamespace(
        resident=person("resident_a"),
        other_resident=person("resident_b"),
        officer=person("officer_works", "officer", "public_works"),
        colleague=person("officer_works_2", "officer", "public_works"),
        water=person("officer_water", "officer", "water_resources"),
        supervisor=person("supervisor_works", "supervisor", "public_works"),
        controller=person("controller", "controller", "research_development_and_evaluation"),
        administrator=person("administrator", "administrator"),
        call_taker=person("call_taker", "call_taker", "research_development_and_evaluation"),
    )
