"""System 3, 考核、內部控制、專案稽核: a round from its opening to its ranking, and findings.

Everything is done over HTTP, each step by the person whose work it is.
"""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.plan.works.site import CONTROL, Desk, item_adopted
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.core.models import Agency, User
from shizheng.plan.evaluation.rules import evaluation_types
from shizheng.plan.evidence.sources import findings_of
from shizheng.plan.models import (
    ControlFinding,
    EvaluationReview,
    EvaluationRound,
    EvaluationSubject,
    Item,
    SelfAssessment,
)

__all__ = ["kaohsiung"]
CODES = ("targets", "progress", "money", "records")
PAGE = "/evaluations/1/"


@pytest.fixture
def desks(kaohsiung):
    item_adopted("30-4")
    people = {
        "fire": person("e_fire", "officer", "fire"),
        "tourism": person("e_tourism", "officer", "tourism"),
        "controller": person("e_controller", "controller", CONTROL),
        "auditor": person("e_auditor", "controller", CONTROL),
        "supervisor": person("e_supervisor", "supervisor", "tourism"),
        "resident": person("e_resident"),
    }
    return {name: Desk(one) for name, one in people.items()} | {"anybody": Desk()}


def scored(value: object) -> dict[str, object]:
    return {f"score_{code}": value for code in CODES}


def opened(desks, *, reviewers=("e_controller", "e_auditor", "e_supervisor")) -> None:
    people = {one.username: one.pk for one in User.objects.filter(username__in=reviewers)}
    agencies = Agency.objects.filter(code__in=["fire", "tourism"]).values_list("pk", flat=True)
    where = desks["controller"].send(
        "/evaluations/new/policy_plan/", name="109年度考核", agencies=list(map(str, agencies)),
        reviewers=list(map(str, people.values())),
    )  # fmt: skip
    assert where == PAGE


def assessed(desks, agency: str, value: object) -> None:
    evidence = {f"evidence_{code}": f"{agency} 年報" for code in CODES}
    desks[agency].send(f"{PAGE}{agency}/self/", **scored(value), **evidence, items="30-4")


