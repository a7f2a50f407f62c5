"""Every address for everybody: each route answers each part of the city as the table says."""

import logging
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.template.base import Template
from django.test import override_settings
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.services.conftest import loaded
from tests.whole.city_of_roles import ROLES, VIEWERS, built
from tests.whole.permission_table import TABLE

from shizheng.core.models import Role
from shizheng.services import city as city_read
from shizheng.web.api import api

ABSENT = UUID(int=1)
ROADS = ("open road_damage", "closed road_damage")
pytestmark = pytest.mark.django_db
FOREIGN = ("account_", "mfa_", "socialaccount_", "openid_connect_")
"""Addresses of django-allauth, which has tests of its own (tests/core/test_accounts.py)."""
OF_CASES = (
    "services:", "open311_one_request", "api:case", "api:act", "api:doc", "api:mess", "api:write",
)  # fmt: skip
NOT_OF_CASES = (
    "services:pay", "services:pay_done", "services:definition_version",
    "services:knowledge_version",
)  # fmt: skip
FEW = ("anonymous", "applicant", "other resident", "follower", "officer", "officer elsewhere",
       "auditor", "crew leader")  # fmt: skip
OUT, NO_METHOD = {401, 403, 404}, {405}
REFUSED_BY_RULE = {409, 410}  # says the same to who may and, at most, to who may not


def routes(patterns=None, space=""):
    """Yield the name and the pattern of every route."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace.split('-')[0]}:" if each.namespace else ""
            yield from routes(each.url_patterns, space + inner)
        elif each.name:
            yield space + each.name, each
        elif each.lookup_str.startswith("shizheng."):
            yield f"open311_{each.callback.__name__}", each


ROUTES = {name: each for name, each in routes() if not name.startswith(FOREIGN)}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once in a transaction that is rolled back; each request in a savepoint of it."""
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(MEDIA_ROOT=home / "files", HOME=home))
        stack.callback(city_read.forget)
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        cache.clear()
        city_read.forget()
        loaded()
        yield built(timezone.now() - timedelta(hours=2))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """Refusals are expected by the thousand; nobody asks which templates were filled with what."""
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_route_is_in_the_table_and_no_other():
    assert set(ROUTES) == set(TABLE)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_route_answers_each_as_the_table_says(name, city):
    if name not in TABLE:
        pytest.fail(f"Declare in permission_table.py who may read and write at {name}.")
    for turn, (case, path) in enumerate(paths(name, city), start=len(name)):
        for method, rule in zip(("get", "post"), TABLE[name], strict=True):
            for viewer in asked(rule, case, turn):
                status = answer(city, viewer, method, path)
                where = f"{method.upper()} {path} of {case or 'no case'} by {viewer}"
                assert status < 500 or status == 503, where
                assert fits(status, rule, viewer, case), f"{where}: {status}, not “{rule}”"


def paths(name, city):
    """Return where a route leads, for each case where it is about one."""
    given = ROUTES[name].pattern.regex.groupindex
    is_case = "number" in given and name.startswith(
        ("services:", "open311_request", "api:case", "api:act", "api:doc", "api:mess", "api:write")
    )
    is_case = is_case and not name.startswith(
        ("services:pay", "services:definition", "services:know")
    )
    is_case = is_case or name == "services:pay_at_counter"
    found = []
    for case, row in city.cases.items() if is_case else [("", None)]:
        values = {key: value_of(name, key, city) for key in given}
        if row is not None:
            values["number"] = row.number
        found.append((case, path_to(name, values)))
    return found


