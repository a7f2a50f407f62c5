"""Schemathesis asks everything that the descriptions allow: no failure, no other shape."""

import pytest
import schemathesis
from django.conf import settings as site
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shizheng.services.open311.description import document
from shizheng.web.api import api
from shizheng.web.wsgi import application

CHECKS = [
    not_a_server_error, response_schema_conformance, content_type_conformance,
    status_code_conformance,
]  # fmt: skip
OURS = ("/api/services", "/api/cases", "/api/my/cases", "/api/reviews")
PLAIN = {"Accept-Encoding": "identity"}  # over WSGI nothing is unpacked
quickly = settings(
    max_examples=5, deadline=None, derandomize=True, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


def open311():
    return {**document(), "servers": [{"url": "http://localhost/open311/v2"}]}


def interface():
    whole = api.get_openapi_schema(path_prefix="/api/")
    paths = {path: each for path, each in whole["paths"].items() if path.startswith(OURS)}
    return {**whole, "paths": paths, "servers": [{"url": "http://localhost"}]}


@pytest.fixture
def unlimited(people, settings):
    """The connection stays, as with Django's own client: the city is not committed."""
    settings.OPEN311_RATE = "100000/s"
    cache.clear()
    signals = [
        s for s in (request_started, request_finished) if s.disconnect(close_old_connections)
    ]
    yield people
    for signal in signals:
        signal.connect(close_old_connections)


def ask(operation, **options):
    @quickly
    @given(case=operation.as_strategy())
    def once(case):
        response = case.call(app=application, headers=PLAIN, **options)
        case.validate_response(response, checks=CHECKS)

    once()


def ask_everything(description, **options):
    """Ask every operation, as loading the city for each would take longer than asking."""
    count = 0
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()
        try:
            ask(operation, **options)
        except Exception as failure:
            failure.add_note(operation.label)
            raise
        count += 1
    return count


def test_open311_keeps_to_its_description(unlimited):
    assert ask_everything(open311()) == 9


def test_the_interface_keeps_to_its_description(unlimited, monkeypatch):
    monkeypatch.setattr("ninja.security.apikey.check_csrf", lambda *ignored: None)
    client = Client()
    client.force_login(unlimited.officer)
    cookies = {site.SESSION_COOKIE_NAME: client.cookies[site.SESSION_COOKIE_NAME].value}
    assert ask_everything(interface(), cookies=cookies) == 12
