"""Marks on drawings: who makes, sees, settles and withdraws them, round by round."""

from datetime import timedelta

import pytest
from tests.services.conftest import AT
from tests.services.documents.conftest import drawing
from tests.services.documents.papers import pdf

from shizheng.core.journal import verify
from shizheng.services.actions.acting import Given, case_act, confirmation_settle
from shizheng.services.actions.documents import Upload
from shizheng.services.documents import selectors
from shizheng.services.documents.actions import mark_add, mark_settle, mark_withdraw
from shizheng.services.documents.errors import (
    MarkDone,
    MarkEmpty,
    MarkHandedOver,
    MarkNotYours,
    MarkOffSheet,
    MarkUnanswered,
    NotAReviewer,
    SheetMissing,
    VersionSuperseded,
)
from shizheng.services.domain.errors import CaseUnknown, ConditionUnmet
from shizheng.services.models import CaseDocument, Confirmation, Notice, Review, SheetMark
from shizheng.services.reviews.actions import review_answer

NEXT_DAY = AT + timedelta(days=1)
RETURNED = AT + timedelta(days=2)
AGAIN = AT + timedelta(days=20)


def marked(case, by, text="安全梯寬度不足 120 公分", **place):
    given = {"sheet": 1, "x": 0.25, "y": 0.5} | place
    return mark_add(document=drawing(case), text=text, by=by, at=NEXT_DAY, **given)


def answer(case, agency, said, by):
    review = Review.objects.get(case=case, agency__code=agency, is_current=True)
    return review_answer(review=review, by=by, at=NEXT_DAY, answer=said, opinion="請改正安全梯")


def returned_by_fire(crew, case):
    """Let fire return the file and send the notice."""
    marked(case, crew.fire)
    for agency, by in (
        ("public_works", crew.works), ("urban_development", crew.planning),
        ("water_resources", crew.water),
    ):  # fmt: skip
        answer(case, agency, "agree", by)
    answer(case, "fire", "return", crew.fire)
    given = Given(fields={"reason": "建築技術規則設計施工編第 33 條"})
    return case_act(case=case, action="send_correction", by=crew.works, at=RETURNED, given=given)


def resubmitted(crew, case):
    """Let the architect send new plans."""
    given = Given(
        fields={"response": "已加寬"}, answers={},
        files={"plans": [Upload.of_bytes("plans.pdf", pdf("wider A", "wider B"))]},
    )  # fmt: skip
    return case_act(case=case, action="resubmit", by=crew.architect, at=AGAIN, given=given)


def test_reviewers_mark_for_their_agency_and_marks_count_up(crew, case):
    first, second = marked(case, crew.fire), marked(case, crew.works, sheet=2)
    assert (first.number, first.agency.code, first.round) == (1, "fire", 1)
    assert (second.number, second.agency.code, second.sheet) == (2, "public_works", 2)
    assert verify().is_intact


def test_an_agency_that_is_not_asked_neither_sees_nor_marks(crew, case):
    with pytest.raises(CaseUnknown):
        marked(case, crew.culture)
    with pytest.raises(CaseUnknown):
        marked(case, crew.stranger)
    with pytest.raises(NotAReviewer):
        marked(case, crew.architect)


def test_an_agency_that_has_answered_marks_no_more(crew, case):
    answer(case, "fire", "agree", crew.fire)
    with pytest.raises(NotAReviewer):
        marked(case, crew.fire)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"x": 1.01}, MarkOffSheet), ({"y": -0.1}, MarkOffSheet),
        ({"x": float("nan")}, MarkOffSheet),
        ({"sheet": 3}, SheetMissing), ({"text": " \n"}, MarkEmpty),
    ],
)  # fmt: skip
def test_a_mark_lies_on_a_sheet_and_has_words(crew, case, given, refusal):
    with pytest.raises(refusal):
        marked(case, crew.fire, **given)
    assert not SheetMark.objects.exists()


