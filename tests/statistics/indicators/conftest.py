"""Indicators of a test, published as a pack would, over cases that can be counted by hand."""

from datetime import UTC, datetime

import pytest
from tests.services.conftest import kaohsiung, people, person  # noqa: F401 - fixtures
from tests.services.figures.conftest import little_city, made  # noqa: F401 - fixtures

from shizheng.core.models import Agency, City, PublishedDefinition
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.models import Indicator

LOADED = datetime(2020, 1, 2, tzinfo=UTC)
CLOSED = {
    "name": {"zh-Hant": "結案件數", "en": "Cases closed"},
    "concept": {"zh-Hant": "當期結案的案件。", "en": "Cases closed in the period."},
    "unit": "case", "unit_name": {"zh-Hant": "件", "en": "cases"}, "places": 0,
    "inputs": {"closed": {"measure": "services.cases_closed"}}, "formula": "closed",
    "areas": ["district"], "owner": "research_development_and_evaluation",
    "source": {"zh-Hant": "案件系統", "en": "Case system"}, "valid_from": "2020-01-01",
}  # fmt: skip
IN_TIME = CLOSED | {
    "name": {"zh-Hant": "準時結案率", "en": "Closed in time"}, "unit": "percent", "places": 1,
    "unit_name": {"zh-Hant": "%", "en": "%"},
    "inputs": {
        "closed": {"measure": "services.cases_closed_with_limit"},
        "in_time": {"measure": "services.cases_closed_in_time"},
    },
    "formula": "share(in_time, closed)",
}  # fmt: skip


def defined(code: str, body: dict[str, object], *, version: int = 1) -> Indicator:
    """Publish a definition of an indicator, and put it in force."""
    full = Definition.model_validate({"id": code, "version": version, **body})
    published = PublishedDefinition.objects.create(
        city=City.objects.get(), kind="indicator", identifier=code, version=version,
        digest=f"{code}{version}", body=full.model_dump(mode="json", by_alias=True),
        published_at=LOADED,
    )  # fmt: skip
    fields = {
        "current": published, "owner": Agency.objects.get(code=full.owner),
        "name": dict(full.name), "unit_name": dict(full.unit_name),
        "frequency": full.every.value, "is_public": full.is_public,
    }  # fmt: skip
    return Indicator.objects.update_or_create(code=code, defaults=fields)[0]


@pytest.fixture
def at():
    """Noon of 10 March 2020 in the city."""
    return datetime(2020, 3, 10, 4, tzinfo=UTC)
