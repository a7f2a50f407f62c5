"""The small town after its first quarter, with the people who close and read it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.plan.evidence.conftest import edition, item, months, person, published, town

from shizheng.core.models import Agency
from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.statistics.domain.periods import Period

__all__ = ["edition", "item", "town"]
Q1, Q2 = Period.parse("2026-Q1"), Period.parse("2026-Q2")
IN_MARCH = datetime(2026, 3, 20, 1, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 10, 6, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 6, 6, tzinfo=UTC)
WHY = "尚有資料未到，先行結報"


@pytest.fixture
def people(edition) -> SimpleNamespace:
    agency = Agency.objects.filter(parent=None).first() or Agency.objects.first()
    return SimpleNamespace(
        controller=person("controller", agency, "q_controller"),
        officer=person("officer", agency, "q_officer"),
        resident=person("resident", None, "q_resident"),
    )


def shown_in(at: datetime, code: str, *values) -> None:
    """Publish the months of an indicator and gather what it shows."""
    published(code, months(*values), at=at)
    evidence_gather(at=at)
