"""One's own cases, notices, messages and the question after closing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shizheng.core.journal import verify
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.following.actions.messages import LONGEST, message_send
from shizheng.services.following.actions.rating import case_rate, rating_until
from shizheng.services.following.errors import (
    MessageEmpty,
    MessageNotYours,
    MessageTooLong,
    RatingClosed,
    RatingOutOfRange,
)
from shizheng.services.following.selectors import mine
from shizheng.services.models import Case, CaseMessage, CaseParty, Notice


def test_parties_and_office_write_to_each_other_and_each_is_told_once(report, people, now):
    case = report(reporter=people.resident).case
    party = CaseParty.objects.get(case=case)
    for text in ("第一則，請問進度？", "第二則"):
        message_send(case=case, text=text, by=people.resident, as_party=party, at=now)
    message_send(case=case, text="明天修", by=people.officer, at=now)
    message_send(case=case, text="同事看", by=people.officer, visibility="internal", at=now)
    to_office = Notice.objects.filter(template="message_to_office", channel="in_app")
    assert set(to_office.values_list("person__username", flat=True)) >= {"officer_works"}
    assert to_office.filter(person=people.officer).count() == 2
    to_party = Notice.objects.filter(template="message_to_party", person=people.resident)
    assert to_party.filter(channel="in_app").count() == 1
    assert "明天修" not in to_party.first().text
    assert CaseMessage.objects.first().text == "第一則，請問進度？"
    assert verify().is_intact


def test_who_has_no_part_may_not_write_and_no_text_is_too_much(report, people, now):
    case = report(reporter=people.resident).case
    party = CaseParty.objects.get(case=case)
    follower = CaseParty.objects.create(
        case=case, role="follower", person=people.other_resident, added_at=now
    )
    for by, as_party, visibility in (
        (people.other_resident, None, "party"), (people.other_resident, follower, "party"),
        (people.water, None, "party"), (people.water, None, "internal"), (None, None, "party"),
        (people.resident, party, "internal"), (people.resident, party, "public"),
        (people.resident, None, "internal"),
    ):  # fmt: skip
        with pytest.raises(MessageNotYours):
            message_send(
                case=case, text="x", by=by, as_party=as_party, visibility=visibility, at=now
            )
    with pytest.raises(MessageEmpty):
        message_send(case=case, text=" \u200b\n", by=people.officer, at=now)
    with pytest.raises(MessageTooLong):
        message_send(case=case, text="字" * (LONGEST + 1), by=people.officer, at=now)
    assert not CaseMessage.objects.exists()


def test_a_closed_case_is_rated_once_a_party_until_the_window_ends(report, people, now, signed_in):
    case = report(reporter=people.resident).case
    party = CaseParty.objects.get(case=case)
    with pytest.raises(RatingClosed):
        case_rate(case=case, stars=5, as_party=party, by=people.resident, at=now)
    case_act(
        case=case, action="close", by=people.officer, at=now, given=Given(fields={"reply": "好"})
    )
    client = signed_in(people.resident)
    assert 'name="stars"' in client.get(f"/cases/{case.number}/").content.decode()
    client.post(f"/cases/{case.number}/rating/", {"stars": "2", "comment": "太慢"})
    client.post(f"/cases/{case.number}/rating/", {"stars": "4", "comment": ""})
    case.refresh_from_db()
    assert case.satisfaction == 4
    assert case.events.filter(action="rated").count() == 2
    assert case.events.count() == case.revision
    with pytest.raises(RatingOutOfRange):
        case_rate(case=case, stars=6, as_party=party, at=timezone.now())
    late = rating_until(case) + timedelta(seconds=1)
    with pytest.raises(RatingClosed):
        case_rate(case=case, stars=1, as_party=party, at=late)
    refused = client.post(f"/cases/{case.number}/rating/", {"stars": ""})
    assert refused.status_code == 422
    assert "太慢" not in Client().get(f"/cases/{case.number}/").content.decode()


def test_my_cases_show_what_waits_for_me_first_and_only_mine(report, people, signed_in, now):
    waiting = report(reporter=people.resident).case
    Case.objects.filter(pk=waiting.pk).update(holder="applicant")
    others = report(reporter=people.other_resident).case
    for turn in range(25):
        report(reporter=people.resident, at=now - timedelta(hours=turn + 1))
    client = signed_in(people.resident)
    text = client.get("/my/cases/").content.decode()
    assert text.index(waiting.number) < text.index("chips")
    assert others.number not in text
    assert "page=2" in text
    assert client.get("/my/cases/?show=closed").status_code == 200
    assert Client().get("/my/cases/").status_code == 302
    assert list(mine.waiting_for(mine.my_cases(people.resident))) == [waiting]


def test_notices_are_read_one_by_one_or_all_and_only_ones_own(report, people, signed_in):
    report(reporter=people.resident)
    report(reporter=people.resident)
    report(reporter=people.other_resident)
    client = signed_in(people.resident)
    mine_now = mine.my_notices(people.resident)
    assert mine.unread_count(people.resident) == 2
    client.post("/my/notices/read/", {"notice": str(mine_now.first().pk)})
    assert mine.unread_count(people.resident) == 1
    other = mine.my_notices(people.other_resident).first()
    client.post("/my/notices/read/", {"notice": str(other.pk)})
    assert mine.unread_count(people.other_resident) == 1
    client.post("/my/notices/read/", {"all": "1"})
    assert mine.unread_count(people.resident) == 0
    assert client.get("/my/notices/").status_code == 200
