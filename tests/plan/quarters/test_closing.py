"""Closing a quarter: what is kept, who may, in which order, and what comes later."""

import hashlib
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from tests.plan.works.site import HIDDEN, Desk

from shizheng.core.access import NotPermitted
from shizheng.core.models import JournalEntry
from shizheng.core.verification import verify
from shizheng.plan.evidence.overriding import light_override
from shizheng.plan.models import Directive, EvidenceSnapshot, QuarterClosing
from shizheng.plan.quarters.actions import quarter_close, quarter_correct
from shizheng.plan.quarters.errors import (
    ClosingReasonMissing,
    CorrectionReasonMissing,
    QuarterClosedAlready,
    QuarterNotClosed,
    QuarterNotOver,
    QuarterOutOfOrder,
)
from shizheng.plan.quarters.points import points_of
from shizheng.plan.quarters.record import record_prepare

from .conftest import IN_APRIL, IN_JULY, IN_MARCH, Q1, Q2, WHY, shown_in

pytestmark = pytest.mark.django_db


def closed(people, period=Q1, at=IN_APRIL, reason=WHY) -> QuarterClosing:
    return quarter_close(period=period, by=people.controller, at=at, reason=reason)


def light_of(closing: QuarterClosing, code: str = "1-1"):
    return next(each for each in closing.body["items"] if each["code"] == code)


