"""Notices go out by the gateway of their channel, once by their key."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from shizheng.core import jobs, worker
from shizheng.core.jobs import Later
from shizheng.core.models import Job, JournalEntry
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.opening import Contact
from shizheng.services.kinds import QuietHours
from shizheng.services.models import CaseParty, Notice
from shizheng.services.notices import sending
from shizheng.services.notices.actions import notice_repeat
from shizheng.services.notices.errors import NotTakenNow, NotToRepeat
from shizheng.services.notices.quiet import after_quiet

BY_MAIL = Contact(name="王小明", email="ming@example.org", language="zh-Hant")
BY_TEXT = Contact(name="王小明", phone="0912345678", notice_by="sms")


@pytest.fixture(autouse=True)
def _by_day(monkeypatch):
    """Nothing waits for the morning, whatever the clock says."""
    monkeypatch.setattr(sending, "send_at", lambda channel, at, is_urgent: at)


@pytest.fixture
def notice(report):
    """Return a function that gives the notice of a new report, by a channel."""

    def make(contact=BY_MAIL, channel="email", **changes):
        case = report(contact=contact).case
        Notice.objects.filter(case=case).update(send_at=timezone.now() - timedelta(minutes=1))
        row = Notice.objects.get(case=case, channel=channel)
        Notice.objects.filter(pk=row.pk).update(**changes)
        return Notice.objects.get(pk=row.pk)

    return make


def sent(row):
    sending.notice_send(str(row.pk))
    row.refresh_from_db()
    return row


def test_an_email_has_chinese_words_a_language_and_an_identifier_of_its_own(notice, mail):
    row = sent(notice())
    assert (row.status, row.problem, row.attempt_count) == ("sent", "", 1)
    message = mail.got[0]
    assert message["Subject"].strip() == row.subject
    assert "道路坑洞" in message["Subject"]
    assert message["Content-Language"] == "zh-Hant"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert row.case.number in message.get_content()
    assert message["Message-ID"].endswith("@localhost>")


def test_a_subject_with_a_line_break_makes_no_header(notice, mail):
    row = sent(notice(subject="案件\r\nBcc: thief@example.org"))
    assert row.status == "sent"
    assert mail.got[0]["Bcc"] is None
    assert mail.got[0]["Subject"] == "案件 Bcc: thief@example.org"


def test_a_notice_that_is_sent_is_not_sent_again(notice, mail):
    row = sent(notice())
    sent(row)
    assert len(mail.got) == 1


def test_one_whose_sender_died_is_sent_again_with_the_same_identifier(notice, mail):
    row = sent(notice())
    Notice.objects.filter(pk=row.pk).update(status="sending")
    sent(row)
    assert row.status == "sent"
    assert len({message["Message-ID"] for message in mail.got}) == 1


@pytest.mark.parametrize(("answer", "status"), [("550 no such user", "failed"), ("451 later", "")])
def test_a_mail_server_says_no_for_good_or_for_now(notice, mail, answer, status):
    mail.answers = [answer]
    row = notice()
    job = Job(name="services.send_notice", attempt_count=1, attempt_limit=14)
    token = jobs.running.set(job)
    try:
        if status:
            sent(row)
        else:
            with pytest.raises(NotTakenNow):
                sent(row)
    finally:
        jobs.running.reset(token)
    row.refresh_from_db()
    assert row.status == (status or "waiting")
    assert row.problem == f"mail_answered {answer[:3]}"
    assert not mail.got


def test_after_the_last_attempt_a_notice_has_failed(notice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = notice()
    with pytest.raises(NotTakenNow):
        sent(row)
    row.refresh_from_db()
    assert (row.status, row.problem) == ("failed", "unreachable")


@pytest.mark.parametrize("address", ["", "nobody", "a@b.tw\nBcc: c@d.tw"])
def test_a_notice_without_a_right_address_is_dropped(notice, mail, address):
    row = notice()
    CaseParty.objects.filter(pk=row.party_id).update(email=address)
    assert sent(row).status == "dropped"
    assert row.problem == "no_address"
    assert not mail.got


def test_who_has_no_part_any_more_is_not_told(notice, mail):
    row = notice()
    CaseParty.objects.filter(pk=row.party_id).update(ended_at=timezone.now())
    assert (sent(row).status, row.problem) == ("dropped", "part_ended")
    assert not mail.got


def test_a_text_message_is_signed_and_carries_its_key(notice, gateway):
    row = sent(notice(BY_TEXT, "sms"))
    headers, body = gateway.got[0]
    assert row.status == "sent"
    assert headers["Idempotency-Key"] == row.key
    Webhook("whsec_" + "QUFB" * 11).verify(body, {key.lower(): headers[key] for key in headers})
    told = json.loads(body)
    assert (told["key"], told["to"], told["text"]) == (row.key, "0912345678", row.text)
    assert "道路坑洞" in row.text


@pytest.mark.parametrize(("answer", "status"), [(400, "failed"), (503, "failed"), (204, "sent")])
def test_what_the_gateway_answers_decides(notice, gateway, answer, status):
    gateway.answers = [answer]
    row = notice(BY_TEXT, "sms")
    if answer == 503:
        with pytest.raises(NotTakenNow):
            sent(row)
        row.refresh_from_db()
    else:
        sent(row)
    assert row.status == status
    assert row.problem == ("" if status == "sent" else f"answered {answer}")


def test_a_gateway_inside_the_network_is_not_called_unless_allowed(notice, gateway, settings):
    settings.WEBHOOKS_TO_PRIVATE = False
    with pytest.raises(NotTakenNow):
        sent(notice(BY_TEXT, "sms"))
    assert not gateway.got


def test_the_spool_holds_each_message_once(notice, settings, tmp_path):
    settings.SMS_URL = "spool:"
    row = sent(notice(BY_TEXT, "sms"))
    Notice.objects.filter(pk=row.pk).update(status="sending", text="changed")
    assert sent(row).status == "sent"
    files = list((tmp_path / "outbox" / "sms").iterdir())
    assert len(files) == 1
    assert json.loads(files[0].read_text())["text"] != "changed"


def test_without_a_gateway_nothing_pretends_to_be_sent(notice, settings):
    settings.SMS_URL = ""
    row = sent(notice(BY_TEXT, "sms"))
    assert (row.status, row.problem) == ("dropped", "no_gateway")


def test_it_waits_until_it_is_time(notice, mail):
    later = timezone.now() + timedelta(hours=3)
    with pytest.raises(Later) as waiting:
        sent(notice(send_at=later))
    assert waiting.value.run_at == later
    assert not mail.got


def test_an_attempt_in_quiet_hours_waits_for_the_morning(notice, gateway, monkeypatch):
    morning = timezone.now() + timedelta(hours=8)
    monkeypatch.setattr(
        sending, "send_at", lambda channel, at, is_urgent: at if is_urgent else morning
    )
    with pytest.raises(Later) as waiting:
        sent(notice(BY_TEXT, "sms"))
    assert waiting.value.run_at == morning


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("21:29", "21:29"), ("21:30", "08:00"), ("23:59", "08:00"), ("00:00", "08:00"),
        ("07:59", "08:00"), ("08:00", "08:00"), ("12:00", "12:00"),
    ],
)  # fmt: skip
def test_the_borders_of_quiet_hours(clock, until):
    zone = ZoneInfo("Asia/Taipei")
    at = datetime.fromisoformat(f"2020-02-13T{clock}").replace(tzinfo=zone)
    found = after_quiet(at, QuietHours.model_construct(first="21:30", last="08:00"), zone)
    day = 14 if clock in ("21:30", "23:59") else 13
    assert found == datetime.fromisoformat(f"2020-02-{day}T{until}").replace(tzinfo=zone)


def test_quiet_hours_of_one_day_end_on_that_day():
    zone = ZoneInfo("Asia/Taipei")
    at = datetime(2020, 2, 13, 12, 30, tzinfo=zone)
    rule = QuietHours.model_construct(first="12:00", last="13:00")
    assert after_quiet(at, rule, zone) == datetime(2020, 2, 13, 13, 0, tzinfo=zone)


def test_a_notice_without_a_job_is_queued_once(notice, mail):
    row = notice(send_at=timezone.now() - timedelta(minutes=11), status="sending")
    Job.objects.all().delete()
    assert sending.stuck_enqueue(timezone.now()) == 1
    assert sending.stuck_enqueue(timezone.now()) == 0
    worker.run_all()
    row.refresh_from_db()
    assert row.status == "sent"


def test_one_that_was_tried_too_often_is_given_up(notice, mail):
    assert sent(notice(attempt_count=60)).problem == "given_up"


def test_an_officer_sends_a_failed_one_again_and_nobody_else_does(notice, mail, people):
    row = notice(status="failed", problem="unreachable")
    for who in (people.resident, people.water):
        with pytest.raises(NotPermitted):
            notice_repeat(notice=row, by=who, at=timezone.now())
    notice_repeat(notice=row, by=people.officer, at=timezone.now())
    entry = JournalEntry.objects.filter(action="services.notice.repeated").get()
    assert "ming" not in entry.now
    with pytest.raises(NotToRepeat):
        notice_repeat(notice=row, by=people.officer, at=timezone.now())
    assert sent(row).status == "sent"


def test_the_desk_shows_notices_masked_and_sends_again(notice, mail, people, signed_in):
    row = notice(status="failed", problem="mail_answered 550")
    desk = signed_in(people.officer)
    text = desk.get(f"/en/desk/cases/{row.case.number}/").content.decode()
    assert "m***@example.org" in text
    assert "ming@example.org" not in text
    assert "The mail server answered 550." in text
    address = f"/en/desk/cases/{row.case.number}/notices/{row.pk}/again/"
    assert desk.post(address).status_code == 303
    row.refresh_from_db()
    assert row.status == "waiting"
    assert signed_in(people.water).post(address).status_code == 404
    assert signed_in(people.resident).post(address).status_code == 403
