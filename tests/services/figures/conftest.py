"""A little city whose figures can be counted by hand."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from tests.services.conftest import AT

from shizheng.core.models import Agency, Area
from shizheng.kernel.identifiers import PublicNumber
from shizheng.services.models import Case, Service

DAY = 86_400
_numbers = count(1)


def made(service="road_damage", agency="public_works", *, opened=AT, days=None, **given) -> Case:
    """Make one case as it stands: opened, and closed after ``days`` if any are given."""
    kind = Service.objects.get(code=service)
    for name in ("district", "village"):
        if name in given:
            given[name] = Area.objects.get(code=given[name])
    closed = None if days is None else opened + timedelta(days=days)
    fields = {
        "number": str(PublicNumber("KHC", opened.date(), next(_numbers))), "service": kind,
        "version": kind.current, "agency": Agency.objects.get(code=agency),
        "state": "received" if closed is None else "closed",
        "holder": "office" if closed is None else "nobody", "is_open": closed is None,
        "outcome": "" if closed is None else "done", "access_class": "normal", "channel": "web",
        "title": "路面坑洞", "opened_at": opened, "updated_at": closed or opened,
        "closed_at": closed, "due_at": opened + timedelta(days=5), "held_since": opened,
        "office_seconds": int((days or 0) * DAY), "is_late": (days or 0) > 5,
    }  # fmt: skip
    return Case.objects.create(**fields | given)


@pytest.fixture
def little_city(kaohsiung):
    """Cases of three services in two districts, whose codes are given."""
    return little_city_made()


def little_city_made():
    """Road damage: ten closed in February and four in March; street lights: two; noise: six."""
    february, march = datetime(2020, 2, 3, 1, tzinfo=UTC), datetime(2020, 3, 3, 1, tzinfo=UTC)
    sanmin, zuoying = Area.objects.filter(kind="district").order_by("code")[:2]
    for days in range(1, 11):
        made(opened=february, days=days, district=sanmin.code, satisfaction=4 + days % 2,
             applicant_seconds=2 * DAY if days > 8 else 0)  # fmt: skip
    for days in (1, 2, 8, 9):
        made(opened=march, days=days, district=zuoying.code, reopened_count=1)
    for _ in range(2):
        made("street_light", opened=march, days=3, district=zuoying.code)
    for _ in range(6):
        made("noise", "environmental_protection", opened=february, days=4, district=sanmin.code,
             wrong_handoff_count=1)  # fmt: skip
    return sanmin.code, zuoying.code
