"""Every kind of field, conditions, rows, files, and that nothing typed is lost; without scripts."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.services.applying.service import BODY, entered

from shizheng.core import journal
from shizheng.core.files import attachments_of
from shizheng.services.actions.opening import ByProxy, Contact, Intake, case_open
from shizheng.services.applying.actions import drafts_expire
from shizheng.services.models import Case, CaseDocument, Draft, Service
from shizheng.services.parties.errors import ApplicantUnnamed, PaperMissing
from shizheng.services.readings.selectors import readings_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PERSON = {"who": "person", "id_no": "A123456789", "nickname": "小王", "asked": "who id_no nickname"}
EVENT = {
    "first_day_year": "115", "first_day_month": "12", "first_day_day": "24",
    "begins_year": "115", "begins_month": "12", "begins_day": "24", "begins_time": "18:30",
    "doors": "18:00", "budget": "12,000", "share": "12.5", "type": "k3",
    "needs": ["person", "company"], "loud": "on", "note": "煙火",
}  # fmt: skip
CREW = {
    "crew-count": "2", "crew-0-name": "甲", "crew-0-age": "30", "crew-1-name": "乙",
    "crew-1-age": "41", "spot_longitude": "120.2842", "spot_latitude": "22.6515",
    "path_points": "120.28, 22.65\n120.29, 22.65",
    "site_points": "120.28, 22.65\n120.29, 22.65\n120.29, 22.66", "mail": "a@example.org",
    "call": "07-336-8333", "home": "四維三路2號",
}  # fmt: skip


def pdf(name="plan.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def path(draft, part):
    return f"/drafts/{draft.pk}/parts/{part}/"


@pytest.fixture
def event(kaohsiung):
    return entered()


@pytest.fixture
def draft(event, visitor):
    assert visitor.post("/services/big_event/start/", PERSON).status_code == 303
    return Draft.objects.get()


def filled(client, draft):
    for part, sent in (
        ("event", EVENT), ("crew", CREW), ("your-contact", {"name": "王", "phone": "0912345678"}),
    ):  # fmt: skip
        answer = client.post(path(draft, part), sent)
        assert answer.status_code == 303, answer.content.decode()
    return draft


def sent(client, draft):
    answer = client.post(f"/drafts/{draft.pk}/check/")
    assert answer.status_code == 303, answer.content.decode()
    return Case.objects.get()


def test_every_kind_of_answer_reaches_the_case_as_its_kind_has_it(visitor, draft):
    filled(visitor, draft)
    page = visitor.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert "115年12月24日 18:30" in page
    assert "24,000" in page  # the fee, computed

    case = sent(visitor, draft)

    assert case.answers["first_day"] == "2026-12-24"
    assert case.answers["begins"].startswith("2026-12-24T18:30")
    assert case.answers["budget"] == 12000
    assert case.answers["share"] == "12.5"
    assert case.answers["needs"] == ["person", "company"]
    assert case.answers["crew"] == [{"name": "甲", "age": 30}, {"name": "乙", "age": 41}]
    assert case.answers["spot"]["type"] == "Point"
    assert case.answers["site"]["type"] == "Polygon"
    assert "id_no" not in case.answers
    assert case.answer_sets.get().personal == {"id_no": "A123456789"}


def test_an_answer_that_opens_a_question_shows_it_before_the_form_goes_on(event, visitor):
    first = visitor.get("/services/big_event/start/").content.decode()
    assert 'name="tax_id"' not in first

    answer = visitor.post("/services/big_event/start/", {"who": "company", "asked": "who id_no"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="tax_id"' in page
    assert 'name="id_no"' not in page or "身分" not in page
    assert "還有其他問題要請您填寫" in page or "further questions" in page


def test_a_changed_condition_is_drawn_anew_without_saving_anything(event, visitor):
    answer = visitor.post(
        "/services/big_event/start/",
        {"who": "company", "refresh": "1"},
        headers={"HX-Request": "true"},
    )
    assert 'name="tax_id"' in answer.content.decode()
    assert not Draft.objects.exists()


def test_faults_stand_at_their_fields_in_the_visitors_language(visitor, draft):
    answer = visitor.post(
        f"/en{path(draft, 'event')}", {**EVENT, "budget": "0", "first_day_day": "32"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_budget"' in page
    assert "0 is out of range: from 1" in page
    assert 'value="32"' in page
    draft.refresh_from_db()
    assert draft.answers["budget"] == "0"


def test_rows_are_added_and_removed_by_buttons_that_keep_what_was_typed(visitor, draft):
    more = {**CREW, "row_add": "crew"}
    assert visitor.post(path(draft, "crew"), more).status_code == 303
    page = visitor.get(path(draft, "crew")).content.decode()
    assert 'name="crew-2-name"' in page
    assert 'value="乙"' in page

    visitor.post(path(draft, "crew"), {**CREW, "row_remove": "crew.0"})
    draft.refresh_from_db()
    assert draft.answers["crew"] == [{"name": "乙", "age": "41"}]


def test_a_fault_in_a_row_is_told_with_its_row_and_column(visitor, draft):
    answer = visitor.post(path(draft, "crew"), {**CREW, "crew-1-age": "abc"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("abc") >= 2
    assert 'id="id_crew-1-age_error"' in page


def test_files_stay_on_the_draft_though_another_answer_is_wrong(visitor, draft):
    answer = visitor.post(path(draft, "crew"), {**CREW, "mail": "nonsense", "plans": [pdf()]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "plan.pdf" in page
    draft.refresh_from_db()
    (key,) = draft.files["plans"]
    given_back = visitor.get(f"/drafts/{draft.pk}/files/{key}/")
    assert b"".join(given_back.streaming_content) == PDF
    assert Client().get(f"/drafts/{draft.pk}/files/{key}/").status_code == 404

    filled(visitor, draft)
    case = sent(visitor, draft)
    assert CaseDocument.objects.get(case=case).name == "plan.pdf"
    assert case.answers["plans"] == ["plan.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("plan.exe", PDF, "plan.exe", id="other-kind"),
        pytest.param("plan.pdf", b"MZ\x90\x00", "plan.pdf", id="disguised"),
        pytest.param("plan.pdf", PDF + b" " * (2**20), "plan.pdf", id="too-large"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_and_the_answers_stay(
    visitor, draft, name, content, told
):
    answer = visitor.post(path(draft, "crew"), {**CREW, "plans": [pdf(name, content)]})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    draft.refresh_from_db()
    assert draft.files == {}
    assert draft.answers["mail"] == "a@example.org"


def test_a_kept_file_can_be_taken_back(visitor, draft):
    visitor.post(path(draft, "crew"), {**CREW, "plans": [pdf()]})
    draft.refresh_from_db()
    (key,) = draft.files["plans"]
    visitor.post(path(draft, "crew"), {**CREW, "drop_file": key})
    draft.refresh_from_db()
    assert draft.files == {"plans": []}


def test_the_form_is_not_sent_while_something_is_missing(visitor, draft):
    visitor.post(path(draft, "event"), EVENT)
    page = visitor.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert page.count("notice-error") == 2  # the crew and the contact
    assert visitor.post(f"/drafts/{draft.pk}/check/").status_code == 422
    assert not Case.objects.exists()


def test_who_is_not_eligible_is_told_before_sending(visitor, draft):
    filled(visitor, draft)
    visitor.post(path(draft, "event"), {**EVENT, "budget": "2000000"})
    page = visitor.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert "預算太高" in page
    assert "請分次辦理" in page
    assert "The budget" not in page


def test_the_link_opens_the_draft_elsewhere_and_the_next_link_ends_it(visitor, draft):
    page = visitor.post(f"/drafts/{draft.pk}/later/", {"act": "show"}).content.decode()
    link = page.split('class="resume-link"><a href="')[1].split('"')[0]
    other = Client()
    assert other.get(path(draft, "event")).status_code == 404
    assert other.get(link).status_code == 303
    assert other.get(path(draft, "event")).status_code == 200

    visitor.post(f"/drafts/{draft.pk}/later/", {"act": "mail", "email": "me@example.org"})
    assert "/drafts/resume/" in mail.outbox[0].body
    assert "A123456789" not in mail.outbox[0].body
    assert Client().get(link).status_code == 404


def test_a_mail_server_that_is_away_is_said_and_the_link_can_be_shown(visitor, draft, monkeypatch):
    def away(**_given):
        raise OSError

    monkeypatch.setattr("shizheng.services.applying.views.keeping.link_send", away)
    sent_away = {"act": "mail", "email": "me@example.org"}
    answer = visitor.post(f"/drafts/{draft.pk}/later/", sent_away)
    assert answer.status_code == 422
    assert "id_email_error" in answer.content.decode()


def test_a_draft_is_nobody_elses(visitor, draft, signed_in):
    base = f"/drafts/{draft.pk}"
    pages = (f"{base}/check/", f"{base}/later/", f"{base}/receipt/", f"{base}/discard/")
    for address in (path(draft, "event"), *pages):
        assert signed_in.get(address).status_code == 404


def test_drafts_of_an_account_are_listed_and_go_on_where_they_were_left(event, signed_in):
    signed_in.post("/services/big_event/start/", PERSON)
    page = signed_in.get("/my/drafts/").content.decode()
    draft = Draft.objects.get()
    assert f"/drafts/{draft.pk}/" in page
    assert signed_in.get(f"/drafts/{draft.pk}/")["Location"] == path(draft, "event")
    assert f"/drafts/{draft.pk}/" in signed_in.get("/services/big_event/").content.decode()


def test_a_draft_expires_with_its_files(visitor, draft):
    visitor.post(path(draft, "crew"), {**CREW, "plans": [pdf()]})
    Draft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert visitor.get(path(draft, "event")).status_code == 410
    assert drafts_expire(at=timezone.now()) == 1
    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away(visitor, draft):
    assert visitor.post(f"/drafts/{draft.pk}/discard/").status_code == 303
    assert not Draft.objects.exists()


def test_a_draft_stays_with_its_version_and_the_case_too(visitor, draft):
    filled(visitor, draft)
    entered({**BODY, "pages": BODY["pages"][:1], "calc": [], "eligibility": []})
    case = sent(visitor, draft)
    assert case.version.number == 1


def test_what_a_new_version_changed_is_shown_and_put_away(visitor, draft):
    note = [{"kind": "added", "field": "x", "label": {"zh-Hant": "新問題", "en": "New"}}]
    Draft.objects.update(changed_note=note)
    assert "新問題" in visitor.get(path(draft, "event")).content.decode()
    visitor.post(f"/drafts/{draft.pk}/seen/")
    assert "新問題" not in visitor.get(path(draft, "event")).content.decode()


def test_an_officer_fills_it_in_at_the_counter_for_somebody(event, people):
    clerk, stranger = Client(), Client()
    clerk.force_login(people.call_taker)
    stranger.force_login(people.resident)
    assert stranger.get("/services/big_event/start/?channel=counter").status_code == 403

    clerk.post("/services/big_event/start/?channel=counter", PERSON)
    draft = Draft.objects.get()
    case = sent(clerk, filled(clerk, draft))

    assert case.channel == "counter"
    assert case.reporter is None
    party = case.parties.get()
    assert (party.name, party.added_by) == ("王", people.call_taker)


def test_a_service_that_wants_an_account_leads_to_signing_in(kaohsiung, visitor):
    entered({**BODY, "intake": {**BODY["intake"], "sign_in": "required"}})
    answer = visitor.get("/services/big_event/start/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_writing_too_often_is_refused(event, visitor):
    codes = {visitor.post("/services/big_event/start/", {}).status_code for _ in range(61)}
    assert 429 in codes


@pytest.fixture
def at_counter(event, people):
    """A form that an officer fills in at the counter, with all but the proxy."""
    clerk = Client()
    clerk.force_login(people.call_taker)
    clerk.post("/services/big_event/start/?channel=counter", PERSON)
    return clerk, filled(clerk, Draft.objects.get())


POWER = {
    "proxy_name": "李代書", "proxy_phone": "0922333444", "proxy_email": "",
    "proxy_paper": "109 年 3 月 2 日委任書",
}  # fmt: skip


def test_an_officer_takes_in_for_somebody_without_account_whose_proxy_came(at_counter, people):
    clerk, draft = at_counter
    answer = clerk.post(path(draft, "the-proxy"), {**POWER, "power_of_attorney": pdf("委任書.pdf")})
    assert answer.status_code == 303, answer.content.decode()
    check = clerk.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert "李代書" in check
    assert "委任書.pdf" in check

    case = sent(clerk, draft)
    applicant, proxy = case.parties.order_by("role")
    assert (applicant.role, applicant.name, applicant.person) == ("applicant", "王", None)
    assert (proxy.role, proxy.name, proxy.person) == ("proxy", "李代書", None)
    assert (proxy.acts_for, proxy.phone, proxy.added_by) == (
        applicant, "0922333444", people.call_taker,
    )  # fmt: skip
    paper = CaseDocument.objects.get(case=case, field="power_of_attorney")
    assert (paper.name, paper.visibility) == ("委任書.pdf", "party")
    entry = journal.entries_of(proxy, "services.party.proxy_entered").get()
    assert entry.personal.get(field="paper").value == "109 年 3 月 2 日委任書"
    assert not Draft.objects.get().contact

    officer = Client()
    officer.force_login(people.officer)
    assert "委任書" in officer.get(f"/desk/cases/{case.number}/").content.decode()
    read = officer.get(f"/files/{attachments_of(paper).get().pk}")
    b"".join(read.streaming_content)
    assert [each.fields for each in readings_of(case)] == [("document power_of_attorney",)]

    receipt = clerk.get(f"/drafts/{draft.pk}/receipt/").content.decode()
    codes = re.findall(r'class="receipt-number">([A-Z0-9]{10})<', receipt)
    assert len(set(codes)) == 2
    follower = Client()
    follower.post("/track/", {"number": case.number, "code": codes[1]})
    assert "撤回" in follower.get(f"/cases/{case.number}/").content.decode()


def test_a_proxy_without_a_paper_is_not_taken_in(at_counter):
    clerk, draft = at_counter
    answer = clerk.post(path(draft, "the-proxy"), {**POWER, "proxy_paper": ""})
    assert answer.status_code == 422
    assert "李代書" in answer.content.decode()
    clerk.get(f"/drafts/{draft.pk}/check/")
    refused = clerk.post(f"/drafts/{draft.pk}/check/")
    assert refused.status_code == 422
    assert not Case.objects.exists()


def test_where_nobody_acts_for_the_applicant_the_part_stays_empty(at_counter):
    clerk, draft = at_counter
    nobody = dict.fromkeys(POWER, "")
    assert clerk.post(path(draft, "the-proxy"), nobody).status_code == 303
    assert sent(clerk, draft).parties.count() == 1


def test_on_the_web_nobody_is_asked_for_a_proxy(visitor, draft):
    filled(visitor, draft)
    assert visitor.get(path(draft, "the-proxy")).status_code == 404
    draft.refresh_from_db()
    draft.contact = {**draft.contact, "proxy": POWER}
    draft.save()
    assert sent(visitor, draft).parties.count() == 1


@pytest.mark.parametrize(
    ("name", "paper", "refusal"),
    [("王", " ", PaperMissing), ("", "109 年 3 月 2 日委任書", ApplicantUnnamed)],
    ids=["no-paper", "no-applicant"],
)
def test_a_case_is_not_opened_for_a_proxy_without_paper_or_applicant(
    event, people, name, paper, refusal
):
    given = Intake(
        channel="counter", contact=Contact(name=name, phone="0912345678"),
        proxy=ByProxy(Contact(name="李代書"), paper),
    )  # fmt: skip
    service = Service.objects.get(code="big_event")
    with pytest.raises(refusal):
        case_open(service=service, given=given, by=people.call_taker, at=timezone.now())
