"""Webhooks are told of cases by signed CloudEvents, read by libraries that are not ours."""

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from django.utils import timezone
from standardwebhooks import Webhook as StandardWebhook
from tests.core import receiver as other_side
from tests.core.town import grant, role
from tests.services.open311.conftest import HERE

from shizheng.core import webhooks, worker
from shizheng.services.actions.acting import case_act
from shizheng.services.models import Case


@pytest.fixture
def receiver():
    made = other_side.Receiver()
    server = other_side.start(made)
    yield made
    server.shutdown()
    server.server_close()


def test_a_subscriber_hears_of_a_case_from_its_opening_without_personal_data(
    people, receiver, client
):
    grant(people.administrator, role("webhooks", "core.manage_webhooks"))
    webhook = webhooks.webhook_create(
        name="1999", url=receiver.address, types=["city.case."], by=people.administrator,
        at=timezone.now(),
    )  # fmt: skip
    given = {"service_code": "road_damage", "attribute[kind]": "pothole", "description": "坑洞",
             "email": "secret@example.org", **HERE}  # fmt: skip
    [made] = client.post("/open311/v2/requests.json", given).json()
    case = Case.objects.get(number=made["service_request_id"])
    case_act(case=case, action="accept", by=people.officer, at=timezone.now())
    worker.run_all()

    heard = {}
    for headers, body in receiver.got:
        StandardWebhook(webhook.secret).verify(body, headers)
        event = from_structured(HTTPMessage(headers=headers, body=body), JSONFormat(), CloudEvent)
        heard[event.get_type()] = event
        assert b"secret@example.org" not in body
    assert set(heard) == {"city.case.opened", "city.case.acted"}
    opened, acted = (heard[f"city.case.{name}"].get_data() for name in ("opened", "acted"))
    assert (opened["number"], opened["sequence"], opened["to"]) == (case.number, 1, "received")
    assert (acted["action"], acted["from"], acted["to"], acted["sequence"]) == (
        "accept", "received", "in_progress", 2,
    )  # fmt: skip
