"""Events reach a real receiver, which reads them with libraries that are not ours."""

import json
import ssl
from datetime import timedelta

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as StandardWebhook
from standardwebhooks import WebhookVerificationError
from tests.core import receiver as other_side
from tests.core.town import grant, person, role

from shizheng.core import outbox, outgoing, webhooks, worker
from shizheng.core.models import Delivery, Job, JournalEntry, OutboxEvent, Webhook
from shizheng.kernel.errors import NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(db):
    someone = person("engineer")
    grant(someone, role("webhooks", "core.manage_webhooks"))
    return someone


@pytest.fixture
def receiver():
    made = other_side.Receiver()
    server = other_side.start(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def webhook(engineer, receiver, at):
    return webhooks.webhook_create(
        name="1999", url=receiver.address, types=["plan."], by=engineer, at=at
    )


@pytest.fixture
def publish(city, at):
    def say(type_="plan.directive.issued"):
        with transaction.atomic():
            return outbox.publish(type_, city, at=at, payload={"number": "KH-1090302-0017"})

    return say


def run_again(times=1):
    """Let the time of the next attempts come."""
    for _ in range(times):
        Job.objects.filter(status="waiting").update(run_at=timezone.now() - timedelta(seconds=1))
        worker.run_all()


def outcome():
    delivery = Delivery.objects.get()
    return delivery.status, delivery.attempt_count, delivery.answer


def test_the_event_is_signed_and_read_by_independent_libraries(webhook, receiver, publish):
    event = publish()
    worker.run_all()

    (headers, body) = receiver.got[0]
    assert StandardWebhook(webhook.secret).verify(body, headers)["id"] == str(event.pk)
    heard = from_structured(HTTPMessage(headers=headers, body=body), JSONFormat(), CloudEvent)
    assert heard.get_id() == headers["webhook-id"] == str(event.pk)
    assert heard.get_type() == "plan.directive.issued"
    assert heard.get_subject() == event.subject
    assert heard.get_time() == event.at
    assert heard.get_data() == {"number": "KH-1090302-0017"}
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    assert outcome() == ("delivered", 1, 204)


def test_a_changed_body_or_another_secret_does_not_verify(webhook, receiver, publish):
    publish()
    worker.run_all()
    (headers, body) = receiver.got[0]

    with pytest.raises(WebhookVerificationError):
        StandardWebhook(webhook.secret).verify(body.replace(b"0017", b"0018"), headers)
    with pytest.raises(WebhookVerificationError):
        StandardWebhook("whsec_" + "A" * 43 + "=").verify(body, headers)


def test_errors_are_tried_again_with_the_same_id_until_it_is_taken(webhook, receiver, publish):
    receiver.answers = [500, 503]
    publish()
    worker.run_all()
    assert outcome() == ("waiting", 1, 500)
    run_again(2)

    assert outcome() == ("delivered", 3, 204)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_receiver_that_keeps_failing_is_left_alone_for_a_while(webhook, receiver, publish):
    receiver.answers = [500] * 9
    publish()
    run_again(5)

    assert len(receiver.got) == 3
    job = Job.objects.get()
    assert job.attempt_count == 3  # waiting does not use up attempts
    assert job.run_at == Webhook.objects.get().paused_until


def test_after_the_last_attempt_the_delivery_is_dead_and_can_be_repeated(
    webhook, receiver, publish, engineer, at
):
    receiver.answers = [500]
    publish()
    Job.objects.update(attempt_limit=1)
    worker.run_all()
    assert outcome() == ("dead", 1, 500)

    webhooks.delivery_repeat(delivery=Delivery.objects.get(), by=engineer, at=at)
    worker.run_all()
    assert outcome() == ("delivered", 2, 204)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(webhook, receiver, publish, status):
    receiver.answers = [status]
    publish()
    worker.run_all()

    assert outcome() == ("waiting", 1, status)
    assert len(receiver.got) == 1
    assert "redirects are not followed" in Delivery.objects.get().problem


def test_gone_switches_the_webhook_off(webhook, receiver, publish):
    receiver.answers = [410]
    publish()
    worker.run_all()

    assert outcome() == ("dead", 1, 410)
    switched = Webhook.objects.get()
    assert not switched.is_active
    assert "410" in switched.disabled_because
    publish()
    assert Delivery.objects.count() == 1


def test_a_silent_receiver_is_given_up_in_time(webhook, receiver, publish, monkeypatch):
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.3)
    receiver.answers = [1.0]
    publish()
    worker.run_all()

    assert outcome() == ("waiting", 1, None)
    assert "did not take the event" in Delivery.objects.get().problem


