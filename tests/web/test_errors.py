import re

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from structlog.testing import capture_logs

from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.web import urls as site_urls


def refused(request: HttpRequest) -> HttpResponse:
    raise ChangedMeanwhile(thing="30-15")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def too_large(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


urlpatterns = [
    path("refused/", refused),
    path("api/refused/", refused),
    path("broken/", broken),
    path("away/", away),
    path("forbidden/", forbidden),
    path("large/", too_large),
    *site_urls.urlpatterns,
]
handler400 = site_urls.handler400
handler403 = site_urls.handler403
handler404 = site_urls.handler404
handler500 = site_urls.handler500


@pytest.fixture
def visitor(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        pytest.param("/nowhere/", 404, "這個網址沒有網頁", id="not-found"),
        pytest.param("/en/nowhere/", 404, "There is no page at this address", id="in-english"),
        pytest.param("/forbidden/", 403, "您沒有權限看這一頁", id="forbidden"),
        pytest.param("/large/", 413, "太大", id="too-large"),
    ],
)
def test_an_error_is_a_page_in_the_visitors_language(visitor, address, status, sentence):
    answer = visitor.get(address)

    assert answer.status_code == status
    assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_a_refusal_that_a_view_let_through_is_a_page_with_its_status(visitor):
    answer = visitor.get("/refused/")

    assert answer.status_code == 409
    assert "30-15" in answer.content.decode()


def test_a_program_is_told_code_message_and_hint(visitor):
    answer = visitor.get("/api/refused/")

    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "core.changed_meanwhile"
    assert answer.json()["status"] == 409
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_a_failure_is_shown_without_database_and_logged_with_its_number(visitor):
    with capture_logs() as logged:
        answer = visitor.get("/broken/", headers={"X-Request-ID": "proxy-12345678"})
    page = answer.content.decode()

    assert answer.status_code == 500
    assert re.search(r'class="reference">proxy-12345678<', page)
    assert "secret detail" not in page
    assert [entry["event"] for entry in logged] == ["request_failed"]


def test_a_database_that_is_away_asks_to_come_back(visitor):
    answer = visitor.get("/away/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"


@pytest.mark.django_db
def test_a_form_without_its_token_saves_nothing_and_says_so(settings):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/")

    assert answer.status_code == 403
    assert "沒有儲存任何資料" in answer.content.decode()
