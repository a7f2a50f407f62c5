"""Correcting, withdrawing and reopening, by follow code and by account."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.services.applying.service import entered
from tests.services.applying.test_pages import CREW, PDF, PERSON, filled, path, pdf, sent

from shizheng.services.actions.acting import Given, case_act
from shizheng.services.models import AnswerSet, Case, CaseDocument, Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(people, visitor):
    """A case of somebody without an account which the office has given back."""
    entered()
    visitor.post("/services/big_event/start/", PERSON)
    draft = Draft.objects.get()
    visitor.post(path(draft, "crew"), {**CREW, "plans": [pdf("old.pdf")]})
    case = sent(visitor, filled(visitor, draft))
    given = Given(fields={"reason": "請附身分證正確號碼"}, note="號碼有誤")
    return case_act(case=case, action="ask", by=people.officer, at=timezone.now(), given=given)


def proven(case):
    """A browser in which the follow code was entered."""
    from django.contrib.sessions.backends.db import SessionStore

    from shizheng.services.following import sessions

    client = Client()
    client.get("/services/")
    session: SessionStore = client.session
    session[sessions.KEY] = {str(case.pk): str(case.parties.get().pk)}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def begun(client, case):
    answer = client.post(f"/cases/{case.number}/correct/", {"act": "correct"})
    assert answer.status_code == 303, answer.content.decode()
    return Draft.objects.get(corrects=case, sent_at=None), answer["Location"]


def test_a_correction_shows_what_is_asked_and_the_present_answers(asked):
    client = proven(asked)
    page = client.get(f"/cases/{asked.number}/correct/").content.decode()
    assert "請附身分證正確號碼" in page
    _draft, check = begun(client, asked)
    page = client.get(check).content.decode()
    assert "A123456789" in page  # a personal answer, of their own
    assert "old.pdf" in page
    assert "請附身分證正確號碼" in page


def test_a_corrected_answer_is_a_new_version_and_the_case_goes_back_to_the_office(asked):
    client = proven(asked)
    draft, check = begun(client, asked)
    assert client.post(check, {}).status_code == 422  # the action's own question is open
    correct = {**PERSON, "id_no": "B123456780", "return": "check"}
    client.post(path(draft, "applicant"), correct)
    client.post(path(draft, "crew"), {**CREW, "plans": [pdf("new.pdf")], "return": "check"})

    answer = client.post(check, {"answer": "已更正"})

    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"] == f"/cases/{asked.number}/"
    case = Case.objects.get()
    assert case.state == "received"
    assert [each.personal["id_no"] for each in AnswerSet.objects.order_by("number")] == [
        "A123456789", "B123456780",
    ]  # fmt: skip
    assert case.answers["plans"] == ["old.pdf", "new.pdf"]
    assert CaseDocument.objects.filter(case=case).count() == 2
    assert client.post(check, {"answer": "已更正"}).status_code == 303  # once only
    assert AnswerSet.objects.count() == 2


def test_a_correction_of_a_case_that_moved_meanwhile_is_refused_and_kept(asked, people):
    client = proven(asked)
    draft, check = begun(client, asked)
    Case.objects.update(revision=asked.revision + 1)
    answer = client.post(check, {"answer": "已更正"})
    assert answer.status_code == 409
    assert Draft.objects.get(pk=draft.pk).answers["id_no"] == "A123456789"


def test_who_is_no_party_is_led_to_the_page_of_the_case(asked, signed_in):
    for address in (f"/cases/{asked.number}/correct/", f"/cases/{asked.number}/do/withdraw/"):
        answer = signed_in.get(address)
        assert answer.status_code == 303
        assert answer["Location"] == f"/cases/{asked.number}/"
    assert signed_in.post(f"/cases/{asked.number}/do/withdraw/", {"why": "x"}).status_code == 403
    assert signed_in.get("/cases/nonsense/correct/").status_code == 404


def test_an_applicant_withdraws_with_the_form_of_the_action(asked):
    client = proven(asked)
    address = f"/cases/{asked.number}/do/withdraw/"
    assert 'name="why"' in client.get(address).content.decode()
    assert client.post(address, {"why": ""}).status_code == 422
    stale = client.post(address, {"why": "不辦了", "revision": str(asked.revision - 1)})
    assert stale.status_code == 409
    answer = client.post(address, {"why": "不辦了", "revision": str(asked.revision)})
    assert answer.status_code == 303
    assert Case.objects.get().outcome == "withdrawn"


def test_a_disguised_file_of_a_correction_is_refused(asked):
    client = proven(asked)
    draft, _check = begun(client, asked)
    fake = SimpleUploadedFile("a.pdf", b"MZ" + PDF[2:], content_type="application/pdf")
    assert client.post(path(draft, "crew"), {**CREW, "plans": [fake]}).status_code == 422