def value_of(name, key, city):
    """Return what stands in an address; things that are not there by a key that nobody has."""
    things = city.things
    own = {
        ("services:draft", "key"): things.draft.pk, ("services:receipt", "key"): things.draft.pk,
        ("services:call", "key"): things.call.pk, ("services:village", "code"): things.village.code,
        ("services:village_record_end", "key"): things.record.pk,
        ("services:do", "action"): "withdraw", ("services:village_record_new", "kind"): "notice",
        ("person", "pk"): things.person.pk, ("role_grant", "pk"): things.person.pk,
        ("published:", "kind"): "indicators", ("published:", "ending"): "ttl",
        ("ckan:", "name"): "package_list", ("evaluations:new", "type_"): "policy_plan",
        ("sdmx:v21", "rest"): "conceptscheme", ("sdmx:v30", "rest"): "structure/conceptscheme",
        ("sensing:basin", "code"): "love", ("sensing:permit_new", "kind"): "stack",
        ("sensing:thing", "key"): 1, ("sensing:stream", "key"): 1,
        ("sensing:camera_still", "key"): "KH-1", ("sensing:public_still", "key"): "KH-1",
        ("sensorthings:", "version"): "v1.1", ("sensorthings:", "path"): "Things",
        ("places:", "code"): "gutters", ("ogc:", "code"): "gutters",
        ("ogc:", "matrix"): "WebMercatorQuad", ("ogc:tile", "zoom"): "2",
        ("ogc:tile", "row"): "1", ("places:area_tile", "zoom"): "2",
        ("places:area_tile", "row"): "1", ("places:file", "format_"): "csv",
        ("places:bookable", "code"): "badminton_court_a",
        ("factor_reset", "pk"): things.person.pk, ("role_revoke", "pk"): things.grant.pk,
    }  # fmt: skip
    for (start, part), value in sorted(own.items(), reverse=True):
        if part == key and name.startswith(start):
            return value
    ones = dict.fromkeys(("number", "sheet", "before", "version", "column"), 1)
    usual = {"code": "road_damage", "width": 800, **ones}
    return usual.get(key, ABSENT)


def path_to(name, values):
    if name.startswith("open311_"):
        part = name.removeprefix("open311_")
        tail = {
            "description": "openapi", "service": "services/road_damage",
            "updates": "servicerequestupdates", "token": "tokens/none",
            "one_request": f"requests/{values.get('number')}",
        }.get(part, part)  # fmt: skip
        return f"/open311/v2/{tail}.json"
    full = name.replace("api:", f"{api.urls_namespace}:")
    return reverse(full, kwargs=values)


def asked(rule, case, turn):
    """Return who is asked: everybody, but only a few where everybody is answered alike.

    An address that leads to several cases asks the few of every case, the others in turn: each is
    asked at each address, of every second case.
    """
    if rule in ("all", "-", "any", "nobody"):
        return ("anonymous", "applicant", "officer elsewhere", "administrator")
    if case.startswith("closed") or connection.vendor == "postgresql":
        return (
            FEW  # the second database is asked whether its queries say the same, not of each role
        )
    if case:
        return [each for at, each in enumerate(VIEWERS) if each in FEW or (at + turn) % 2]
    return VIEWERS


def answer(city, viewer, method, path):
    """Return the status for a viewer, 401 for being sent to sign in; nothing stays."""
    client = city.clients[viewer]
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    kept = transaction.savepoint()
    try:
        response = getattr(client, method)(path)
    finally:
        transaction.savepoint_rollback(kept)
        client.cookies = cookies
    to = response.get("Location", "")
    return 401 if "/accounts/login/" in to else response.status_code


def fits(status, rule, viewer, case):
    if rule == "any" or status in REFUSED_BY_RULE:
        return True
    if rule == "-":
        return status in NO_METHOD | OUT
    if viewer in allowed(rule, case):
        return status not in OUT | NO_METHOD
    return status in OUT


def allowed(rule, case):
    """Return the viewers that a rule lets in."""
    return set().union(*(_part(part, case) for part in rule.split(",")))


def _part(part, case):
    roads = case in ROADS
    of_the_case = {
        "petitioner": set() if roads else {"applicant", "proxy"},
        "party": {"applicant", "helper", "proxy", "follower"},
        "own case": {"applicant", "helper", "proxy"},
        "staff": {
            "officer", "officer of a reviewer", "supervisor", "controller", "administrator",
            "call-taker", *(("auditor", "crew leader") if roads else ()),
        },
        "taker": {
            "officer", "supervisor", "administrator",
            *(("crew leader",) if case == "open road_damage" else ()),
        },
        "worker": {"officer", "supervisor", "administrator", *(("crew leader",) if roads else ())},
    }  # fmt: skip
    if part in of_the_case:
        return of_the_case[part]
    if part == "all":
        return set(VIEWERS)
    if part == "signed in":
        return set(ROLES)
    if part == "nobody":
        return set()
    if "." in part:
        held = {role.code: set(role.permissions) for role in Role.objects.all()}
        wanted = set(part.split("|"))
        return {name for name, (role, _) in ROLES.items() if role and held[role] & wanted}
    assert part in VIEWERS, part
    return {part}
