"""The pages of journal, jobs and webhooks, as those who look after the installation use them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.core import receiver as other_side
from tests.core.town import grant, person, role

from shizheng.core import journal, outbox, worker
from shizheng.core.journal_guard import TRIGGERS
from shizheng.core.models import Delivery, Job, JournalEntry, KeptAnswer, Webhook
from shizheng.core.tasks import remove_old

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def enter(*permissions):
        someone = person("auditor")
        grant(someone, role("auditor", *permissions))
        client.force_login(someone)
        return someone

    return enter


@pytest.fixture
def entry(city, officer, at):
    return journal.record(
        "core.city.renamed",
        city,
        by=officer,
        at=at,
        why="更名",
        was={"name": "舊名", "count": 1},
        now={"name": "新名"},
        personal={"phone": "07-3368333"},
    )


@pytest.mark.parametrize("address", ["/journal/", "/jobs/", "/webhooks/", "/journal/1/"])
def test_a_page_is_closed_without_its_permission(client, entry, sign_in, address):
    assert client.get(address).status_code == 302
    sign_in("core.view_personal")
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_journal_is_listed_and_filtered(client, entry, sign_in, prefix):
    sign_in("core.view_journal")
    for query, is_found in [
        ("", True),
        ("?action=core.city", True),
        ("?action=plan.", False),
        ("?who=Officer", True),
        ("?who=nobody", False),
        (f"?thing={entry.thing_key}", True),
        ("?thing=core.area", False),
        ("?since_0=109&since_1=3&since_2=2", True),
        ("?before=1", False),
    ]:
        page = client.get(f"{prefix}/journal/{query}")
        assert page.status_code == 200
        assert ("/journal/1/" in page.content.decode()) is is_found, query


def test_an_entry_shows_before_and_after_but_no_personal_value(client, entry, sign_in):
    sign_in("core.view_journal")
    page = client.get("/en/journal/1/").content.decode()

    assert all(text in page for text in ("舊名", "新名", "更名", entry.hash))
    assert "07-3368333" not in page
    assert client.post("/en/journal/1/personal/", {"why": "x"}).status_code == 403


def test_personal_values_are_shown_for_a_reason_that_stays(client, entry, sign_in):
    auditor = sign_in("core.view_journal", "core.view_personal")
    assert client.post("/en/journal/1/personal/", {"why": ""}).status_code == 422
    page = client.post("/en/journal/1/personal/", {"why": "當事人查詢"})

    assert "07-3368333" in page.content.decode()
    read = JournalEntry.objects.get(action=journal.READ)
    assert (read.by, read.why, read.after) == (auditor, "當事人查詢", {"fields": ["phone"]})


def test_verify_now_runs_and_shows_what_was_tampered_with(
    client, entry, sign_in, settings, tmp_path
):
    settings.JOURNAL_ANCHORS = tmp_path / "anchors"
    sign_in("core.view_journal")
    client.post("/en/journal/verify/")
    client.post("/en/journal/verify/")
    assert Job.objects.count() == 1
    worker.run_all()
    assert "The journal is intact" in client.get("/en/journal/").content.decode()
    assert settings.JOURNAL_ANCHORS.read_text().startswith("exampleton 1 ")

    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            for statement in trigger.drop(connection.vendor):
                cursor.execute(statement)
        cursor.execute("UPDATE core_journalentry SET why = 'x'")
        for trigger in TRIGGERS:
            for statement in trigger.create(connection.vendor):
                cursor.execute(statement)
    client.post("/en/journal/verify/")
    worker.run_all()
    assert "Entry 1 does not match" in client.get("/en/journal/").content.decode()


def test_a_failed_job_is_shown_with_its_error_and_run_again(client, sign_in):
    sign_in("core.run_jobs")
    failed = Job.objects.create(
        name="test.gone",
        status="failed",
        run_at=timezone.now(),
        enqueued_at=timezone.now(),
        error="ConnectionError: away",
    )
    page = client.get("/en/jobs/?state=failed").content.decode()
    assert "ConnectionError: away" in page
    assert "No worker gives a sign of life" in page
    assert "test.gone" not in client.get("/en/jobs/?state=done").content.decode()

    client.post(f"/en/jobs/{failed.pk}/rerun/")
    assert Job.objects.get().status == "waiting"
    assert JournalEntry.objects.filter(action="core.job.rerun").exists()


def test_a_webhook_is_added_its_secret_shown_once_and_a_delivery_repeated(
    client, sign_in, city, at
):
    sign_in("core.manage_webhooks")
    receiver = other_side.Receiver(answers=[500])
    server = other_side.start(receiver)
    try:
        asked = {"name": "1999", "url": receiver.address, "types": "plan.\n"}
        page = client.post("/en/webhooks/new/", asked, follow=True)
        webhook = Webhook.objects.get()
        assert webhook.secret in page.content.decode()
        assert webhook.secret not in client.get(f"/en/webhooks/{webhook.pk}/").content.decode()

        outbox.publish("plan.directive.issued", city, at=at, payload={})
        Job.objects.update(attempt_limit=1)
        worker.run_all()
        assert "Given up" in client.get(f"/en/webhooks/{webhook.pk}/").content.decode()
        client.post(f"/en/webhooks/deliveries/{Delivery.objects.get().pk}/repeat/")
        worker.run_all()
        assert Delivery.objects.get().status == "delivered"
    finally:
        server.shutdown()
        server.server_close()

    page = client.post(f"/en/webhooks/{webhook.pk}/secret/", follow=True)
    assert Webhook.objects.get().secret in page.content.decode()
    client.post(f"/en/webhooks/{webhook.pk}/switch/")
    assert not Webhook.objects.get().is_active
    assert "1999" in client.get("/webhooks/").content.decode()


def test_an_address_that_cannot_be_used_is_said_at_its_field(client, sign_in, settings):
    settings.WEBHOOKS_TO_PRIVATE = False
    sign_in("core.manage_webhooks")
    page = client.post("/en/webhooks/new/", {"name": "x", "url": "https://127.0.0.1/"})

    assert page.status_code == 422
    assert "private network" in page.content.decode()


def test_what_is_old_is_removed_and_the_journal_stays(entry, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    long_ago = timezone.now() - timedelta(days=400)
    Job.objects.create(
        name="x", status="done", run_at=long_ago, enqueued_at=long_ago, finished_at=long_ago
    )
    KeptAnswer.objects.create(key="k", fingerprint="f", started_at=long_ago, expires_at=long_ago)
    remove_old()

    assert (Job.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("permission", "address", "title"),
    [
        ("core.manage_people", "/people/", "人員與角色"),
        ("core.view_journal", "/journal/", "稽核軌跡"),
        ("core.run_jobs", "/jobs/", "背景工作"),
        ("core.manage_webhooks", "/webhooks/", "事件通知"),
    ],
)
def test_staff_find_what_they_look_after_on_their_own_page(
    client, sign_in, permission, address, title
):
    sign_in(permission)
    page = client.get("/my/").content.decode()
    assert (
        page.count('href="/people/"')
        + page.count('href="/journal/"')
        + page.count('href="/jobs/"')
        + page.count('href="/webhooks/"')
        == 1
    )
    assert f'<a href="{address}">{title}</a>' in page
    assert f'<a href="/en{address}">' in client.get("/en/my/").content.decode()
    assert client.get(address).status_code == 200


def test_only_staff_have_their_own_page_in_the_bar(client, sign_in, db):
    in_bar = '<a href="/my/" data-go="m">我的</a>'
    assert in_bar not in client.get("/").content.decode()
    sign_in("core.view_personal")
    assert in_bar in client.get("/").content.decode()
    assert "照管" not in client.get("/my/").content.decode()
    assert '<a href="/en/my/" data-go="m" aria-current="page">My page</a>' in (
        client.get("/en/my/").content.decode()
    )
