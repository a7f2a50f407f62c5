"""Tokens of people: made once, kept hashed, used by programs as the person, ended."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.core.test_accounts import PASSWORD, code_for, set_up_app, sign_in
from tests.core.town import grant, person, role
from typer.testing import CliRunner

from shizheng.cli.main import app
from shizheng.core import journal
from shizheng.core.models import AccessToken, JournalEntry
from shizheng.core.people import actions, tokens
from shizheng.core.people.errors import TokensTooMany, TokenTermWrong, TokenUnknown
from shizheng.core.people.tokens import digest_of, token_make, token_revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return person("clerk", display_name="王小明")


def made(clerk, **given):
    plain = {"name": "報表程式", "days": 90, "by": clerk, "at": timezone.now()}
    return token_make(person=clerk, **{**plain, **given})


def asked(secret, path="/api/my/cases", method="get", **more):
    """Ask as a program does: no cookie, no form token."""
    program = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    return getattr(program, method)(path, headers=headers, **more)


def test_only_a_digest_is_kept_and_the_journal_says_who_made_it(clerk):
    token, secret = made(clerk)
    assert secret.startswith("szt_")
    assert len(secret) > 40
    assert token.digest == digest_of(secret)
    entry = JournalEntry.objects.get(action="core.token.made")
    assert secret not in entry.now + entry.why
    assert (entry.by, entry.after["is_read_only"]) == (clerk, False)


def test_a_program_asks_as_the_person(clerk):
    _token, secret = made(clerk)
    answer = asked(secret)
    assert (answer.status_code, answer.json()["cases"]) == (200, [])
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


@pytest.mark.parametrize("spoil", ["wrong", "expired", "revoked", "closed", "empty"])
def test_a_token_that_is_not_valid_is_answered_401_with_one_sentence(clerk, spoil):
    token, secret = made(clerk)
    if spoil == "wrong":
        secret += "x"
    elif spoil == "empty":
        secret = ""
    elif spoil == "expired":
        long_ago = timezone.now() - timedelta(days=91)
        AccessToken.objects.update(made_at=long_ago, expires_at=long_ago + timedelta(days=90))
    elif spoil == "revoked":
        token_revoke(key=token.pk, by=clerk, at=timezone.now())
    else:
        actions.person_disable(person=clerk, by=None, at=timezone.now(), why="left")
    answer = asked(secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "core.token_refused")
    assert answer.json()["detail"] == "權杖無效：內容不符、已逾期或已廢止。"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_beside_a_wrong_token_does_not_count(clerk):
    browser = Client()
    browser.force_login(clerk)
    answer = browser.get("/api/my/cases", headers={"Authorization": "Bearer szt_nothing"})
    assert answer.status_code == 401
    assert browser.get("/api/my/cases").status_code == 200


def test_a_token_is_of_the_interface_alone(clerk):
    _token, secret = made(clerk)
    assert asked(secret, "/my/").status_code == 302
    assert asked(secret, "/people/").status_code == 302


def test_a_token_that_reads_only_does_not_act(clerk):
    _token, secret = made(clerk, is_read_only=True)
    assert asked(secret).status_code == 200
    answer = asked(secret, "/api/cases", "post", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "core.token_reads_only")


def test_a_token_is_used_only_so_often_and_wrong_ones_are_counted(clerk, monkeypatch):
    _token, secret = made(clerk)
    monkeypatch.setattr(tokens, "REQUESTS", 2)
    monkeypatch.setattr(tokens, "WRONG", 1)
    assert [asked(secret).status_code for _ in range(3)] == [200, 200, 429]
    assert [asked("szt_x").status_code for _ in range(2)] == [401, 429]


def test_use_is_noted(clerk):
    token, secret = made(clerk)
    asked(secret)
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_is_valid_for_a_day_to_a_year(clerk, days):
    with pytest.raises(TokenTermWrong):
        made(clerk, days=days)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessToken.objects.create(person=clerk, name="x", digest="x", made_at=now, expires_at=now)


def test_nobody_has_tokens_without_number(clerk, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    token, _secret = made(clerk)
    with pytest.raises(TokensTooMany):
        made(clerk)
    token_revoke(key=token.pk, by=clerk, at=timezone.now())
    assert made(clerk)


def test_a_person_revokes_only_their_own_and_once(clerk):
    token, _secret = made(clerk)
    with pytest.raises(TokenUnknown):
        token_revoke(key=token.pk, by=person("other"), at=timezone.now())
    token_revoke(key=token.pk, by=None, at=timezone.now())
    with pytest.raises(TokenUnknown):
        token_revoke(key=token.pk, by=clerk, at=timezone.now())


def test_entries_say_by_which_token_and_only_while_it_asks(clerk):
    token, _secret = made(clerk)
    with transaction.atomic(), journal.through(token):
        by_token = journal.record("x.y.done", clerk, by=clerk, at=timezone.now(), now={"a": 1})
    with transaction.atomic():
        by_hand = journal.record("x.y.done", clerk, by=clerk, at=timezone.now(), now={"a": 1})
    assert by_token.after == {"a": 1, "token": str(token.pk)}
    assert by_hand.after == {"a": 1}
    assert journal.verify().is_intact


def test_the_page_shows_a_new_token_once(client, clerk):
    client.force_login(clerk)
    answer = client.post("/en/my/tokens/", {"name": "Reports", "days": "30"})
    page = answer.content.decode()
    secret = re.search(r"szt_[\w-]+", page).group()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "private, no-store")
    assert asked(secret).status_code == 200
    again = client.get("/en/my/tokens/").content.decode()
    assert "Reports" in again
    assert secret not in again

    token = AccessToken.objects.get()
    assert client.post(f"/en/my/tokens/{token.pk}/revoke/").status_code == 303
    assert asked(secret).status_code == 401
    assert "revoked" in client.get("/en/my/tokens/").content.decode()
    assert client.post("/en/my/tokens/", {"name": "", "days": "900"}).status_code == 422


def test_staff_make_tokens_only_in_a_session_that_passed_a_second_factor(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    lin = person("lin", password=PASSWORD)
    grant(lin, role("clerk"))
    sign_in(client, "lin")
    app_secret = set_up_app(client)
    client.post(reverse("account_logout"))

    client.force_login(lin)  # somebody got into the account by another way
    refused = client.post("/en/my/tokens/", {"name": "Reports", "days": "30"})
    assert refused.status_code == 403
    assert "has not passed a second factor" in refused.content.decode()
    assert not AccessToken.objects.exists()

    client.post(reverse("account_logout"))
    cache.clear()  # a code counts once; forget that this one was used a moment ago
    sign_in(client, "lin")
    client.post(reverse("mfa_authenticate"), {"code": code_for(app_secret)})
    answer = client.post("/en/my/tokens/", {"name": "Reports", "days": "30"})
    assert answer.status_code == 201
    secret = re.search(r"szt_[\w-]+", answer.content.decode()).group()
    assert asked(secret).status_code == 200

    actions.second_factor_reset(person=lin, by=None, at=timezone.now(), why="lost")
    assert asked(secret).status_code == 403


def test_the_operator_makes_lists_and_revokes(clerk):
    run = CliRunner().invoke
    found = run(app, ["tokens", "make", "clerk", "Reports", "--days", "7", "--read-only"])
    assert found.exit_code == 0, found.output
    secret = found.output.strip()
    assert asked(secret).status_code == 200
    listed = run(app, ["tokens", "list", "clerk"]).output
    token = AccessToken.objects.get()
    assert f"{token.pk}\tclerk\treads\tuntil" in listed
    assert secret not in listed
    assert run(app, ["tokens", "revoke", str(token.pk)]).exit_code == 0
    assert asked(secret).status_code == 401
    assert run(app, ["tokens", "make", "nobody", "x"]).exit_code == 2
    assert run(app, ["tokens", "make", "clerk", "x", "--days", "400"]).exit_code == 2


def test_the_description_names_the_token_where_somebody_must_be_known(client):
    document = client.get("/api/openapi.json").json()
    assert document["components"]["securitySchemes"]["AccessToken"]["scheme"] == "bearer"
    assert {"AccessToken": []} in document["paths"]["/api/cases"]["get"]["security"]
    assert "security" not in document["paths"]["/api/city"]["get"]
