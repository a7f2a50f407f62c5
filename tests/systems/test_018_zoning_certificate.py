"""System 18, zoning certificates on line 土地使用分區證明網路申辦: apply, pay, receive at once.

Everything is done over HTTP, each step by the person whose work it is; the bank is the test bank.
"""

import html
import re
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, person, without_plan

from shizheng.core.journal import verify
from shizheng.core.loading import load as load_pack
from shizheng.packs.loader import load as read_pack
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.models import Case, Charge, Draft, Output, Payment, Refund, Service
from shizheng.services.outputs.verification import verify as verify_pdf
from shizheng.services.payments.actions.expiring import charges_expire
from shizheng.services.payments.connections import the_test_bank
from shizheng.services.payments.domain.matching import Incoming, Method
from shizheng.services.payments.domain.slips import read_slip
from shizheng.services.payments.tasks import send_refund

__all__ = ["kaohsiung"]
PLAIN, OTHER, CUT = "demo-lingya-0101", "demo-sanmin-0201", "demo-lingya-0104"
HIDDEN = re.compile(r'type="hidden" name="(token|revision)" value="([^"]*)"')
FIELD = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


class Desk:
    """One person at a browser."""

    def __init__(self, someone=None) -> None:
        self.client, self.person = Client(), someone
        if someone:
            self.client.force_login(someone)

    def read(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return html.unescape(response.content.decode())

    def post(self, path: str, expect: int = 303, **fields: object) -> str:
        response = self.client.post(path, fields)
        assert response.status_code == expect, response.content.decode()[-3000:]
        return response.get("Location") or response.content.decode()

    def act(self, case: Case, action: str, expect: tuple[int, ...] = (302, 303), **fields) -> str:
        path = f"/desk/cases/{case.number}/act/{action}/"
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        assert response.status_code in expect, response.content.decode()[-3000:]
        return response.get("Location") or response.content.decode()


@pytest.fixture
def desks(kaohsiung):
    planning = "urban_development"
    return SimpleNamespace(
        resident=Desk(person("resident_a")),
        visitor=Desk(),
        stranger=Desk(person("resident_b")),
        officer=Desk(person("planner", "officer", planning)),
        supervisor=Desk(person("chief_planner", "supervisor", planning)),
        treasurer=Desk(person("second_chief", "supervisor", planning)),
        outsider=Desk(person("works_chief", "supervisor", "public_works")),
    )


def applied(desk, *parcels, copies="1", **more):
    """Fill the form in and send it; return the case."""
    desk.post(
        "/services/zoning_certificate/start/",
        parcels=parcels or (PLAIN,),
        copies=copies,
        english=more.pop("english", ""),
    )
    draft = Draft.objects.latest("started_at")
    base = f"/drafts/{draft.pk}"
    given = {"applicant": "王小明", "applicant_kind": "person", **more}
    desk.post(f"{base}/parts/applicant/", **given)
    contact = {"name": "王小明", "email": "wang@example.org"}
    desk.client.post(f"{base}/parts/your-contact/", contact)
    receipt = desk.post(f"{base}/check/")
    page = desk.read(receipt)
    case = Case.objects.latest("opened_at")
    assert case.number in page
    return case, page


def charge_of(case):
    return Charge.objects.filter(case=case).latest("asked_at")


def pay_page(page):
    """Return the address at which the receipt lets one pay."""
    return re.search(r'href="(/pay/\d{16}/)"', page)[1]


def at_the_bank(desk, pay, act="pay"):
    """Go from the page of the fee to the bank by card, press a button, and come back."""
    page = desk.read(f"{pay}?method=card")
    action = re.search(r'<form method="post" action="(/pay/test-bank/)"', page)[1]
    fields = {name: value for name, value in FIELD.findall(page) if name != "csrfmiddlewaretoken"}
    bank = desk.post(action, expect=200, **fields)
    assert "示範銀行" in bank or "Test bank" in bank
    given = {name: fields[name] for name in ("charge", "amount_twd", "method")}
    return desk.read(desk.post("/pay/test-bank/pay/", act=act, **given))


def notice_of(charge, reference, *, amount=None, at=None, method=Method.TRANSFER):
    """Return a payment as the bank reports it later: what is posted to the door."""
    at = at or timezone.now()
    payment = Incoming("test_bank", reference, charge.number, amount or charge.amount, at, method)
    bank = the_test_bank()
    if bank.book.payment(reference) is None:
        bank.book.enter_payment(payment)
    return bank.notice(payment, at=timezone.now())


def at_the_door(notice, status=200):
    response = Client(enforce_csrf_checks=True).post(
        "/payments/test_bank/", notice.body, content_type="application/json", headers=notice.headers
    )
    assert response.status_code == status, response.content
    return response.json()


def test_apply_pay_by_card_and_receive_a_certificate_that_anybody_can_check(desks):
    visitor = desks.visitor
    case, receipt = applied(visitor, PLAIN, OTHER, english="on")
    assert (case.state, charge_of(case).amount) == ("unpaid", 200)
    done = at_the_bank(visitor, pay_page(receipt))
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("issued", "completed")

    links = re.findall(r'href="(/cases/[^"]+/files/[^"]+)"', done)
    assert len(links) == 2
    sent = visitor.client.get(links[0])
    pdf = b"".join(sent.streaming_content)
    assert verify_pdf(pdf).is_genuine
    assert Client().get(links[0]).status_code == 404
    assert desks.stranger.client.get(links[0]).status_code == 404

    output = Output.objects.get(case=case, key="certificate")
    shown = Desk().read(f"/verify/{output.code}/")
    assert output.number in shown
    assert output.digest in shown
    assert "王小明" not in shown
    typed = Client().get("/verify/", {"code": output.code.lower().replace("-", " ")})
    assert typed["Location"] == f"/verify/{output.code}/"
    assert verify().is_intact


def test_a_file_is_checked_by_its_signature_and_a_changed_one_is_found(desks, settings):
    case, receipt = applied(desks.resident)
    done = at_the_bank(desks.resident, pay_page(receipt))
    link = re.search(r'href="(/cases/[^"]+/files/[^"]+)"', done)[1]
    pdf = b"".join(desks.resident.client.get(link).streaming_content)
    output = Output.objects.get(case=case)
    anybody = Desk()
    for content, words in (
        (pdf, output.number),
        (pdf.replace(b"/Count 1", b"/Count 2", 1), "Changed"),
        (b"%PDF-1.7 nothing", "cannot be read"),
    ):
        page = anybody.client.post("/en/verify/file/", {"file": _file(content)})
        assert words in page.content.decode(), words


def _file(content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("certificate.pdf", content, "application/pdf")


def test_a_store_slip_can_be_scanned_and_its_report_issues_the_certificate(desks):
    case, receipt = applied(desks.resident, copies="3")
    page = desks.resident.read(f"{pay_page(receipt)}?method=store")
    bars = re.findall(r"<figcaption>(\w+)</figcaption>", page)
    slip = read_slip(bars, on=timezone.localdate(), amount_twd=300)
    charge = charge_of(case)
    assert slip.account == charge.number
    assert page.count("<svg") >= 3
    answer = at_the_door(notice_of(charge, "SHOP-1", method=Method.STORE))
    assert answer["verdict"] == "accepted"
    case.refresh_from_db()
    assert case.state == "issued"


def test_paying_twice_sends_the_second_payment_back(desks):
    case, receipt = applied(desks.resident)
    done = at_the_bank(desks.resident, pay_page(receipt), act="twice")
    assert "NT$100" in done
    refund = Refund.objects.get()
    assert (refund.reason, refund.status) == ("duplicate", "asked")
    send_refund(refund=str(refund.pk))
    page = desks.officer.read(f"/desk/cases/{case.number}/payments/")
    assert Payment.objects.get(verdict="duplicate").reference in page
    assert f"{Payment.objects.get(verdict='duplicate').reference}-R1" in page


def test_a_wrong_amount_goes_back_and_the_fee_stays_to_be_paid(desks):
    case, receipt = applied(desks.resident)
    at_the_bank(desks.resident, pay_page(receipt), act="wrong")
    case.refresh_from_db()
    assert (case.state, charge_of(case).status) == ("unpaid", "open")
    assert (Refund.objects.get().reason, Refund.objects.get().amount) == ("too_little", 99)
    at_the_bank(desks.resident, pay_page(receipt))
    case.refresh_from_db()
    assert case.state == "issued"


def test_a_report_that_comes_again_changes_nothing_and_a_forged_one_is_refused(desks):
    case, _receipt = applied(desks.resident)
    notice = notice_of(charge_of(case), "TB-1")
    first = at_the_door(notice)
    assert at_the_door(notice) == first
    assert (Payment.objects.count(), Output.objects.count()) == (1, 1)
    forged = type(notice)(notice.body.replace(b"TB-1", b"TB-2"), notice.headers)
    assert at_the_door(forged, status=401)["code"] == "services.payment.signature_wrong"
    assert Payment.objects.count() == 1


def test_a_parcel_cut_by_a_boundary_waits_for_an_officer_and_three_working_days(desks):
    case, receipt = applied(desks.resident, PLAIN, CUT)
    at_the_bank(desks.resident, pay_page(receipt))
    case.refresh_from_db()
    assert (case.state, case.holder) == ("manual", "office")
    assert case.due_at > timezone.now() + timedelta(days=2)
    assert case.number in desks.officer.read("/desk/?view=agency")
    assert desks.outsider.client.get(f"/desk/cases/{case.number}/").status_code == 404
    desks.officer.act(case, "decide", expect=(422,), decision="")
    found = "104 地號北側三公尺為道路用地，其餘為第四種住宅區。"
    desks.officer.act(case, "decide", decision=found)
    case.refresh_from_db()
    assert case.state == "issued"
    assert Output.objects.get(case=case).values["decision"] == found
    assert "/files/" in desks.resident.read(f"/cases/{case.number}/")


def test_nobody_decides_in_time_and_the_chief_is_told(desks):
    case, receipt = applied(desks.resident, CUT)
    at_the_bank(desks.resident, pay_page(receipt))
    case.refresh_from_db()
    run = clocks_sweep(at=case.due_at + timedelta(minutes=1))
    assert run.became_late == 1


def test_refusing_pays_the_fee_back(desks):
    case, receipt = applied(desks.resident, CUT)
    at_the_bank(desks.resident, pay_page(receipt))
    desks.officer.act(case, "refuse", reason="地籍正在重測")
    case.refresh_from_db()
    refund = Refund.objects.get()
    assert (case.state, refund.reason, refund.amount) == ("refused", "refused", 100)
    send_refund(refund=str(refund.pk))
    assert Refund.objects.get().status == "sent"


def test_voiding_revokes_the_certificate_on_the_check_page_and_pays_back(desks):
    case, receipt = applied(desks.resident)
    at_the_bank(desks.resident, pay_page(receipt))
    page = f"/desk/cases/{case.number}/act/void/"
    assert desks.officer.client.post(page, {"reason": "誤載"}).status_code == 403
    desks.supervisor.act(case, "void", reason="計畫圖誤載")
    case.refresh_from_db()
    output = Output.objects.get(case=case)
    assert (case.state, output.status) == ("voided", "revoked")
    assert "not in force" in Desk().read(f"/en/verify/{output.code}/")
    assert Refund.objects.get().amount == 100
    page = desks.resident.read(f"/cases/{case.number}/")
    assert "/files/" not in page


def test_cash_at_the_counter_goes_back_by_hand_and_by_two_people(desks):
    case, _receipt = applied(desks.resident)
    base = f"/desk/cases/{case.number}/payments/"
    charge = charge_of(case)
    desks.officer.post(base + "counter/", expect=422, charge=charge.number, receipt="")
    desks.officer.post(base + "counter/", charge=charge.number, receipt="R-0001")
    case.refresh_from_db()
    assert case.state == "issued"
    payment = Payment.objects.get()
    given = {"payment": payment.pk, "amount": 40, "note": "溢收"}
    desks.officer.post(base + "refund/", expect=403, **given)
    desks.supervisor.post(base + "refund/", **given)
    refund = Refund.objects.get()
    desks.supervisor.post(base + "sent/", expect=403, refund=refund.pk, reference="T-1")
    desks.treasurer.post(base + "sent/", refund=refund.pk, reference="T-1")
    assert Refund.objects.get().status == "sent"
    desks.stranger.client.get(base)
    assert desks.outsider.client.get(base).status_code == 404


def test_who_withdraws_before_paying_owes_nothing(desks):
    case, receipt = applied(desks.resident)
    desks.resident.client.post(f"/cases/{case.number}/do/withdraw/", _hidden(desks, case))
    case.refresh_from_db()
    assert (case.state, charge_of(case).status) == ("withdrawn", "cancelled")
    assert "method=card" not in desks.resident.read(pay_page(receipt))
    answer = at_the_door(notice_of(charge_of(case), "TB-9"))
    assert answer["verdict"] == "not_owed"
    assert Refund.objects.get().amount == 100


def _hidden(desks, case):
    return dict(HIDDEN.findall(desks.resident.read(f"/cases/{case.number}/do/withdraw/")))


def test_an_unpaid_application_closes_by_itself(desks):
    case, receipt = applied(desks.resident)
    late = charge_of(case).due_at + timedelta(minutes=1)
    assert charges_expire(at=late) == 1
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("lapsed", "lapsed")
    assert "method=card" not in desks.resident.read(pay_page(receipt))


def test_a_later_plan_version_does_not_alter_what_was_issued(desks, tmp_path):
    old, receipt = applied(desks.resident)
    done = at_the_bank(desks.resident, pay_page(receipt))
    link = re.search(r'href="(/cases/[^"]+/files/[^"]+)"', done)[1]
    before = b"".join(desks.resident.client.get(link).streaming_content)
    output = Output.objects.get(case=old)
    _publish_a_later_plan(tmp_path)

    new, receipt = applied(desks.stranger)
    at_the_bank(desks.stranger, pay_page(receipt))
    fresh = Output.objects.get(case=new)
    assert fresh.values["parcels"][0]["plan_version"] == "第三次通盤檢討"

    output.refresh_from_db()
    assert output.values["parcels"][0]["plan_version"] == "第二次通盤檢討"
    assert b"".join(desks.resident.client.get(link).streaming_content) == before
    assert output.number in Desk().read(f"/verify/{output.code}/")


def _publish_a_later_plan(tmp_path):
    """Load the pack with a newer plan of Lingya, as version 2 of the service."""
    copy = tmp_path / "later"
    shutil.copytree(KAOHSIUNG, copy)
    table = copy / "services/zoning_certificate/parcels.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    later = [row.replace("第二次", "第三次") if "lingya" in row else row for row in rows]
    table.write_text("\n".join(later), encoding="utf-8")
    service = copy / "services/zoning_certificate.yaml"
    text = service.read_text(encoding="utf-8")
    service.write_text(
        text.replace("id: zoning_certificate\n", "id: zoning_certificate\nversion: 2\n", 1),
        encoding="utf-8",
    )
    with without_plan():
        load_pack(read_pack(copy), at=timezone.now())
    assert Service.objects.get(code="zoning_certificate").current.number == 2


def test_codes_are_not_guessed_quickly(desks):
    anybody = Desk()
    for _number in range(30):
        assert anybody.client.get("/verify/AAAA-BBBB-CCCC/").status_code == 404
    assert anybody.client.get("/verify/AAAA-BBBB-CCCC/").status_code == 429
