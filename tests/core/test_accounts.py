"""Signing in as people do, over HTTP, with real one-time codes."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse
from tests.core.town import grant, person, role

from shizheng.core.models import User

PASSWORD = "a long harbour wind"


@pytest.fixture
def staff(db):
    someone = person("lin", display_name="林小姐", email="lin@example.tw", password=PASSWORD)
    grant(someone, role("officer"))
    return someone


@pytest.fixture
def resident(db):
    return person("wang", email="wang@example.tw", password=PASSWORD)


@pytest.fixture
def second_factor_required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, login, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def confirm(client):
    """Give the password once more, as pages that change how one signs in demand."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def set_up_app(client):
    """Activate an authenticator app and return its secret."""
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200, page.headers.get("Location")
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


@pytest.mark.parametrize("login", ["wang", "wang@example.tw", "WANG@example.tw"])
def test_one_signs_in_by_name_or_address(client, resident, login):
    assert sign_in(client, login)["Location"] == reverse("my")
    page = client.get(reverse("my"))
    assert "wang@example.tw" in page.content.decode()


def test_a_wrong_password_and_an_unknown_name_look_alike(client, resident):
    wrong = sign_in(client, "wang", "no").context["form"].errors
    assert wrong == sign_in(client, "nobody", "no").context["form"].errors


def test_repeated_failures_are_held_back(client, resident):
    for _ in range(5):
        sign_in(client, "wang", "guess")
    answer = sign_in(client, "wang")
    assert answer.status_code == 200, "the right password does not help now"
    assert "_auth_user_id" not in client.session


def test_asking_for_a_new_password_never_tells_whether_there_is_an_account(client, resident):
    known = client.post(reverse("account_reset_password"), {"email": "wang@example.tw"})
    unknown = client.post(reverse("account_reset_password"), {"email": "no@example.tw"})
    assert known["Location"] == unknown["Location"]
    assert [letter.to for letter in mail.outbox] == [["wang@example.tw"]]


def test_signing_up_with_a_taken_address_says_nothing(client, resident, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # as in production
    answer = client.post(
        reverse("account_signup"),
        {"display_name": "X", "email": "wang@example.tw", "password1": PASSWORD},
    )
    assert answer.status_code == 302
    assert User.objects.count() == 1


def test_a_resident_opens_an_account(client, db):
    client.post(
        reverse("account_signup"),
        {"display_name": "陳先生", "email": "chen@example.tw", "password1": PASSWORD},
    )
    made = User.objects.get(email="chen@example.tw")
    assert made.display_name == "陳先生"
    assert not made.grants.exists()


def test_a_short_password_is_refused_with_a_reason(client, db):
    answer = client.post(
        reverse("account_signup"),
        {"display_name": "A", "email": "a@example.tw", "password1": "short"},
    )
    assert "10" in answer.context["form"].errors["password1"][0]


def test_sign_up_can_be_closed(client, db, settings):
    settings.SIGNUP_IS_OPEN = False
    page = client.get(reverse("account_signup"))
    assert "password1" not in page.content.decode()


def test_staff_reach_nothing_before_a_second_factor(client, staff, second_factor_required):
    sign_in(client, "lin")
    for name in ("my", "web:home"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (303, reverse("mfa_index"))
    assert client.get(reverse("mfa_index")).status_code == 200

    set_up_app(client)
    assert client.get(reverse("my")).status_code == 200


def test_residents_need_no_second_factor(client, resident, second_factor_required):
    sign_in(client, "wang")
    assert client.get(reverse("my")).status_code == 200


def test_a_password_alone_no_longer_signs_in(client, staff, second_factor_required):
    sign_in(client, "lin")
    secret = set_up_app(client)
    client.post(reverse("account_logout"))

    assert sign_in(client, "lin")["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.context["form"].errors

    from django.core.cache import cache

    cache.clear()  # a code counts once; forget that this one was used a moment ago
    done = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert done["Location"] == reverse("my")
    assert client.get(reverse("my")).status_code == 200


def test_the_secret_of_the_app_is_not_kept_in_clear(client, staff):
    sign_in(client, "lin")
    secret = set_up_app(client)
    kept = staff.authenticator_set.get(type="totp").data["secret"]
    assert secret not in kept


def test_an_outsider_does_not_leave_the_site_by_signing_in(client, resident):
    answer = client.post(
        reverse("account_login") + "?next=https://evil.example/",
        {"login": "wang", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil" not in answer["Location"]


def test_setting_up_a_factor_asks_for_the_password_again(client, resident):
    sign_in(client, "wang")
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


PAGES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_generate_recovery_codes",
    "my",
]


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_of_accounts_are_ours_and_without_inline_script(client, resident, name, language):
    from django.utils.translation import override

    if name not in {"account_login", "account_signup", "account_reset_password"}:
        sign_in(client, "wang")
        confirm(client)
        if name == "mfa_generate_recovery_codes":
            set_up_app(client)
    with override(language):
        page = client.get(reverse(name))
    html = page.content.decode()
    assert page.status_code == 200, page.headers.get("Location")
    assert 'id="main"' in html
    assert 'href="/style.css' in html
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", html)
    assert not scripts
    assert not re.search(r"\son\w+=|\sstyle=", html)
