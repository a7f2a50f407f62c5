"""Helpers read and write, proxies act, and nobody else; by every role."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from tests.services.parties.conftest import REACH

from shizheng.core.journal import verify
from shizheng.core.models import JournalEntry, JournalPersonal
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Contact
from shizheng.services.domain.errors import NotThisActor
from shizheng.services.following.actions.messages import message_send
from shizheng.services.models import Case, CaseEvent, CaseParty, Notice
from shizheng.services.parties.actions import proxies
from shizheng.services.parties.actions.contact import Reach, contact_change, helper_add, helper_end
from shizheng.services.parties.actions.proxies import (
    proxy_appoint,
    proxy_confirm,
    proxy_end,
    proxy_enter,
    token_of,
)
from shizheng.services.parties.actions.rights import Mover
from shizheng.services.parties.errors import (
    InvitationOver,
    NotWhoIsMeant,
    NotYoursToChange,
    PaperMissing,
    PartEnded,
    PartyKnown,
    TooManyProxies,
    WayHasNoAddress,
)


def close(case, people, at):
    case_act(case=case, action="close", by=people.officer, at=at, given=Given({"reply": "好了"}))
    return Case.objects.get(pk=case.pk)


def reopen(case, at, by=None, party=None):
    given = Given({"reason": "還沒好"})
    return case_act(case=case, action="reopen", by=by, at=at, given=given, as_party=party)


def appointed(opened, lee, applicant):
    return proxy_appoint(
        case=opened.case, name="李代理", email=lee.email, language="zh-Hant", mover=applicant
    )


def test_a_helper_reads_and_writes_by_a_code_of_their_own_but_does_not_act(
    opened, people, applicant, now
):
    added = helper_add(case=opened.case, given=REACH, mover=applicant)
    case = close(opened.case, people, now)
    client = Client()
    client.post("/track/", {"number": case.number, "code": added.code})
    text = client.get(f"/en/cases/{case.number}/").content.decode()
    assert "People of the case" in text
    assert "Take it up again" not in text
    message_send(case=case, text="我代她問", as_party=added.party, at=now)
    with pytest.raises(NotThisActor):
        reopen(case, now, party=added.party)
    assert client.post(f"/cases/{case.number}/act/reopen/").status_code in (403, 404)


def test_a_helper_whose_part_ended_comes_in_no_more(opened, applicant):
    added = helper_add(case=opened.case, given=REACH, mover=applicant)
    client = Client()
    client.post("/track/", {"number": opened.case.number, "code": added.code})
    assert client.get(f"/cases/{opened.case.number}/people/").status_code == 200
    helper_end(party=added.party, mover=applicant)
    assert client.get(f"/cases/{opened.case.number}/people/").status_code == 404
    with pytest.raises(PartEnded):
        helper_end(party=added.party, mover=applicant)


def test_an_appointed_proxy_has_no_part_until_they_confirm_with_their_account(
    opened, people, applicant, lee, signed_in
):
    now = applicant.at
    party = appointed(opened, lee, applicant)
    case = close(opened.case, people, now)
    with pytest.raises(NotThisActor):
        reopen(case, now, by=lee)
    with pytest.raises(NotThisActor):
        reopen(case, now, party=party)
    notice = Notice.objects.get(template="proxy_appointed")
    link = re.search(r"http://localhost:8000(/\S+)", notice.text)[1]
    assert Client().get(link).status_code == 302
    assert signed_in(people.other_resident).post(link).status_code == 403
    client = signed_in(lee)
    assert case.number in client.get(link).content.decode()
    assert client.post(link).status_code == 303
    party.refresh_from_db()
    assert (party.role, party.person) == ("proxy", lee)
    assert client.post(link).status_code == 410
    assert reopen(case, now, by=lee).state == "received"
    events = CaseEvent.objects.filter(case=case).values_list("action", flat=True)
    assert {"proxy_appointed", "proxy_confirmed"} <= set(events)


def test_the_address_must_be_confirmed_and_the_link_fresh(opened, applicant, people, lee, now):
    party = appointed(opened, lee, applicant)
    lee.emailaddress_set.update(verified=False)
    with pytest.raises(NotWhoIsMeant):
        proxy_confirm(token=token_of(party), mover=Mover(lee, None, now))
    with pytest.raises(InvitationOver):
        proxy_confirm(token="forged", mover=Mover(lee, None, now))
    other = signing.dumps(str(opened.party.pk), salt=proxies.SALT)
    with pytest.raises(InvitationOver):
        proxy_confirm(token=other, mover=Mover(people.other_resident, None, now))


def test_a_link_is_over_after_fourteen_days(opened, applicant, lee, now, monkeypatch):
    token = token_of(appointed(opened, lee, applicant))
    monkeypatch.setattr(proxies, "INVITED_FOR", timedelta(seconds=-1))
    with pytest.raises(InvitationOver):
        proxy_confirm(token=token, mover=Mover(lee, None, now))


def test_an_ended_proxy_acts_no_more_and_is_told_no_more(opened, people, applicant, lee, now):
    party = appointed(opened, lee, applicant)
    proxy_confirm(token=token_of(party), mover=Mover(lee, None, now))
    party.refresh_from_db()
    proxy_end(party=party, mover=applicant)
    case = close(opened.case, people, now)
    with pytest.raises(NotThisActor):
        reopen(case, now, by=lee)
    assert not Notice.objects.filter(party=party, template="closed").exists()


def test_a_proxy_may_lay_their_part_down_but_not_change_others(opened, applicant, lee, now):
    party = appointed(opened, lee, applicant)
    proxy_confirm(token=token_of(party), mover=Mover(lee, None, now))
    party.refresh_from_db()
    own = Mover(lee, party, now)
    with pytest.raises(NotYoursToChange):
        helper_add(case=opened.case, given=REACH, mover=own)
    with pytest.raises(NotYoursToChange):
        contact_change(party=opened.party, given=REACH, mover=own)
    proxy_end(party=party, mover=own)


def test_the_law_allows_three_proxies(opened, applicant):
    for number in range(3):
        proxy_appoint(case=opened.case, name="代理", email=f"p{number}@example.org", language="",
                      mover=applicant)  # fmt: skip
    with pytest.raises(TooManyProxies):
        proxy_appoint(case=opened.case, name="代理", email="p3@example.org", language="",
                      mover=applicant)  # fmt: skip


def test_the_same_person_is_appointed_once(opened, applicant, lee):
    appointed(opened, lee, applicant)
    with pytest.raises(PartyKnown):
        appointed(opened, lee, applicant)


def test_the_counter_enters_a_proxy_by_the_paper_that_was_shown(opened, people, now):
    counter = Mover(people.officer, None, now)
    with pytest.raises(PaperMissing):
        proxy_enter(case=opened.case, given=REACH, paper=" ", mover=counter)
    added = proxy_enter(case=opened.case, given=REACH, paper="委任書 109.2.3", mover=counter)
    entry = JournalEntry.objects.get(action="services.party.proxy_entered")
    assert "委任書" not in entry.now
    assert set(entry.personal.values_list("field", flat=True)) == {"name", "email", "paper"}
    case = close(opened.case, people, now)
    assert reopen(case, now, party=added.party).state == "received"


def test_no_personal_value_stands_in_the_open_part_of_the_journal(opened, applicant, now):
    given = Reach(name="王大明", phone="0987654321", notice_by="sms")
    contact_change(party=opened.party, given=given, mover=applicant)
    entry = JournalEntry.objects.get(action="services.party.contact_changed")
    assert "0987654321" not in entry.now + entry.was + entry.why
    assert JournalPersonal.objects.filter(entry=entry, value="0987654321").exists()
    assert verify().is_intact


@pytest.mark.parametrize("way", ["email", "sms", "line"])
def test_a_way_needs_its_address(opened, applicant, way):
    with pytest.raises(WayHasNoAddress):
        contact_change(party=opened.party, given=Reach(notice_by=way), mover=applicant)


def test_the_next_notice_goes_the_way_that_was_chosen(opened, people, applicant, now):
    given = Reach(name="王大明", phone="0987654321", notice_by="sms")
    contact_change(party=opened.party, given=given, mover=applicant)
    close(opened.case, people, now)
    told = Notice.objects.filter(template="closed", party=opened.party)
    assert {row.channel for row in told} == {"in_app", "sms"}


@pytest.mark.parametrize("who", ["water", "resident", "other_resident", "controller"])
def test_only_who_acts_on_the_case_enters_a_proxy_for_others(opened, people, who, now):
    mover = Mover(getattr(people, who), None, now)
    with pytest.raises(NotYoursToChange):
        proxy_enter(case=opened.case, given=REACH, paper="委任書", mover=mover)


def test_the_pages_by_role(opened, people, signed_in):
    address = f"/cases/{opened.case.number}/people/"
    expected = {"resident": 200, "other_resident": 404, "officer": 404, "water": 404}
    found = {who: signed_in(getattr(people, who)).get(address).status_code for who in expected}
    assert found == expected
    counter = f"/desk/cases/{opened.case.number}/proxy/"
    expected = {"resident": 403, "other_resident": 403, "officer": 200, "water": 404}
    found = {who: signed_in(getattr(people, who)).get(counter).status_code for who in expected}
    assert found == expected
    assert Client().get(address).status_code == 404


def test_everything_through_the_pages(opened, people, signed_in, lee):
    client, base = signed_in(people.resident), f"/en/cases/{opened.case.number}/people/"
    sent = client.post(f"{base}contact/", {"contact-notice_by": "sms", "contact-phone": "abc"})
    assert sent.status_code == 422
    sent = client.post(
        f"{base}contact/", {"contact-notice_by": "sms", "contact-phone": "0987-654-321"}
    )
    assert sent.status_code == 303
    helper = {"helper-name": "陳小華", "helper-notice_by": "none"}
    page = client.post(f"{base}helpers/", helper, follow=True).content.decode()
    assert "Hand over this follow code" in page
    proxy = {"proxy-name": "李代理", "proxy-email": lee.email}
    page = client.post(f"{base}proxies/", proxy, follow=True).content.decode()
    assert "not confirmed" in page
    for row in CaseParty.objects.filter(case=opened.case, role__in=("helper", "invited")):
        assert client.post(f"{base}{row.pk}/end/").status_code == 303
    assert CaseParty.objects.filter(case=opened.case, ended_at=None).count() == 1
    assert client.post(f"{base}{opened.party.pk}/end/").status_code == 404


def test_the_counter_through_the_pages(opened, people, signed_in):
    desk, address = signed_in(people.officer), f"/en/desk/cases/{opened.case.number}/proxy/"
    given = {"name": "陳小華", "notice_by": "none"}
    assert desk.post(address, given).status_code == 422
    page = desk.post(address, {**given, "paper": "委任書"}, follow=True).content.decode()
    assert "shown once" in page
    party = CaseParty.objects.get(role="proxy")
    assert desk.post(f"{address}{party.pk}/end/").status_code == 303
    party.refresh_from_db()
    assert party.ended_at is not None


def test_a_case_of_somebody_without_an_account_has_people_by_its_code(report):
    opened = report(contact=Contact(name="王小明", email="ming@example.org"))
    client = Client()
    assert client.get(f"/cases/{opened.case.number}/people/").status_code == 404
    client.post("/track/", {"number": opened.case.number, "code": opened.code})
    assert client.get(f"/cases/{opened.case.number}/people/").status_code == 200
