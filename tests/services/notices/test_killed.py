"""Workers that are killed while they send: no notice is lost, none arrives as two."""

import json
import signal
import time

import pytest
from tests.core import receiver as http
from tests.core.installation import finish
from tests.services.notices import mail_server

COUNT = 40
PATIENCE = 120  # seconds
NOTICES = """
    from shizheng.services import models as s
    from shizheng.services.notices.tasks import send_notice
    agency = m.Agency.objects.create(
        code="works", kind="bureau", name={}, short_name={}, valid_from=AT.date()
    )
    service = s.Service.objects.create(
        code="road", name={}, category="report", owner=agency
    )
    body = m.PublishedDefinition.objects.create(
        city=m.City.objects.get(), kind="service/1", identifier="road", version=1, body={},
        digest="0", published_at=AT,
    )
    version = s.ServiceVersion.objects.create(
        service=service, number=1, definition=body, published_at=AT
    )
    case = s.Case.objects.create(
        number="T-1", service=service, version=version, state="received", holder="office",
        agency=agency, access_class="normal", channel="web", opened_at=AT, updated_at=AT,
        held_since=AT,
    )
    party = s.CaseParty.objects.create(
        case=case, role="applicant", email="ming@example.org", phone="0912345678", added_at=AT
    )
    with transaction.atomic():
        for number in range(40):
            row = s.Notice.objects.create(
                key=f"T-1:{number}", case=case, party=party, template="received",
                channel="email" if number % 2 else "sms", template_version=1,
                language="zh-Hant", subject="案件", text="內容", send_at=AT, made_at=AT,
            )
            send_notice.enqueue(key=str(row.pk), notice=str(row.pk))
"""
WORK = """
    import time
    from shizheng.core import jobs, worker
    from shizheng.services.models import Notice
    jobs.LEASE = worker.LEASE = timedelta(seconds=2)
    worker.BEAT_SECONDS = 0.5
    from shizheng.services.notices import tasks
    while Notice.objects.filter(status__in=["waiting", "sending"]).exists():
        if not worker.run_next("worker"):
            time.sleep(0.1)
"""
OUTCOME = """
    import json
    from shizheng.services.models import Notice
    print(json.dumps(list(Notice.objects.values_list("key", "status", "channel"))))
"""


@pytest.fixture
def servers():
    """A mail server and a gateway of text messages, both slow enough to be killed in."""
    mail, texts = mail_server.MailServer(pause=0.05), http.Receiver()
    made = [mail_server.start(mail), http.start(texts)]
    yield mail, texts
    for each in made:
        each.shutdown()
        each.server_close()


def test_forty_notices_and_four_killed_workers(installation, servers):
    mail, texts = servers
    env = {
        "SHIZHENG_EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "SHIZHENG_SMS_URL": texts.address,
        "SHIZHENG_WEBHOOKS_TO_PRIVATE": "1",
    }
    installation.run(NOTICES)
    for goal in (6, 14, 22, 30):
        dying = installation.start(WORK, **env)
        until = time.monotonic() + PATIENCE
        while len(mail.got) + len(texts.got) < goal and time.monotonic() < until:
            assert dying.poll() is None, dying.communicate()[1]
            time.sleep(0.005)
        dying.send_signal(signal.SIGKILL)
        dying.wait()
    finish(installation.start(WORK, **env))

    rows = json.loads(installation.run(OUTCOME))
    assert [status for _key, status, _channel in rows] == ["sent"] * COUNT
    keys = {headers["Idempotency-Key"] for headers, _body in texts.got}
    assert keys == {key for key, _status, channel in rows if channel == "sms"}
    identifiers = {message["Message-ID"] for message in mail.got}
    assert len(identifiers) == COUNT // 2
    assert len(mail.got) + len(texts.got) <= COUNT + 4  # at most the one in hand, at each death


def test_the_folder_of_text_messages_has_each_once_after_four_deaths(installation):
    installation.run(NOTICES)
    folder = installation.home / "outbox" / "sms"
    env = {"SHIZHENG_SMS_URL": "spool:", "SHIZHENG_EMAIL_URL": "dummymail://"}
    for goal in (4, 8, 12, 16):
        dying = installation.start(WORK, **env)
        until = time.monotonic() + PATIENCE
        while len(list(folder.glob("*.json"))) < goal and time.monotonic() < until:
            if dying.poll() is not None:
                break
            time.sleep(0.002)
        dying.kill()
        dying.wait()
    finish(installation.start(WORK, **env))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    assert sorted(each["key"] for each in found) == sorted(f"T-1:{n}" for n in range(0, COUNT, 2))
    rows = json.loads(installation.run(OUTCOME))
    assert {status for _key, status, _channel in rows} == {"sent"}
