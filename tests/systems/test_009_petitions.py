"""System 9, chief mailboxes and petitions 首長民意信箱、陳情案件管制與稽催.

Everything that people do is done over HTTP; the days that pass are passed to the sweep.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.models import Case, CaseClock, Draft, Notice, Output

__all__ = ["kaohsiung"]
ERRORS = r'(?s)class="govuk-error-(?:message|summary__list)"[^>]*>(.{1,300})'
HIDDEN = re.compile(r'type="hidden" name="(token|revision)" value="([^"]*)"')
LETTER = {
    "addressed_to": "chief", "mailbox": "public_works", "kind": "rights",
    "petitioner": "示範陳情人", "reply_address": "鳳山區光復路二段 132 號",
}  # fmt: skip
WORDS = "門前水溝淤積多年，每逢大雨就淹，請派員清淤。"


def errors_of(response) -> str:
    """Return what a form that came back says is wrong."""
    page = response.content.decode()
    return f"{response.status_code}: {re.findall(ERRORS, page)}"


class Desk:
    """One person at a browser."""

    def __init__(self, someone=None) -> None:
        self.client, self.person = Client(), someone
        if someone:
            self.client.force_login(someone)

    def read(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def send(self, path: str, *, expect: tuple[int, ...] = (302, 303), **fields: object) -> str:
        """Open a form, fill it in and send it; return where it leads, or the page shown again."""
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        assert response.status_code in expect, errors_of(response)
        return response.get("Location") or response.content.decode()

    def act(self, case: Case, action: str, **fields: object) -> str:
        return self.send(f"/desk/cases/{case.number}/act/{action}/", **fields)


@pytest.fixture
def desks(kaohsiung):
    works, control = "public_works", "research_development_and_evaluation"
    return {
        name: Desk(someone)
        for name, someone in {
            "resident": person("resident_a"),
            "handler": person("works_officer", "officer", works),
            "chief": person("works_chief", "supervisor", works),
            "water": person("water_officer", "officer", "water_resources"),
            "controller": person("controller", "controller", control),
        }.items()
    } | {"passer_by": Desk()}


def written(desk: Desk, **changed: str) -> Case:
    """Somebody writes to the chief of a bureau."""
    desk.send("/services/petition/start/", **{**LETTER, **changed})
    base = f"/drafts/{Draft.objects.latest('started_at').pk}"
    desk.send(f"{base}/parts/your-words/", description=WORDS)
    desk.client.post(
        f"{base}/parts/your-contact/", {"name": "示範陳情人", "email": "petition@example.org"}
    )
    desk.send(f"{base}/check/")
    return Case.objects.latest("opened_at")


def told(case: Case, template: str) -> list[str]:
    rows = Notice.objects.filter(case=case, template=template, person__isnull=False)
    return sorted(set(rows.values_list("person__username", flat=True)))


def test_a_letter_is_numbered_handled_extended_once_and_answered(desks):
    case = written(desks["resident"])
    assert (case.agency.code, case.state, case.access_class) == (
        "public_works", "received", "personal",
    )  # fmt: skip
    desks["handler"].act(case, "accept")
    first = CaseClock.objects.get(case=case, key="reply").due_at
    desks["handler"].act(case, "ask_extension", amount="15d", reason="需會同水利局現勘")
    assert told(case, "petition_extension") == ["works_chief"]
    desks["chief"].act(case, "grant_extension")
    case.refresh_from_db()
    clock = CaseClock.objects.get(case=case, key="reply")
    assert clock.first_due_at == first < clock.due_at == case.due_at
    page = desks["handler"].client.get(f"/desk/cases/{case.number}/act/ask_extension/")
    again = desks["handler"].client.post(
        f"/desk/cases/{case.number}/act/ask_extension/", {"amount": "5d", "reason": "再會勘"}
    )
    assert (page.status_code, again.status_code) == (200, 409)

    desks["handler"].act(case, "reply", reply="已於今日完成清淤，依下水道法辦理。")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("answered", "completed")
    answer = Notice.objects.get(case=case, template="petition_answered", channel="email")
    assert "已於今日完成清淤" in answer.text
    assert "已於今日完成清淤" in desks["resident"].read(f"/cases/{case.number}/")

    desks["resident"].client.post(f"/cases/{case.number}/rating/", {"rating": "2", "value": "2"})
    desks["resident"].send(f"/cases/{case.number}/do/reopen/", reason="雨後又淤了")
    case.refresh_from_db()
    assert (case.state, case.reopened_count) == ("in_progress", 1)
    desks["handler"].act(
        case,
        "reply_by_letter",
        subject="有關臺端陳情水溝淤積一案，復如說明。",
        reply="已排入養護。",
    )
    letter = Output.objects.get(case=case, key="letter")
    assert letter.status == "valid", letter.problem
    refused = desks["resident"].client.post(
        f"/cases/{case.number}/do/reopen/", {"reason": "還是淤"}
    )
    assert refused.status_code == 409
    assert verify().is_intact


def test_reminders_climb_from_the_handler_to_the_chief_to_control(desks):
    case = written(desks["resident"])
    desks["handler"].act(case, "accept")
    due = CaseClock.objects.get(case=case, key="reply").due_at
    clocks_sweep(at=due - timedelta(days=12))
    assert told(case, "petition_reminder") == ["works_officer"]
    clocks_sweep(at=due + timedelta(minutes=5))
    assert told(case, "petition_overdue") == ["works_chief", "works_officer"]
    clocks_sweep(at=due + timedelta(days=8))
    assert told(case, "petition_overdue") == ["controller", "works_chief", "works_officer"]
    case.refresh_from_db()
    assert case.is_late
    before = Notice.objects.count()
    clocks_sweep(at=due + timedelta(days=8))
    assert Notice.objects.count() == before


def test_a_repeated_petition_is_registered_and_closed_with_its_rule(desks):
    first = written(desks["resident"])
    case = written(desks["resident"])
    page = desks["chief"].act(
        case, "register_only", expect=(422,), rule="answered_before", reason="已答復"
    )
    assert "earlier_number" in page
    desks["chief"].act(
        case, "register_only", rule="answered_before", earlier_number=first.number,
        reason="同一事由已答復",
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("registered_only", "no_action")
    event = case.events.get(action="register_only")
    assert (event.act["rule"], event.act["earlier_number"]) == ("answered_before", first.number)
    assert Case.objects.count() == 2


def test_a_nameless_petition_is_still_registered(desks):
    case = written(desks["passer_by"], petitioner="")
    assert case.number.startswith("KHC-")
    assert case.calculated["is_nameless"] is True
    desks["chief"].act(case, "register_only", rule="nameless", reason="未留真實姓名")
    case.refresh_from_db()
    assert case.state == "registered_only"


def test_only_those_who_need_to_know_read_a_petition(desks):
    case = written(desks["resident"])
    page = f"/desk/cases/{case.number}/"
    assert WORDS not in desks["handler"].read(page)  # until they say why they look
    desks["handler"].client.post(f"{page}personal/", {"why": "辦理本案"})
    assert WORDS in desks["handler"].read(page)
    assert desks["water"].client.get(f"/desk/cases/{case.number}/").status_code == 404
    public = desks["passer_by"].client.get(f"/cases/{case.number}/").content.decode()
    for words in (WORDS, "示範陳情人", "光復路"):
        assert words not in public
    desks["handler"].act(case, "transfer", agency="water_resources", reason="屬雨水下水道")
    case.refresh_from_db()
    assert (case.agency.code, case.wrong_handoff_count) == ("water_resources", 1)
    assert case.number in desks["water"].read(page)
