"""Many cases at once, kept lists, and taking a list out."""

import json
from uuid import uuid4

import pytest

from shizheng.core.models import Job, JournalEntry
from shizheng.services.actions.acting import case_act
from shizheng.services.desk import bulk
from shizheng.services.models import BulkAct, Case, SavedView


def chosen(cases, **given):
    return {
        "case": [case.number for case in cases],
        "seen": [f"{case.number}:{case.revision}" for case in cases],
        "token": str(uuid4()),
        **given,
    }


def test_each_case_is_done_by_itself_and_the_report_says_which_were_not(people, report, at_desk):
    cases, desk = [report(f"坑洞 {n}") for n in range(3)], at_desk(people.officer)
    shown = desk.post("/desk/bulk/", {"case": [case.number for case in cases]}).content.decode()
    assert "接辦" in shown
    assert "修復結案" not in shown
    case_act(case=cases[1], action="accept", by=people.colleague, at=cases[1].opened_at)
    sent = chosen(cases, action="accept", note="同一路段")
    response = desk.post("/desk/bulk/", sent)
    assert response.status_code == 303
    assert desk.post("/desk/bulk/", sent)["Location"] == response["Location"]
    done = BulkAct.objects.get()
    assert [(number, code) for number, code, _why in done.results] == [
        (cases[0].number, ""), (cases[1].number, "core.changed_meanwhile"), (cases[2].number, "")
    ]  # fmt: skip
    body = desk.get(response["Location"]).content.decode()
    assert cases[1].number in body
    assert Case.objects.filter(assignee=people.officer).count() == 2
    assert at_desk(people.colleague).get(response["Location"]).status_code == 404


def test_cases_of_others_are_left_out(people, report, at_desk):
    mine, theirs = report(), report("人孔蓋", kind="cover")
    response = at_desk(people.officer).post("/desk/bulk/", chosen([mine, theirs], action="accept"))
    assert response.status_code == 303
    assert len(BulkAct.objects.get().cases) == 1
    theirs.refresh_from_db()
    assert theirs.state == "received"


def test_nothing_chosen_and_acts_not_for_many_are_refused(people, report, at_desk):
    desk, case = at_desk(people.officer), report()
    assert desk.post("/desk/bulk/", {"action": "accept", "token": str(uuid4())}).status_code == 422
    assert desk.post("/desk/bulk/", chosen([case], action="close")).status_code == 422


def test_supervisors_give_many_to_a_colleague(people, report, at_desk):
    cases = [report(f"坑洞 {n}") for n in range(2)]
    sent = chosen(cases, action="assign", person="officer_works_2")
    assert at_desk(people.supervisor).post("/desk/bulk/", sent).status_code == 303
    assert Case.objects.filter(assignee=people.colleague).count() == 2
    sent = chosen(cases, action="assign", person="officer_works")
    assert at_desk(people.officer).post("/desk/bulk/", sent).status_code == 403


def test_more_than_a_hundred_are_done_by_a_job_that_goes_on_where_it_stopped(
    people, report, at_desk, monkeypatch
):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr("shizheng.services.desk.many.AT_ONCE", 1)
    cases, desk = [report(f"坑洞 {n}") for n in range(3)], at_desk(people.officer)
    response = desk.post("/desk/bulk/", chosen(cases, action="accept"))
    assert 'hx-trigger="every 3s"' in desk.get(response["Location"]).content.decode()
    job = Job.objects.get(name="services.bulk_act")
    row = BulkAct.objects.get()
    bulk._do_one(row, bulk.Viewer(row.by), *row.cases[0])
    from shizheng.services.desk.tasks import bulk_run

    bulk_run(**job.arguments)
    row.refresh_from_db()
    assert [code for _number, code, _why in row.results] == ["", "", ""]
    assert row.finished_at


def test_the_whole_list_can_be_chosen(people, report, at_desk):
    for number in range(3):
        report(f"坑洞 {number}")
    sent = {"everything": "1", "query": "view=agency"}
    body = at_desk(people.officer).post("/desk/bulk/", sent).content.decode()
    assert body.count('name="seen"') == 3


def test_a_list_is_kept_under_a_name_and_no_longer(people, report, at_desk):
    report()
    desk = at_desk(people.officer)
    sent = {"name": "坑洞待辦", "query": "view=agency&service=road_damage"}
    assert desk.post("/desk/views/", sent).status_code == 302
    assert "坑洞待辦" in desk.get("/desk/").content.decode()
    assert "坑洞待辦" not in at_desk(people.colleague).get("/desk/").content.decode()
    assert desk.post("/desk/views/", sent).status_code == 422
    desk.post("/desk/views/", {"delete": "坑洞待辦", "query": ""})
    assert not SavedView.objects.exists()


def test_a_list_is_taken_out_safely_and_that_is_noted(people, report, at_desk):
    report("=HYPERLINK(1)")
    hidden = report("阿明家")
    Case.objects.filter(pk=hidden.pk).update(access_class="personal")
    assert at_desk(people.officer).get("/desk/cases.csv").status_code == 403
    boss = at_desk(people.supervisor)
    text = b"".join(boss.get("/desk/cases.csv?view=agency")).decode()
    assert text.startswith("\ufeffnumber,service,state")
    assert ",'=HYPERLINK(1)," in text
    assert "阿明" not in text
    found = json.loads(b"".join(boss.get("/desk/cases.json?view=agency")))
    assert {row["service"] for row in found["cases"]} == {"road_damage"}
    assert JournalEntry.objects.filter(action="services.cases.exported").count() == 2


@pytest.mark.parametrize("address", ["/desk/", "/desk/cases.csv", "/desk/cases.json"])
def test_residents_and_strangers_do_not_come_in(people, at_desk, client, address):
    assert at_desk(people.resident).get(address).status_code == 403
    assert client.get(address).status_code == 302