def test_closing_keeps_every_light_with_its_evidence_under_a_digest(edition, people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    shown_in(IN_APRIL, "requests_closed", 40, 41, 42)
    closing = closed(people)
    assert (closing.number, closing.version, closing.last_on) == ("2026-Q1-1", 1, date(2026, 3, 31))
    assert len(closing.body["items"]) == edition.items.count() == sum(closing.counts.values())
    item = light_of(closing)
    assert (item["light"], item["commitments"]) == ("green", {"1": "green"})
    of = next(each for each in item["evidence"] if each["reference"] == "requests_in_time")
    snapshot = EvidenceSnapshot.objects.get(pk=of["snapshot"])
    assert (of["value"], of["period"], of["rows"]) == ("98", "2026-03", 400)
    assert (of["digest"], of["definition_version"]) == (snapshot.digest, 1)
    sums = [each["counts"]["green"] for each in closing.body["departments"]]
    assert sum(sums) == closing.counts["green"] == 1
    entry = JournalEntry.objects.get(action="plan.quarter.closed")
    assert closing.digest in entry.now
    assert verify().is_intact


def test_a_figure_of_the_next_quarter_does_not_count_but_its_quarter_own_does(edition, people):
    shown_in(IN_JULY, "requests_in_time", 96, 97, 98, 20, 20, 20)
    shown_in(IN_JULY, "requests_closed", 40, 41, 42)
    item = light_of(closed(people, at=IN_JULY))
    assert item["light"] == "green"
    assert item["evidence"][0]["period"] == "2026-03"


def test_a_note_stands_beside_the_light_with_author_reason_and_last_day(item, people):
    light_override(
        item=item, by=people.controller, at=IN_MARCH, colour="yellow", reason="等待驗收",
        expires_on=date(2026, 4, 2),
    )  # fmt: skip
    kept = light_of(closed(people, at=IN_APRIL - timedelta(days=9)))
    assert kept["light"] == "grey"
    assert (kept["note"]["light"], kept["note"]["reason"]) == ("yellow", "等待驗收")
    assert (kept["note"]["expires_on"], kept["note"]["made_by"]) == ("2026-04-02", "q_controller")


@pytest.mark.parametrize(
    ("period", "at", "reason", "refusal"),
    [
        (Q1, IN_MARCH, WHY, QuarterNotOver),
        (Q1, IN_APRIL, " ", ClosingReasonMissing),
    ],
    ids=["not-over", "open-points-without-reason"],
)
def test_what_cannot_be_closed_says_why(people, period, at, reason, refusal):
    with pytest.raises(refusal) as caught:
        closed(people, period, at, reason)
    assert caught.value.hint
    assert not QuarterClosing.objects.exists()


def test_quarters_are_closed_once_and_one_after_the_other(people):
    closed(people)
    with pytest.raises(QuarterClosedAlready):
        closed(people)
    with pytest.raises(QuarterOutOfOrder):
        closed(people, Q2 + 1, at=IN_JULY + timedelta(days=100))
    with pytest.raises(QuarterOutOfOrder):
        closed(people, Q1 - 1)
    assert closed(people, Q2, at=IN_JULY).body["previous"]["number"] == "2026-Q1-1"


def test_only_controllers_close_and_correct(people):
    for somebody in (people.officer, people.resident):
        with pytest.raises(NotPermitted):
            quarter_close(period=Q1, by=somebody, at=IN_APRIL, reason=WHY)
    with pytest.raises(QuarterNotClosed):
        quarter_correct(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)


def test_the_database_refuses_to_change_or_drop_what_was_closed(people):
    closing = closed(people)
    rows = QuarterClosing.objects.filter(pk=closing.pk)
    for change in (lambda: rows.update(counts={}), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_correction_is_another_version_and_the_former_stays(people):
    first = closed(people)
    with pytest.raises(CorrectionReasonMissing):
        quarter_correct(period=Q1, by=people.controller, at=IN_APRIL, reason="")
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    second = quarter_correct(period=Q1, by=people.controller, at=IN_APRIL, reason="補登三月數據")
    assert (second.number, second.version) == ("2026-Q1-2", 2)
    assert light_of(first)["light"] == "grey" != light_of(second)["light"]
    page = Desk().read("/plan/quarters/2026-Q1/")
    assert "補登三月數據" in page
    assert "2026-Q1-1" in page
    assert WHY in Desk().read("/plan/quarters/2026-Q1/v1/")


def test_what_comes_after_closing_shows_in_the_next_quarter(people):
    shown_in(IN_MARCH, "requests_in_time", 96, 97)
    closed(people)
    shown_in(IN_JULY, "requests_in_time", 96, 91, 98, 99, 99, 99)
    shown_in(IN_JULY, "requests_closed", 40, 41, 42, 43, 44, 45)
    changes = closed(people, Q2, at=IN_JULY).body["changes"]
    assert [(each["code"], each["was"], each["now"]) for each in changes["lights"]] == [
        ("1-1", "yellow", "green")
    ]
    came = {(e["reference"], e["period"]): (e["was"], e["now"]) for e in changes["figures"]}
    assert came["requests_in_time", "2026-02"] == ("97", "91")
    assert came["requests_in_time", "2026-03"] == (None, "98")
    page = Desk().read("/plan/quarters/2026-Q2/")
    assert "97" in page
    assert "91" in page


def directive(people, confidentiality: str) -> Directive:
    agency = people.controller.grants.get().agency
    number = f"D-{confidentiality.upper()}"
    return Directive.objects.create(
        number=number, source="council", source_reference="1", source_on=date(2026, 2, 1),
        wording=f"{confidentiality} wording", search_text=number, lead=agency, control=agency,
        cadence="monthly", first_due_on=date(2026, 12, 1), due_on=date(2026, 12, 1),
        confidentiality=confidentiality, issued_at=IN_MARCH, issued_on=date(2026, 2, 1),
        issued_by=people.controller,
    )  # fmt: skip


def test_restricted_directives_are_in_no_record_and_internal_ones_are_for_staff(people):
    for level in ("public", "internal", "restricted"):
        directive(people, level)
    closing = closed(people)
    points = points_of(record_prepare(Q1, at=IN_APRIL), viewer=people.controller)
    assert {"report", "lock", "grey"} <= {point.kind for point in points}
    assert "D-RESTRICTED" not in str(closing.body) + str(closing.internal)
    assert "D-PUBLIC" in str(closing.body)
    assert "D-INTERNAL" not in str(closing.body)
    for someone, sees in ((None, False), (people.resident, False), (people.officer, True)):
        page = Desk(someone).read("/plan/quarters/2026-Q1/")
        assert "D-PUBLIC" in page
        assert ("D-INTERNAL" in page) is sees
        assert "D-RESTRICTED" not in page


def test_the_record_as_file_has_the_digest_that_is_shown(people):
    closing = closed(people)
    answer = Client().get("/plan/quarters/2026-Q1/v1/record.json")
    assert hashlib.sha256(answer.content).hexdigest() == closing.digest
    assert closing.digest in Desk().read("/plan/quarters/2026-Q1/")
    rows = b"".join(Client().get("/plan/quarters/2026-Q1/v1/data.csv")).decode()
    assert rows.count("\n") >= len(closing.body["items"])


def test_the_public_sees_closed_quarters_only(people):
    for path in ("2026-Q1/", "2026-Q1/v1/", "2026-Q5/", "2026/", "x/", "2026-Q1/v1/report.pdf"):
        Desk().read(f"/plan/quarters/{path}", 404)
    assert "2026-Q1" not in Desk().read("/plan/quarters/")


def test_a_form_that_is_sent_twice_closes_once(people, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: IN_APRIL)
    desk = Desk(people.controller)
    page = desk.read("/plan/quarters/2026-Q1/close/")
    assert "1-2" in page
    hidden = dict(HIDDEN.findall(page))
    desk.client.post("/plan/quarters/2026-Q1/close/", {**hidden, "reason": ""})
    assert not QuarterClosing.objects.exists()
    for _ in range(2):
        answer = desk.client.post("/plan/quarters/2026-Q1/close/", {**hidden, "reason": WHY})
        assert answer.status_code == 302
        assert urlsplit(answer.url).path == "/plan/quarters/2026-Q1/"
    assert QuarterClosing.objects.count() == 1
    late = {**hidden, "token": "5d0a4c3e-9a39-4c1b-9d7c-1f1d7a3f9e55", "reason": WHY}
    assert desk.client.post("/plan/quarters/2026-Q1/close/", late).status_code == 409
    Desk(people.officer).read("/plan/quarters/2026-Q1/close/", 403)
    Desk(people.officer).read("/plan/quarters/2026-Q2/")