def test_agencies_score_themselves_reviewers_score_them_and_the_ranking_is_public(desks):
    opened(desks)
    assert desks["anybody"].client.get(PAGE).status_code == 404
    early = desks["controller"].send(f"{PAGE}fire/score/", expect=422, **scored(80))
    assert "govuk-error-summary" in early
    assessed(desks, "fire", 90)
    assessed(desks, "tourism", 80)
    assert desks["fire"].client.get(f"{PAGE}tourism/self/").status_code == 403
    refused = desks["fire"].send(
        f"{PAGE}fire/self/", expect=409, **scored(99),
        **{f"evidence_{code}": "x" for code in CODES}, items="",
    )  # fmt: skip
    assert "govuk-error-summary" in refused
    assert "fire 年報" not in desks["tourism"].read(PAGE)

    desks["controller"].send(f"{PAGE}fire/score/", **scored("80"), comment="控制意見")
    assert "控制意見" not in desks["auditor"].read(PAGE)
    assert "控制意見" not in desks["fire"].read(PAGE)
    desks["auditor"].send(f"{PAGE}fire/score/", **scored("84"), comment="稽核意見")
    assert "控制意見" in desks["auditor"].read(PAGE)
    own = desks["supervisor"].send(f"{PAGE}tourism/score/", expect=403, **scored(100))
    assert "govuk-error-summary" in own
    desks["supervisor"].send(f"{PAGE}tourism/score/", conflict="任職該局")
    both = desks["auditor"].send(f"{PAGE}tourism/score/", expect=422, **scored(70), conflict="x")
    assert "govuk-error-summary" in both
    desks["auditor"].send(f"{PAGE}tourism/score/", **scored("101"), expect=422)
    desks["auditor"].send(f"{PAGE}tourism/score/", **scored("82"))
    soon = desks["controller"].send(f"{PAGE}close/", expect=422, conclusion="早")
    assert "tourism" in soon
    desks["controller"].send(f"{PAGE}tourism/score/", **scored("82"))
    assert desks["fire"].client.get(f"{PAGE}close/").status_code == 403
    desks["controller"].send(f"{PAGE}close/", conclusion="消防局與觀光局並列")

    public = desks["anybody"].read(PAGE)
    assert "消防局與觀光局並列" in public
    for internal in ("控制意見", "fire 年報", "任職該局"):
        assert internal not in public
    assert "控制意見" in desks["fire"].read(PAGE)
    answer = desks["anybody"].client.get(f"{PAGE}results.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["agency"], row["rank"], row["gap_self_minus_reviewers"]) for row in rows] == [
        ("fire", "1", "8.0"), ("tourism", "1", "-2.0"),
    ]  # fmt: skip
    known = desks["anybody"].json(f"{PAGE}results.json")
    assert [row["spread"] for row in known["results"]] == [4.0, 0.0]
    item = Item.objects.get(code="30-4")
    sources = [
        fact.source for fact in findings_of(Item.objects.filter(pk=item.pk))[item.pk].evidence
    ]
    assert "evaluation" in sources
    late = desks["supervisor"].send(f"{PAGE}fire/score/", expect=409, **scored(10))
    assert "govuk-error-summary" in late
    for change in (
        lambda: EvaluationSubject.objects.update(rank=1),
        lambda: EvaluationReview.objects.update(comment=""),
        lambda: SelfAssessment.objects.update(total=1),
        lambda: EvaluationRound.objects.update(conclusion=""),
        lambda: EvaluationReview.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert verify().is_intact


def test_a_round_needs_enough_reviewers_of_other_agencies(desks):
    fire = Agency.objects.get(code="fire")
    refused = desks["controller"].send(
        "/evaluations/new/policy_plan/", expect=422, name="x", agencies=[str(fire.pk)],
        reviewers=[],
    )  # fmt: skip
    assert "govuk-error-summary" in refused
    assert not EvaluationRound.objects.exists()
    assert desks["fire"].client.get("/evaluations/new/policy_plan/").status_code == 403


def test_a_finding_of_a_round_stands_on_its_page_for_staff_alone(desks):
    opened(desks)
    form = desks["controller"].read("/findings/new/?round=1")
    assert "109年度考核" in form
    rounds = EvaluationRound.objects.get()
    finding = {
        "source": "evaluation", "agency": str(Agency.objects.get(code="fire").pk),
        "code": "EV-1", "text": "佐證不足", "found_on": timezone.localdate().isoformat(),
        "items": "",
    }  # fmt: skip
    desks["controller"].send("/findings/new/?round=1", **finding, round_=str(rounds.pk))
    row = ControlFinding.objects.get()
    assert (row.round, row.control) == (rounds, rounds.control)
    assert "EV-1" in desks["fire"].read(PAGE)
    assert "finding_new" not in desks["fire"].read(PAGE)
    assert "/findings/new/?round=1" in desks["controller"].read(PAGE)
    desks["controller"].send("/findings/new/", **finding, round_="")
    assert ControlFinding.objects.filter(round=None).count() == 1
    wrong = desks["controller"].send("/findings/new/", expect=422, **finding, round_="x")
    assert "govuk-error-summary" in wrong


def test_every_type_of_round_of_the_outline_is_declared_as_a_proposal(desks):
    types = evaluation_types()
    wanted = {
        "policy_plan", "municipal_enterprises", "basic_facility_grants", "traffic_safety",
        "official_documents",
    }  # fmt: skip
    assert wanted <= types.keys()
    assert all("提案" in types[name].source["zh-Hant"] for name in wanted)
    page = desks["controller"].read("/evaluations/")
    assert all(types[name].name["zh-Hant"] in page for name in wanted)


def test_findings_are_corrected_rechecked_by_another_and_counted(desks):
    today = timezone.localdate()
    fire = str(Agency.objects.get(code="fire").pk)
    for ago in (200, 5):
        desks["controller"].send(
            "/findings/new/", source="audit", agency=fire, code="IC-1", text=f"{ago} 天前未訂程序",
            found_on=(today - timedelta(days=ago)).isoformat(), items="30-4",
        )  # fmt: skip
    first, second = ControlFinding.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    listed = desks["fire"].read("/findings/")
    assert listed.count("逾期") >= 1
    assert "IC-1 × 2" in listed
    assert desks["resident"].client.get("/findings/").status_code == 403
    assert desks["anybody"].client.get("/findings/").status_code == 302

    assert desks["tourism"].client.get("/findings/1/correction/").status_code == 403
    desks["fire"].send("/findings/1/correction/", text="已訂定")
    assert desks["fire"].client.get("/findings/1/check/").status_code == 403
    desks["controller"].send("/findings/1/check/", outcome="refused", note="仍不全")
    first.refresh_from_db()
    assert (first.state, first.due_on > today) == ("open", True)
    assert first.first_due_on < today
    desks["fire"].send("/findings/1/correction/", text="再次改善")
    desks["auditor"].send("/findings/1/check/", outcome="accepted", note="符合")
    first.refresh_from_db()
    assert (first.state, first.closed_on) == ("closed", today)
    with pytest.raises(DatabaseError), transaction.atomic():
        ControlFinding.objects.update(code="IC-2")
    item = Item.objects.get(code="30-4")
    known = findings_of(Item.objects.filter(pk=item.pk))[item.pk]
    done = {each.reference: each.done_on for each in known.obligations
            if each.source == "control_finding"}  # fmt: skip
    assert done == {"1": today, "2": None}


def test_nobody_rechecks_his_own_correction(desks, kaohsiung):
    both = Desk(person("e_both", "administrator"))
    fire = str(Agency.objects.get(code="fire").pk)
    both.send("/findings/new/", source="control", agency=fire, code="IC-2", text="未依程序",
              found_on=timezone.localdate().isoformat(), items="")  # fmt: skip
    both.send("/findings/1/correction/", text="改善")
    refused = both.send("/findings/1/check/", expect=403, outcome="accepted", note="合格")
    assert "govuk-error-summary" in refused