def test_a_slow_receiver_within_the_limit_is_fine(webhook, receiver, publish):
    receiver.answers = [0.4]
    publish()
    worker.run_all()

    assert outcome() == ("delivered", 1, 204)


def test_nobody_listens(engineer, publish, at):
    webhooks.webhook_create(name="gone", url="http://127.0.0.1:9/", types=[], by=engineer, at=at)
    publish()
    worker.run_all()

    assert "connection refused" in Delivery.objects.get().problem


def test_only_the_types_asked_for_are_sent(webhook, receiver, publish):
    publish("core.city.renamed")
    publish("planning.other")

    assert Delivery.objects.count() == 0
    assert OutboxEvent.objects.count() == 2


def test_an_act_rolled_back_publishes_nothing(webhook, city, at):
    def act_that_fails():
        with transaction.atomic():
            outbox.publish("plan.x", city, at=at, payload={})
            raise ConnectionError

    with pytest.raises(ConnectionError):
        act_that_fails()
    assert (OutboxEvent.objects.count(), Job.objects.count()) == (0, 0)


def test_after_a_change_of_secret_both_sign_for_a_day(webhook, receiver, publish, engineer):
    old = webhook.secret
    webhooks.webhook_rotate_secret(webhook=webhook, by=engineer, at=timezone.now())
    publish()
    worker.run_all()
    headers, body = receiver.got[0]
    for secret in (old, Webhook.objects.get().secret):
        StandardWebhook(secret).verify(body, headers)

    Webhook.objects.update(old_secret_until=timezone.now())
    publish()
    worker.run_all()
    headers, body = receiver.got[1]
    with pytest.raises(WebhookVerificationError):
        StandardWebhook(old).verify(body, headers)


def test_managing_needs_the_permission_and_never_writes_the_secret_down(webhook, receiver, at):
    with pytest.raises(NotPermitted):
        webhooks.webhook_create(
            name="x", url=receiver.address, types=[], by=person("resident"), at=at
        )
    entry = JournalEntry.objects.get(action="core.webhook.created")
    assert webhook.secret not in json.dumps([entry.now, entry.was, entry.why])


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_inner_address_is_not_public(address):
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_outer_address_is_public(address):
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://user@example.org/",
        "https://example.org/#part",
        "https://[::1/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
    ],
)
def test_in_production_such_an_address_is_refused(engineer, settings, at, url):
    settings.WEBHOOKS_TO_PRIVATE = False

    with pytest.raises(outgoing.AddressRefused):
        webhooks.webhook_create(name="x", url=url, types=[], by=engineer, at=at)


def test_a_name_that_moves_inside_after_it_was_saved_gets_nothing(
    webhook, receiver, publish, settings
):
    settings.WEBHOOKS_TO_PRIVATE = False
    Webhook.objects.update(url=receiver.address.replace("http:", "https:"))
    publish()
    worker.run_all()

    assert receiver.got == []
    assert outcome() == ("dead", 1, None)


def test_a_name_is_resolved_once_and_the_checked_address_is_used(receiver, monkeypatch):
    asked = []
    resolve = outgoing.socket.getaddrinfo

    def rebinding(host, port, *arguments, **options):
        if host != "rebinding.example":
            return resolve(host, port, *arguments, **options)
        asked.append(host)
        first = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return resolve(first, port, *arguments, **options)

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", rebinding)
    url = receiver.address.replace("localhost", "rebinding.example")
    assert outgoing.post(url, b"{}", {}, private=True) == 204

    assert asked == ["rebinding.example"]
    assert receiver.got[0][0]["Host"].startswith("rebinding.example")


def test_tls_names_the_host_and_an_untrusted_certificate_is_refused(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made = other_side.Receiver()
    server = other_side.start(made, context)
    try:
        with pytest.raises(outgoing.SendingFailed, match="certificate is not trusted"):
            outgoing.post(made.address, b"{}", {}, private=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert outgoing.post(made.address, b"{}", {}, private=True) == 204
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(folder):
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
