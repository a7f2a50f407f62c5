"""System 89, census and household surveys 人口及住宅普查、家庭收支調查.

Whoever leads takes in addresses, assigns, opens; enumerators send from their tablets what they
wrote down without a signal; the day's progress shows by village; people counted twice are decided,
some are asked again; closing makes a masked file and estimates that nobody sees before their time.
"""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.plan.works.site import Desk
from tests.services.conftest import kaohsiung
from tests.statistics.surveys.households import VILLAGES, household, staff

from shizheng.core.journal import READ, entries_of, verify
from shizheng.statistics.models import MaskedRow, SurveyDuplicate, SurveyRecord, SurveyRound
from shizheng.statistics.surveys.tasks import sweep_surveys

__all__ = ["kaohsiung"]
CENSUS, INCOME = "/en/surveys/census_2020/", "/en/surveys/family_income_2020/"
NOW = datetime(2020, 11, 12, 2, tzinfo=UTC)
HEAD = "area,part,village,number,address\n"
WHY = "The household confirmed it by telephone."


@pytest.fixture
def clock(monkeypatch):
    """A clock of the city that the test moves."""
    found = {"now": NOW}
    monkeypatch.setattr(timezone, "now", lambda: found["now"])
    return found


@pytest.fixture
def desks(kaohsiung, clock):
    people = staff()
    found = {name: Desk(who) for name, who in vars(people).items()}
    return found | {"anybody": Desk(), "people": people}


def sent(desk: Desk, path: str, expect: int = 303, **fields: object) -> str:
    response = desk.client.post(path, fields)
    page = response.content.decode()
    assert response.status_code == expect, page[page.find("<main") :][:3000]
    return page


def file_of(text: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("a.csv", text.encode()), "encoding": "utf-8"}


