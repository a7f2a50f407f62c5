"""Figures that are public, embargoed, withheld and revised, as made by the room itself."""

import io
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import requests
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from tests.services.conftest import loaded
from tests.statistics.indicators.conftest import CLOSED, defined
from urllib3.response import HTTPResponse

from shizheng.core import city
from shizheng.core.models import Area
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.indicators.computing import Computed
from shizheng.statistics.indicators.making import MakingRun, _keep
from shizheng.statistics.selectors import definition_by

FIRST = datetime(2020, 4, 1, 2, tzinfo=UTC)
REVISED = datetime(2020, 5, 4, 2, tzinfo=UTC)
SECRET = Decimal(3)
BODY = CLOSED | {"breakdowns": ["service"]}


def kept(indicator, figures, *, at=FIRST, why=""):
    """Keep given figures: (period, cell) to a number, or to everything that is known of one."""
    computed = {
        (Period.parse(period), cell): given if isinstance(given, Computed) else known(given)
        for (period, cell), given in figures.items()
    }
    _keep(
        indicator, definition_by(indicator.current_id), computed,
        at=at, by=None, why=why, run=MakingRun(),
    )  # fmt: skip


def known(number):
    """Return what is known of a figure: its number, or that there is none."""
    if number is None:
        return Computed(None, 0, "O", "missing_input")
    return Computed(Decimal(number), 100, "A")


def withheld(value=SECRET):
    return Computed(value, 3, "A", is_withheld=True)


@pytest.fixture(scope="module")
def figures(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city of a module's tests, built once in a transaction that is rolled back."""
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(MEDIA_ROOT=home / "files", HOME=home))
        stack.callback(city.forget)
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        cache.clear()
        city.forget()
        loaded()
        yield made()


def made():
    """An indicator by district and service: two months, one revised, two cells withheld."""
    districts = [row.code for row in Area.objects.filter(kind="district").order_by("code")[:3]]
    sanmin, zuoying, nanzih = districts
    closed = defined("closed", BODY)
    series = {
        ("2020-02", ""): 72, ("2020-03", ""): 80, ("2020-02", f"district={sanmin}"): withheld(),
        ("2020-02", f"district={zuoying}"): withheld(Decimal(9)),
        ("2020-02", f"district={nanzih}"): 60, ("2020-03", f"district={sanmin}"): 40,
        ("2020-03", f"district={zuoying}"): 21, ("2020-03", f"district={nanzih}"): None,
        ("2020-02", "service=road_damage"): 50, ("2020-03", "service=road_damage"): 55,
        ("2020-03", f"district={sanmin};service=road_damage"): 33,
    }  # fmt: skip
    kept(closed, series)
    kept(closed, series | {("2020-02", ""): 73}, at=REVISED, why="補登二月案件")
    hidden = defined("hidden", CLOSED | {"is_public": False})
    kept(hidden, {("2020-02", ""): 987654})
    later = timezone.now() + timedelta(days=3)
    release = {"kind": "calendar", "after_days": 400, "at": "10:00"}
    embargoed = defined("embargoed", CLOSED | {"release": release})
    period = Period.parse(f"{later.year}-{later.month:02d}").code
    kept(embargoed, {(period, ""): 456789}, at=timezone.now())
    return SimpleNamespace(
        closed=closed, hidden=hidden, embargoed=embargoed, districts=districts, sanmin=sanmin
    )


class DjangoAdapter(requests.adapters.BaseAdapter):
    """Takes what a client sends by ``requests`` to the real views, without a socket between."""

    def send(self, request, **_options):
        client, path = Client(), request.url.removeprefix("http://localhost:8000")
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value
                   for name, value in request.headers.items()}  # fmt: skip
        kind = request.headers.get("Content-Type", "application/octet-stream")
        body = request.body or b""
        sent = client.generic(
            request.method, path, body.encode() if isinstance(body, str) else body,
            content_type=kind, **headers,
        )  # fmt: skip
        response = requests.Response()
        response.status_code, response.reason = sent.status_code, sent.reason_phrase
        response.headers.update(sent.headers)
        response.raw = HTTPResponse(
            io.BytesIO(sent.content), headers=dict(sent.headers), status=sent.status_code,
            preload_content=False,
        )  # fmt: skip
        response.url, response.request = request.url, request
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        return response

    def close(self):
        """Nothing is open."""


@pytest.fixture
def through_requests():
    """A session of ``requests`` that reaches this city alone."""
    with requests.Session() as session:
        session.mount("http://localhost:8000", DjangoAdapter())
        yield session
