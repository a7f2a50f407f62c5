"""A report that was closed long ago, with everything that is personal in it."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import serializers
from django.db import transaction
from tests.services.following.conftest import signed_in  # noqa: F401 - a fixture
from tests.services.following.test_status import PICTURE

from shizheng.core import journal
from shizheng.core.models import JournalPersonal, StoredFile
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.following.actions.messages import message_send
from shizheng.services.models import AnswerSet, Case, Service
from shizheng.services.places import Place

OPENED = datetime(2020, 2, 13, 2, 0, tzinfo=UTC)
CLOSED = OPENED + timedelta(days=2)
OVER = datetime(2025, 2, 15, 18, 0, tzinfo=UTC)
"""Two in the morning of 16 February 2025: five years and a day after the closing."""
SECRETS = ("王小明", "ming@example.org", "0912345678", "我家門口", "請打給我太太", "A123456789")


def old_case(people, *, with_account=False, at=OPENED, closed=CLOSED, picture=PICTURE):
    """Report, write, close."""
    given = Intake(
        channel="web", description="我家門口有坑洞", answers={"kind": "pothole"},
        place=Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路 100 號"),
        contact=Contact(name="王小明", email="ming@example.org", phone="0912345678"),
        reporter=people.resident if with_account else None,
        files={"attachment": [Upload.of_bytes("王小明的照片.png", picture)]},
    )  # fmt: skip
    opened = case_open(
        service=Service.objects.get(code="road_damage"), given=given, by=given.reporter, at=at
    )
    message_send(case=opened.case, text="請打給我太太", as_party=opened.party, at=at,
                 by=given.reporter)  # fmt: skip
    case_act(case=opened.case, action="close", by=people.officer, at=closed,
             given=Given({"reply": "已補平"}, note="已補平"))  # fmt: skip
    AnswerSet.objects.filter(case=opened.case).update(personal={"identity": "A123456789"})
    with transaction.atomic():
        journal.record("services.party.contact_changed", opened.party, by=None, at=at,
                       now={}, personal={"phone": "0912345678"})  # fmt: skip
    StoredFile.objects.update(stored_at=at)
    return Case.objects.get(pk=opened.case.pk)


def aged(settings):
    """Let the files on the disk look as old as they are said to be."""
    for folder, _folders, files in os.walk(settings.MEDIA_ROOT):
        for name in files:
            os.utime(os.path.join(folder, name), (OPENED.timestamp(),) * 2)


@pytest.fixture
def case(people):
    """One case whose time is over on 16 February 2025."""
    return old_case(people)


def of_cases() -> Iterator[tuple[type, str]]:
    """Yield every table that hangs on a case, with the lookup from its rows to the case."""
    waiting, seen = [(Case, "")], {Case}
    while waiting:
        parent, path = waiting.pop()
        for relation in parent._meta.related_objects:
            model = relation.related_model
            if relation.many_to_many or model is Case or not relation.field.concrete:
                continue
            lookup = "__".join(filter(None, (relation.field.name, path)))
            if parent is Case or model not in seen:
                yield model, lookup
            if model not in seen:
                seen.add(model)
                waiting.append((model, lookup))


def everything(case):
    """Return all rows that hang on a case and all personal values, as text."""
    found = [Case.objects.filter(pk=case.pk), JournalPersonal.objects.all()]
    for model, path in of_cases():
        found.append(model._default_manager.filter(**{path: case}))
    texts = [serializers.serialize("json", rows, ensure_ascii=False) for rows in found]
    return "\n".join(map(str, map(json.loads, texts)))