def tablet(desk: Desk, *records: dict) -> list[dict]:
    """Send visits as the page of an enumerator does; return the answer to each."""
    body = json.dumps({"records": records})
    response = desk.client.post("/en/surveys/field/send", body, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()["answers"]


def visit(number: str, answers: dict | None = None, survey: str = "census_2020", **more) -> dict:
    outcome = "complete" if answers else "absent"
    return {
        "survey": survey, "number": number, "outcome": outcome, "answers": answers or {},
        "offline_id": f"tablet-{survey[:6]}-{number}", "noted_at": "2020-11-11T09:00:00+08:00",
    } | more  # fmt: skip


def in_the_field(desks, page: str, each: int) -> None:
    """Take in addresses of three areas, give two to Mei and one to Hua, and open the survey."""
    lead = desks["lead"]
    lines = [
        f"A{place},,{village},{place}-{number},Test Road {place}-{number}\n"
        for place, village in enumerate(VILLAGES, start=1) for number in range(1, each + 1)
    ]  # fmt: skip
    sent(lead, f"{page}addresses/", **file_of(HEAD + "".join(lines)))
    for area, who in (("A1", "mei"), ("A2", "mei"), ("A3", "hua")):
        sent(lead, f"{page}areas/{area}/", person=str(getattr(desks["people"], who).pk))
    sent(lead, f"{page}open/", seed="20201108")


def test_a_census_from_its_addresses_to_its_masked_file(desks, clock):
    lead, mei, hua = desks["lead"], desks["mei"], desks["hua"]
    for nobody in ("anybody", "mei", "elsewhere"):
        page = desks[nobody].read(CENSUS)
        assert "Legal basis" in page
        assert "Progress by village" not in page
    desks["elsewhere"].read(f"{CENSUS}addresses/", 403)
    wrong = HEAD + f"A1,,{VILLAGES[0]},1,Road\nA1,,000,2,Road\nA1,,{VILLAGES[0]},1,Road\n"
    page = sent(lead, f"{CENSUS}addresses/", 422, **file_of(wrong))
    assert "2 lines are wrong." in page
    assert sent(lead, f"{CENSUS}open/", 409, seed="1")
    in_the_field(desks, CENSUS, 3)
    sent(lead, f"{CENSUS}areas/A1/", 422, person=str(desks["people"].hua.pk))  # no reason

    shown = mei.client.get("/en/surveys/field/session").json()
    assert {each["number"] for each in shown["addresses"]} == {
        f"{place}-{number}" for place in (1, 2) for number in (1, 2, 3)
    }
    assert shown["surveys"][0]["pages"][1]["questions"][0]["id"] == "members"
    assert "Test Road" not in mei.client.get("/en/surveys/field/").content.decode()

    first, second = visit("1-1", household({}, {})), visit("1-2")
    answers = tablet(mei, first, second, visit("3-1", household({})), visit("1-3", {"rooms": "x"}))
    assert [each["state"] for each in answers] == ["taken", "taken", "refused", "refused"]
    assert "no address of yours" in answers[2]["said"]
    assert "Who owns the dwelling: This must be answered" in answers[3]["said"]
    assert tablet(mei, first)[0]["state"] == "taken"
    assert SurveyRecord.objects.count() == 2
    page = lead.read(CENSUS)
    for words in ("Lanqiao Village", "33.3 %", "11.1 %"):
        assert words in page
    assert "Lanqiao" not in desks["elsewhere"].read(CENSUS)
    progress = lead.client.get("/api/surveys/census_2020/progress").json()
    assert progress[0] | {"coverage": None} == {
        "village": VILLAGES[0], "addresses": 3, "visited": 2, "complete": 1, "refused": 0,
        "absent": 1, "vacant": 0, "coverage": None,
    }  # fmt: skip
    assert mei.client.get("/api/surveys/census_2020/progress").status_code == 403

    sent(lead, f"{CENSUS}areas/A1/", person=str(desks["people"].hua.pk), reason="Mei is ill")
    said = tablet(hua, visit("1-1", household({"age": 33}), offline_id="tablet-of-hua"))[0]
    assert said["standing"] == "conflict"
    assert "answered before" in said["said"]
    sent(lead, f"{CENSUS}close/", 409, is_sure="on")
    pair = SurveyDuplicate.objects.get()
    sent(lead, f"{CENSUS}pairs/{pair.pk}/", decision="keep_first", why=WHY)

    grown = [{"age": 20 + n, "work": "working" if n % 2 else "outside"} for n in range(5)]
    rest = [visit(f"2-{n}", household(*grown, rooms=str(n))) for n in (1, 2, 3)]
    tablet(mei, *rest)
    tablet(hua, *(visit(f"3-{n}", household(*grown)) for n in (1, 2)))
    sent(lead, f"{CENSUS}pairs/")
    for pair in SurveyDuplicate.objects.filter(decision=""):
        sent(lead, f"{CENSUS}pairs/{pair.pk}/", decision="keep_both", why=WHY)

    sent(lead, f"{CENSUS}re-interviews/", person=str(desks["people"].hua.pk), seed="7")
    again = hua.client.get("/en/surveys/field/session").json()["addresses"]
    (asked,) = [each for each in again if each["is_recheck"]]
    answers = household(*grown, rooms="9", tenure="rent")
    said = tablet(hua, visit(asked["number"], answers, offline_id="tablet-again"))[0]
    assert said["standing"] == "check"
    page = lead.read(CENSUS)
    assert "100.0 %" in page[page.index("Gross difference rate") :]

    record = SurveyRecord.objects.filter(standing="counted").first()
    path = f"{CENSUS}records/{record.pk}/"
    mei.read(path, 404)
    assert "Somebody of the household" not in lead.read(path)
    sent(lead, path, 422, why="just so")
    assert "Somebody of the household" in sent(lead, path, 200, why=WHY)
    assert entries_of(record, READ).get().why == WHY

    sent(lead, f"{CENSUS}close/", is_sure="on")
    late = tablet(hua, visit("3-3", household({}), offline_id="tablet-late"))[0]
    assert (late["state"], late["standing"]) == ("taken", "late")
    mei.read(f"{CENSUS}masked.csv", 403)
    rows = list(csv.DictReader(io.StringIO(lead.read(f"{CENSUS}masked.csv").lstrip("\ufeff"))))
    assert len(rows) == MaskedRow.objects.count() == 27
    keys = [tuple(row[key] for key in ("area", "sex", "age", "education")) for row in rows]
    assert min(keys.count(key) for key in keys) >= 5
    assert not {"person_name", "person_number", "relation"} & set(rows[0])
    assert "王小明" not in str(rows)

    clock["now"] = NOW + timedelta(days=1900)
    sweep_surveys()
    assert set(SurveyRecord.objects.values_list("erased_at", flat=True)) == {clock["now"]}
    assert not SurveyRecord.objects.exclude(answers={}).exists()
    lead.client.force_login(desks["people"].lead)  # the session of five years ago is over
    assert "erased" in sent(lead, path, 200, why=WHY)
    assert verify().is_intact


def test_a_sample_is_weighted_and_its_estimates_are_nobodys_before_their_time(desks, clock):
    lead, mei, hua = desks["lead"], desks["mei"], desks["hua"]
    in_the_field(desks, INCOME, 60)
    here = {
        each["number"] for each in mei.client.get("/en/surveys/field/session").json()["addresses"]
    }
    there = {
        each["number"] for each in hua.client.get("/en/surveys/field/session").json()["addresses"]
    }
    assert len(here) == len(there) == 45
    left = next(f"3-{n}" for n in range(1, 61) if f"3-{n}" not in there)

    def home(number: str, income: int, **more) -> dict:
        rows = [{"sex": "male", "age": 30, "work": "working"},
                {"sex": "female", "age": 34, "work": "outside"}]  # fmt: skip
        given = {"income": str(income), "spending": "300000", "spending_food": "90000"}
        return visit(number, given | {"members": rows} | more, "family_income_2020")

    assert tablet(hua, home(left, 5))[0]["state"] == "refused"
    assert "food costs more" in tablet(
        hua, home(min(there), 900_000, spending_food="900000", spending="1")
    )[0]["said"]  # fmt: skip
    for desk, numbers, least in ((mei, here, 600_000), (hua, there, 1_000_000)):
        for _place, number in enumerate(sorted(numbers)[:40]):
            (said,) = tablet(desk, home(number, least + 100_000 * (_place % 5)))
            assert said["state"] == "taken", said
    sent(lead, f"{INCOME}pairs/")
    assert "numbers of the population" in sent(lead, f"{INCOME}close/", 409, is_sure="on")
    wrong = "area,sex,age,count\n,male,25-34,x\n"
    sent(lead, f"{INCOME}totals/", 422, **file_of(wrong))
    totals = "area,sex,age,count\n,male,30-39,40000\n,female,30-39,44000\n"
    sent(lead, f"{INCOME}totals/", **file_of(totals))
    for pair in SurveyDuplicate.objects.filter(decision=""):
        sent(lead, f"{INCOME}pairs/{pair.pk}/", decision="keep_both", why=WHY)
    sent(lead, f"{INCOME}close/", is_sure="on")
    weights = list(MaskedRow.objects.values_list("values__sex", "weight"))
    assert sum(weight for _sex, weight in weights) == 84_000
    assert {weight for sex, weight in weights if sex == "male"} == {500}

    for nobody in ("anybody", "mei", "elsewhere"):
        page = desks[nobody].read(INCOME)
        assert "They come out on" in page
        assert "Income of a household" not in page
    page = lead.read(INCOME)
    assert "Not public before" in page
    assert "933,333.3" in page  # 120 addresses at 800,000 and 60 at 1,200,000
    clock["now"] = SurveyRound.objects.get(code="family_income_2020").release_at
    page = desks["anybody"].read(INCOME)
    assert "933,333.3" in page
    assert "Not public before" not in page


def test_what_is_asked_is_described_for_everybody(desks):
    root = ElementTree.fromstring(desks["anybody"].read(f"{CENSUS}ddi.xml"))
    names = {each.get("name") for each in root.iter("{ddi:codebook:2_5}var")}
    assert {"tenure", "age", "person_number"} <= names
    held = {each["code"] for each in desks["anybody"].client.get("/api/surveys").json()}
    assert held == {"census_2020", "family_income_2020"}
    assert "Reference date" in desks["anybody"].read("/en/surveys/")
