"""What devices post with a key passes by what only people need, and is as guarded as before."""

import base64
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client
from tests.sensing.conftest import stream_made

from shizheng.sensing.actions.gateways import gateway_make, gateway_revoke
from shizheng.web.middleware.devices import has_key

pytestmark = pytest.mark.django_db
AT = datetime(2020, 3, 1, tzinfo=UTC)
READING = {"phenomenonTime": "2020-03-01T12:00:00+08:00", "result": 1.5}


@pytest.fixture
def site(town) -> SimpleNamespace:
    om = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    stream = stream_made(owner=town.works, observation_type=om)
    gateway, key = gateway_make(code="g-1", name="Gateway", owner=town.works, by=None, at=AT)
    path = f"/sensorthings/v1.1/Datastreams({stream.pk})/Observations"
    return SimpleNamespace(stream=stream, gateway=gateway, key=key, path=path)


def basic(key: str) -> str:
    return f"Basic {base64.b64encode(f'g-1:{key}'.encode()).decode()}"


def posted(site, authorization, body=READING, **headers):
    return Client(enforce_csrf_checks=True, raise_request_exception=False).post(
        site.path, json.dumps(body), content_type="application/json",
        headers={"Authorization": authorization, **headers},
    )  # fmt: skip


@pytest.fixture
def sessions(monkeypatch) -> list[str]:
    """Note each request for which a session was looked for."""
    asked: list[str] = []
    was = SessionMiddleware.process_request

    def noted(self, request):
        asked.append(request.path)
        return was(self, request)

    monkeypatch.setattr(SessionMiddleware, "process_request", noted)
    return asked


@pytest.mark.parametrize("scheme", [basic, "Bearer {}".format], ids=["basic", "bearer"])
def test_a_post_with_a_key_looks_for_no_session(site, sessions, scheme):
    answer = posted(site, scheme(site.key))
    assert answer.status_code == 201
    assert answer.json()["@iot.id"] == f"{site.stream.pk}~1583035200000000"
    assert sessions == []
    posted(site, "Bearer szt_of-a-person")
    assert sessions == [site.path]


def test_its_answer_has_the_headers_of_every_answer(site):
    answer = posted(site, basic(site.key))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Request-ID"]
    assert answer["Location"].startswith("http://testserver/sensorthings/v1.1/Observations(")


def test_a_key_that_was_revoked_is_refused_in_the_language_of_who_asks(site):
    posted(site, basic(site.key), **{"Accept-Language": "zh-TW"})
    gateway_revoke(gateway=site.gateway, by=None, at=AT, why="stolen")
    said = [
        posted(site, basic(site.key), **{"Accept-Language": language}).json()["message"]
        for language in ("en", "zh-TW", "en")
    ]
    assert said[0] == said[2] != said[1]
    assert posted(site, basic(site.key)).status_code == 401


def test_a_host_that_is_not_ours_and_an_address_that_is_none_are_refused(site, settings):
    settings.ALLOWED_HOSTS = ["city.example"]
    assert posted(site, basic(site.key)).status_code == 400
    settings.ALLOWED_HOSTS = ["testserver"]
    site.path = "/intake/nothing/"
    assert posted(site, basic(site.key)).status_code == 404


def test_gateways_push_by_the_same_way(site, sessions):
    site.path = "/intake/observations/"
    row = {"stream": site.stream.pk, "time": READING["phenomenonTime"], "result": 1.5}
    answer = posted(site, f"Bearer {site.key}", {"observations": [row]})
    assert (answer.status_code, answer.json()["new"], sessions) == (200, 1, [])


@pytest.mark.parametrize(
    ("said", "is_one"),
    [("Bearer szd_x", True), ("bearer  szd_x", True), (basic("szd_x"), True), ("", False),
     (basic("szt_x"), False), ("Basic !!!", False), ("Basic", False), ("Bearer szt_x", False),
     ("Digest szd_x", False), ("Bearer", False)],
)  # fmt: skip
def test_only_the_key_of_a_gateway_goes_there(said, is_one):
    assert has_key(said) == is_one
