"""A survey in the field: two villages of one district and one of another, and who works there."""

import hashlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace

from tests.services.conftest import person

from shizheng.core.models import Area
from shizheng.statistics.models import SurveyArea, SurveyRound
from shizheng.statistics.surveys.actions.rounds import (
    Listed,
    addresses_add,
    area_assign,
    round_open,
)
from shizheng.statistics.surveys.actions.sending import Visit, record_send

AGENCY = "budget_accounting_and_statistics"
CENSUS, INCOME = "census_2020", "family_income_2020"
AT = datetime(2020, 11, 10, 2, tzinfo=UTC)
VILLAGES = ("64000010001", "64000010002", "64000370001")
MEMBER = {"sex": "female", "age": 40, "education": "secondary", "work": "working"}


def staff() -> SimpleNamespace:
    """Make who leads, two who visit, and one who leads surveys of another agency."""
    return SimpleNamespace(
        lead=person("lead", "survey_lead", AGENCY), mei=person("mei", "enumerator", AGENCY),
        hua=person("hua", "enumerator", AGENCY),
        elsewhere=person("elsewhere", "survey_lead", "public_works"),
    )  # fmt: skip


def opened(people: SimpleNamespace, code: str = CENSUS, each: int = 4) -> SurveyRound:
    """Open a survey with three areas of one village each; Mei has two of them, Hua the third."""
    survey = SurveyRound.objects.get(code=code)
    listed = [
        Listed(f"A{place}", village, f"{place}-{number:03}", f"測試路 {place}{number:03} 號")
        for place, village in enumerate(VILLAGES, start=1) for number in range(1, each + 1)
    ]  # fmt: skip
    addresses_add(survey=survey, listed=listed, by=people.lead, at=AT)
    for area, who in zip(SurveyArea.objects.order_by("code"), (people.mei,) * 2 + (people.hua,),
                         strict=True):  # fmt: skip
        area_assign(area=area, person=who, by=people.lead, at=AT)
    return round_open(survey=survey, by=people.lead, at=AT, seed="109")


def household(*members: dict, number: str = "", **answers: object) -> dict:
    """Return the answers of a household to the census; its first person is the head."""
    rows = [MEMBER | {"person_name": "王小明"} | member for member in members or ({},)]
    rows = [row | {"relation": row.get("relation", "other" if n else "head")}
            for n, row in enumerate(rows)]  # fmt: skip
    if number:
        rows[0] |= {"person_number": number}
    return {"tenure": "own", "rooms": "3", "members": rows} | answers


def visit(number: str, answers: dict | None = None, *, key: str = "", survey: str = CENSUS,
          outcome: str = "", at: datetime = AT) -> Visit:  # fmt: skip
    """Return a visit as a tablet sends it; complete where there are answers."""
    outcome = outcome or ("complete" if answers is not None else "absent")
    told = json.dumps([number, outcome, answers], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()
    return Visit(survey, number, outcome, at, key or f"tablet-{digest[:20]}", digest, answers or {})


def send(who, number: str, answers: dict | None = None, **more: object):
    """Send a visit at the moment of these tests."""
    at = more.pop("sent", AT)
    return record_send(visit=visit(number, answers, **more), by=who, at=at)


def village(code: str) -> Area:
    """Return a village."""
    return Area.objects.get(code=code)
