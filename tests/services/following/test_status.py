"""What the page of a case shows to everybody, to a party, and to those who only follow it."""

import pytest
from django.test import Client
from tests.services.following.conftest import SANMIN, WORDS

from shizheng.core.files import attachments_of
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.actions.opening import Contact
from shizheng.services.following.actions.messages import message_send
from shizheng.services.following.actions.subscribing import case_follow
from shizheng.services.following.selectors import shown
from shizheng.services.following.selectors.party import acts_open
from shizheng.services.models import Case, CaseDocument
from shizheng.services.versions import definition_by

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SECRETS = ("王小明", "ming@example.org", "0912345678")
CONTACT = Contact(name=SECRETS[0], email=SECRETS[1], phone=SECRETS[2])


def page(number, client=None, language=""):
    return (client or Client()).get(f"{language}/cases/{number}/")


@pytest.mark.parametrize("language", ["", "/en"])
def test_everybody_sees_what_the_definition_opens_and_no_person(report, language):
    opened = report(contact=CONTACT)
    text = page(opened.case.number, language=language).content.decode()
    assert SANMIN.address in text
    assert ("三民區" if not language else "Sanmin") in text
    assert ("坑洞" if not language else "Pothole") in text
    for secret in (*SECRETS, opened.code):
        assert secret not in text
    assert "120.31270" in text


def test_each_part_that_a_definition_does_not_open_is_left_out(report, monkeypatch):
    case = report().case
    definition = definition_by(case.version_id)
    everything = shown.case_shown(case)
    told = {"area": 1, "opened": 1, "due": 1, "agency": 1, "summary": 1, "place": 0, "state": 0}
    for part, facts in told.items():
        left = tuple(each for each in definition.access.public if each != part)
        access = definition.access.model_copy(update={"public": left})
        narrower = definition.model_copy(update={"access": access})
        monkeypatch.setattr(shown, "definition_by", lambda key, one=narrower: one)
        found = shown.case_shown(case)
        assert len(found.facts) == len(everything.facts) - facts, part
        assert bool(found.place) is (part != "place")
        assert bool(found.features) is (part != "place")
        assert bool(found.steps) is (part != "state")
        assert bool(found.state) is (part != "state")


def test_a_personal_case_shows_neither_place_nor_words_nor_files(report, people, now):
    case = report(contact=CONTACT).case
    CaseDocument.objects.create(
        case=case, field="photos", visibility="public", name="a.png", sequence=1, added_at=now
    )
    message_send(case=case, text="給大家的話", by=people.officer, visibility="public", at=now)
    given = Given(fields={"reply": "已補平"}, note="已補平並巡查")
    case_act(case=case, action="close", by=people.officer, at=now, given=given)
    Case.objects.filter(pk=case.pk).update(access_class="personal")
    text = page(case.number).content.decode()
    assert case.number in text
    for secret in (*SECRETS, WORDS[:5], SANMIN.address, "三民", "120.31", "給大家的話",
                   "已補平", "a.png", "Pothole", "類型"):  # fmt: skip
        assert secret not in text, secret


def test_an_unknown_number_gets_a_page_that_helps(people):
    for number in ("KHC-1090101-0001", "nothing", "../etc", "KHC-1091399-0001"):
        response = Client().get(f"/cases/{number.replace('/', '')}/")
        assert response.status_code == 404
        assert b'name="code"' in response.content


def test_a_number_is_read_in_any_width_case_and_dash(report):
    case = report().case
    wide = (
        case.number.lower()
        .replace("-", "－")
        .translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    )
    response = page(wide)
    assert (response.status_code, response["Location"]) == (303, f"/cases/{case.number}/")


def test_a_party_sees_answers_clock_and_acts_and_a_follower_does_not(report, people, signed_in):
    case = report(reporter=people.resident, contact=CONTACT).case
    mine = page(case.number, signed_in(people.resident)).content.decode()
    assert "0912345678" in mine
    assert "工作天" in mine
    case_follow(case=case, by=people.other_resident, at=case.opened_at)
    text = page(case.number, signed_in(people.other_resident)).content.decode()
    for secret in SECRETS:
        assert secret not in text
    assert not Case.objects.visible_to(people.other_resident).exists()
    assert "unfollow" in text


def test_notes_of_public_acts_are_public_and_internal_ones_stay_inside(
    report, people, signed_in, now
):
    case = report(reporter=people.resident).case
    given = Given(fields={"agency": "water_resources", "reason": "內部理由"}, note="內部備註")
    case = case_act(case=case, action="transfer", by=people.officer, at=now, given=given)
    message_send(case=case, text="只給同事看", by=people.water, visibility="internal", at=now)
    photo = Upload.of_bytes("after.png", PICTURE)
    given = Given(fields={"reply": "已補平"}, note="已補平並巡查周邊", files={"photos": [photo]})
    case_act(case=case, action="close", by=people.water, at=now, given=given)
    text = page(case.number).content.decode()
    mine = page(case.number, signed_in(people.resident)).content.decode()
    for seen in (text, mine):
        assert "已補平並巡查周邊" in seen
        assert "after.png" in seen
        for secret in ("內部理由", "內部備註", "只給同事看"):
            assert secret not in seen
    case.refresh_from_db()
    party = case.parties.get()
    definition = definition_by(case.version_id)
    acts = acts_open(case, definition, party, by=people.resident, at=now)
    assert [act.key for act in acts] == ["reopen"]


def test_files_are_had_by_who_may_have_them(report, people, signed_in, now):
    case = report(reporter=people.resident).case
    given = Given(fields={"reply": "好"}, files={"photos": [Upload.of_bytes("after.png", PICTURE)]})
    case_act(case=case, action="close", by=people.officer, at=now, given=given)
    document = CaseDocument.objects.get()
    assert document.visibility == "public"
    address = f"/cases/{case.number}/files/{attachments_of(document).get().pk}/"
    assert status_of(Client(), address) == 200
    for visibility, stranger, party in (("party", 404, 200), ("internal", 404, 404)):
        CaseDocument.objects.update(visibility=visibility)
        assert status_of(Client(), address) == stranger
        assert status_of(signed_in(people.other_resident), address) == stranger
        assert status_of(signed_in(people.resident), address) == party


def status_of(client, address):
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # the browser closes the file at its end
    return response.status_code


def test_the_page_of_a_case_of_another_is_closed_where_nothing_is_public(
    report, people, signed_in, monkeypatch
):
    case = report(reporter=people.resident).case
    monkeypatch.setattr(shown, "open_parts", lambda case, definition: frozenset())
    assert page(case.number).status_code == 404
    assert page(case.number, signed_in(people.resident)).status_code == 200
