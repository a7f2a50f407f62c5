"""The JSON interface, as a program of a department uses it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from shizheng.plan.models import Directive, DirectiveReport

TODAY = timezone.localdate()


@pytest.fixture
def current(issue) -> Directive:
    return issue(at=timezone.now(), source_on=TODAY, due_on=TODAY + timedelta(days=40))


@pytest.fixture
def lead(people) -> Client:
    client = Client()
    client.force_login(people.lead)
    return client


def report(**given: object) -> dict[str, object]:
    first = TODAY.replace(day=1).isoformat()
    return {"version": 1, "period_first": first, "percent": 40, "text": "四成", **given}


def test_the_list_holds_what_the_caller_may_see(lead, client, issue, current):
    public = issue(confidentiality="public")
    issue(source="control_yuan", confidentiality="restricted")
    assert client.get("/api/directives").json()["count"] == 1
    answer = lead.get("/api/directives?sort=-number&limit=1").json()
    assert (answer["count"], answer["directives"][0]["number"]) == (2, current.number)
    assert lead.get("/api/directives?due=overdue").json()["directives"][0]["number"] == (
        public.number
    )


def test_one_directive_with_its_reports_for_staff_only(lead, client, issue, current):
    path = f"/api/directives/{current.number}"
    lead.post(path + "/reports", report(), "application/json")
    assert lead.get(path).json()["reports"][0]["percent"] == 40
    assert client.get(path).status_code == 404
    secret = issue(source="control_yuan", confidentiality="restricted")
    assert lead.get(f"/api/directives/{secret.number}").status_code == 404


def test_a_report_sent_twice_with_one_key_is_filed_once(lead, current):
    path, key = f"/api/directives/{current.number}/reports", str(uuid4())
    answers = [
        lead.post(path, report(), "application/json", headers={"Idempotency-Key": key})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert DirectiveReport.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        pytest.param({"version": 9}, 409, "core.changed_meanwhile", id="stale"),
        pytest.param({"percent": 101}, 422, "plan.directive.percent_out_of_range", id="percent"),
        pytest.param({"text": " "}, 422, "plan.directive.words_missing", id="no-words"),
        pytest.param(
            {"period_first": "2019-01-01"}, 422, "plan.directive.period_before_directive",
            id="too-early",
        ),
        pytest.param(
            {"period_first": "1800-01-01"}, 422, "plan.directive.period_unknown", id="absurd"
        ),
        pytest.param({"evidence_items": ["9-9"]}, 422, "plan.directive.items_unknown", id="item"),
        pytest.param(
            {"links": [{"address": "javascript:1"}]}, 422, "web.parameters_unreadable", id="link"
        ),
    ],
)  # fmt: skip
def test_a_wrong_report_is_refused_with_its_code(lead, current, given, status, code):
    answer = lead.post(
        f"/api/directives/{current.number}/reports", report(**given), "application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not DirectiveReport.objects.exists()


def test_who_is_not_of_the_lead_agency_is_refused(people, current, client):
    path = f"/api/directives/{current.number}/reports"
    assert client.post(path, report(), "application/json").status_code == 401
    client.force_login(people.stranger)
    assert client.post(path, report(), "application/json").status_code == 403
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(people.lead)
    assert guarded.post(path, report(), "application/json").status_code == 403
    assert not DirectiveReport.objects.exists()
