"""A small set of indicators over the little city, as a pack would define them, with their figures.

The moment is noon of 10 March 2020.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.services.conftest import (  # noqa: F401 - fixtures
    empty_city,
    everybody,
    kaohsiung,
    load_services,
    people,
    person,
)
from tests.services.figures.conftest import little_city, little_city_made, made  # noqa: F401
from tests.services.snapshot import restored
from tests.statistics.indicators.conftest import CLOSED, IN_TIME, defined

from shizheng.core.models import Area, User
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.indicators.actions import figures_sign
from shizheng.statistics.indicators.entering import Entry
from shizheng.statistics.indicators.making import indicators_make
from shizheng.statistics.models import EnteredFigure, Indicator
from shizheng.statistics.searchable import indicators_index

NOON = datetime(2020, 3, 10, 4, tzinfo=UTC)
RDEC = "research_development_and_evaluation"
CASES = CLOSED | {
    "areas": ["district", "village"], "breakdowns": ["service"], "direction": "higher",
    "disclosure": {"threshold": 5}, "plan_items": [],
}  # fmt: skip
ON_TIME = IN_TIME | {
    "direction": "higher",
    "targets": [{"value": "95", "from": "2020-01-01", "source": "109 年度施政計畫"}],
}  # fmt: skip
ENTERED = {
    "unit": "percent", "places": 1, "unit_name": {"zh-Hant": "%", "en": "%"},
    "name": {"zh-Hant": "市民滿意度", "en": "Satisfaction of residents"},
    "concept": {"zh-Hant": "電話調查中答滿意者。", "en": "Share of those asked who are content."},
    "frequency": "quarter", "direction": "higher", "owner": RDEC,
    "source": {"zh-Hant": "滿意度調查", "en": "Survey"}, "valid_from": "2019-01-01",
}  # fmt: skip
VISITORS = ENTERED | {
    "unit": "visit", "places": 0, "unit_name": {"zh-Hant": "人次", "en": "visits"},
    "name": {"zh-Hant": "臨櫃人次", "en": "Visits to the counter"},
    "concept": {"zh-Hant": "到服務中心臨櫃的人次。", "en": "Visits to the service centre."},
    "frequency": "month", "valid_from": "2017-01-01", "areas": ["district"],
    "source": {"zh-Hant": "服務中心日報", "en": "Daily report"},
}  # fmt: skip
EMBARGOED = CLOSED | {
    "name": {"zh-Hant": "季度結案", "en": "Closed, held back"}, "areas": [],
    "release": {"kind": "calendar", "after_days": 20, "at": "16:00"},
}  # fmt: skip
INTERNAL = CLOSED | {
    "name": {"zh-Hant": "內部結案", "en": "Closed, internal"}, "areas": [], "is_public": False,
}  # fmt: skip


@pytest.fixture
def now(monkeypatch):
    """The city's clock stands at noon of 10 March 2020."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return NOON


def entered(indicator, by, period, value, *, cell="", at=NOON, **more):
    """Make a figure that was entered but not signed."""
    given = Entry(Period.parse(period), cell, None if value is None else Decimal(value), **more)
    return EnteredFigure.objects.create(
        indicator=indicator, period=given.period.code, cell=given.cell, value=given.value,
        status=given.status, note=given.note, answers=given.answers, source="測試",
        design_effect=given.design_effect, entered_at=at, entered_by=by,
    )  # fmt: skip


def team_made():
    """Make those who enter and who sign figures of the research commission."""
    return SimpleNamespace(
        enterer=person("enterer", "officer", RDEC), signer=person("signer", "supervisor", RDEC)
    )


@pytest.fixture
def team(people):  # noqa: F811
    """Who enters and who signs figures of the research commission, and others."""
    return SimpleNamespace(
        **vars(team_made()), elsewhere=people.officer, administrator=people.administrator,
        resident=people.resident,
    )  # fmt: skip


@pytest.fixture
def figures(empty_city, now):  # noqa: F811
    """Six indicators with their figures, some of them revised, withheld, embargoed, internal."""
    restored("figures", figures_made)
    codes = {"cases": "cases_closed", "embargoed": "held_back"}
    names = ("cases", "in_time", "satisfaction", "visitors", "embargoed", "internal")
    users = {"enterer": "enterer", "signer": "signer", "administrator": "administrator",
             "resident": "resident_a"}  # fmt: skip
    return SimpleNamespace(
        **{name: Indicator.objects.get(code=codes.get(name, name)) for name in names},
        **{role: User.objects.get(username=name) for role, name in users.items()},
    )


def figures_made():
    """Count what the little city did, and enter what cannot be counted."""
    load_services()
    everybody()
    little_city_made()
    team = team_made()
    for code in (
        Area.objects.filter(kind="village").order_by("code").values_list("code", flat=True)[:40:2]
    ):
        for _ in range(1 + int(code[-2:]) % 7):
            made(opened=datetime(2020, 2, 3, 1, tzinfo=UTC), days=3, village=code,
                 district=Area.objects.get(code=code).parent.code)  # fmt: skip
    defined("cases_closed", CASES)
    defined("in_time", ON_TIME)
    defined("held_back", EMBARGOED)
    defined("internal", INTERNAL)
    satisfaction, visitors = defined("satisfaction", ENTERED), defined("visitors", VISITORS)
    polls = [
        entered(satisfaction, team.enterer, period, value, answers=1068,
                design_effect=Decimal("1.2"))
        for period, value in (("2019-Q2", "71.2"), ("2019-Q3", "73.9"), ("2019-Q4", "74.4"))
    ]  # fmt: skip
    months = [
        entered(visitors, team.enterer, (Period.of(Frequency.MONTH, NOON.date()) - back).code,
                str(4000 + 30 * (37 - back) + 600 * ((37 - back) % 12 in (0, 1, 11))))
        for back in range(1, 37)
    ]  # fmt: skip
    figures_sign(figures=[*polls, *months], by=team.signer, at=NOON - timedelta(days=2))
    indicators_make(at=NOON - timedelta(days=1)).raise_failures()
    made(opened=datetime(2020, 2, 4, tzinfo=UTC), days=2)
    indicators_make(at=NOON - timedelta(hours=1), why="補登二月案件").raise_failures()
    indicators_index()