def test_the_same_mark_sent_twice_is_one(crew, case):
    assert marked(case, crew.fire).pk == marked(case, crew.fire).pk
    assert SheetMark.objects.count() == 1


def test_the_applicant_sees_marks_only_of_a_returned_round(crew, case):
    marked(case, crew.fire)
    assert selectors.marks_of(case, crew.architect) == []
    assert len(selectors.marks_of(case, crew.water)) == 1
    assert selectors.marks_of(case, crew.culture) == []
    case = returned_by_fire(crew, case)
    assert [mark.number for mark in selectors.marks_of(case, crew.architect)] == [1]


def test_the_correction_notice_lists_every_mark_and_opinion(crew, case):
    returned_by_fire(crew, case)
    notice = Notice.objects.filter(template="permit_correction", person=crew.architect).first()
    for words in ("#1 plans.pdf v1 p.1 (25%, 50%)", "安全梯寬度不足", "請改正安全梯", "第 33 條"):
        assert words in notice.text


def test_a_mark_waits_for_the_next_version_and_is_settled_by_it(crew, case):
    case = returned_by_fire(crew, case)
    mark = SheetMark.objects.get()
    with pytest.raises(MarkUnanswered):
        mark_settle(mark=mark, by=crew.works, at=RETURNED)
    with pytest.raises(MarkHandedOver):
        mark_withdraw(mark=mark, by=crew.works, at=RETURNED)
    case = resubmitted(crew, case)
    newest = drawing(case)
    assert (newest.number, newest.sheet_count) == (2, 2)
    assert CaseDocument.objects.filter(case=case, field="site_plan").count() == 1
    assert selectors.marks_on(selectors.marks_of(case, crew.fire), newest, 1) == [mark]
    case = case_act(case=case, action="recheck", by=crew.works, at=AGAIN)
    asked = Review.objects.filter(case=case, is_current=True, answer="waiting")
    assert [(row.agency.code, row.round) for row in asked] == [("fire", 2)]
    settled = mark_settle(mark=mark, by=crew.fire, at=AGAIN)
    assert settled.settled_in == newest
    with pytest.raises(MarkDone):
        mark_settle(mark=mark, by=crew.fire, at=AGAIN)
    assert verify().is_intact


def test_an_older_version_takes_no_new_marks(crew, case):
    old = drawing(case)
    case = resubmitted(crew, returned_by_fire(crew, case))
    with pytest.raises(VersionSuperseded):
        mark_add(document=old, sheet=1, x=0.5, y=0.5, text="舊版", by=crew.works, at=AGAIN)


def test_a_mark_not_yet_sent_can_be_withdrawn_by_its_agency(crew, case):
    mark = marked(case, crew.fire)
    with pytest.raises(MarkNotYours):
        mark_withdraw(mark=mark, by=crew.water, at=NEXT_DAY)
    mark_withdraw(mark=mark, by=crew.fire, at=NEXT_DAY)
    assert selectors.marks_on(selectors.marks_of(case, crew.fire), drawing(case), 1) == []


def test_nothing_is_approved_while_a_mark_is_open(crew, case):
    marked(case, crew.fire)
    for agency, by in (
        ("public_works", crew.works), ("urban_development", crew.planning),
        ("water_resources", crew.water), ("fire", crew.fire),
    ):  # fmt: skip
        case = answer(case, agency, "agree", by)
    assert case.state == "deciding"
    with pytest.raises(ConditionUnmet):
        case_act(case=case, action="approve", by=crew.chief, at=RETURNED)
    SheetMark.objects.update(withdrawn_at=RETURNED, withdrawn_by=crew.fire)
    case = case_act(case=case, action="approve", by=crew.chief, at=RETURNED)
    assert case.state == "deciding"  # the second person is missing
    waiting = Confirmation.objects.get()
    case = confirmation_settle(confirmation=waiting, by=crew.second, at=RETURNED, is_confirmed=True)
    assert case.state == "to_pay"
