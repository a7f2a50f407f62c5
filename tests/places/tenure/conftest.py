"""Exampleton with its ledger, and the people who keep it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from tests.places.conftest import town
from tests.services.conftest import person

from shizheng.core.models import Agency
from shizheng.kernel.errors import DomainError
from shizheng.places.tenure.actions.ledger import Described, property_record

__all__ = ["town"]
NOW = datetime(2026, 4, 6, 2, tzinfo=UTC)
TODAY = date(2026, 4, 6)


@pytest.fixture
def people(town) -> SimpleNamespace:
    return SimpleNamespace(
        keeper=person("t_keeper", "officer", "town_affairs"),
        works=person("t_works", "officer", "works"),
        resident=person("t_resident"), other=person("t_other"),
        affairs=Agency.objects.get(code="town_affairs"),
    )  # fmt: skip


def record(people, number="L-1", value=1_000, category="land", **more):
    given = Described(
        number=number, category=category, name=f"土地 {number}",
        acquired_on=more.pop("on", date(2026, 1, 1)), **more,
    )  # fmt: skip
    return property_record(
        agency=people.affairs, given=given, value_twd=value, document="鎮財字1號",
        by=people.keeper, at=NOW,
    )  # fmt: skip


def refused(code, act, **given):
    with pytest.raises(DomainError) as caught:
        act(**given)
    assert caught.value.code.endswith(code), caught.value.code
