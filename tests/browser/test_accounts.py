"""Signing in by keyboard with a password, an authenticator app and a passkey; people and roles."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from tests.core.town import agency, grant, person, role

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long harbour wind"


@pytest.fixture
def works():
    return agency("works")


@pytest.fixture
def staff(works, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    someone = person(
        "lin", display_name="林小姐", email="lin@example.tw", agency=works, password=PASSWORD
    )
    grant(someone, role("administrator", "core.manage_people"))
    return someone


@pytest.fixture
def clerk(works):
    return person("clerk", display_name="王小明", email="clerk@example.tw", agency=works)


@pytest.fixture
def signed_in(live_server, open_page, shoot, staff, settings):
    """An administrator's page, where refused forms (422) are expected, and its camera."""
    settings.REQUIRE_SECOND_FACTOR = False
    page = open_page(may_fail=True)
    sign_in(page, live_server)
    return page, shoot


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter(page):
    with page.expect_event("load"):
        page.keyboard.press("Enter")


def sign_in(page, server, language=""):
    page.goto(f"{server.url}{language}/accounts/login/")
    page.locator("#id_login").focus()
    page.keyboard.type("lin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    enter(page)


def confirm(page):
    page.locator("#id_password").fill(PASSWORD)
    enter(page)


def set_up_app(page):
    """Set up an authenticator app on the page that is open; return its secret."""
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(code_for(secret))
    enter(page)
    return secret


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.usefixtures("staff")
def test_staff_set_up_an_app_and_sign_in_with_its_codes(
    live_server, page, assert_accessible, shoot, language
):
    name = language.strip("/") or "zh"
    page.goto(f"{live_server.url}{language}/accounts/login/")
    assert_accessible(page)
    shoot(page, f"login-{name}")

    sign_in(page, live_server, language)
    assert page.url.endswith(f"{language}/accounts/2fa/")
    assert_accessible(page)
    shoot(page, f"second-factor-{name}")
    page.goto(f"{live_server.url}{language}/accounts/2fa/totp/activate/")
    assert_accessible(page)
    confirm(page)
    assert_accessible(page)
    assert page.locator("img.account-picture").evaluate("image => image.naturalWidth > 0")
    shoot(page, f"app-{name}")
    secret = set_up_app(page)

    page.goto(f"{live_server.url}{language}/my/")
    assert_accessible(page)
    shoot(page, f"my-{name}")
    page.locator("main form[action*=logout] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{language}/")

    from django.core.cache import cache

    cache.clear()  # a code counts once; forget that this one was used a moment ago
    sign_in(page, live_server, language)
    assert "/accounts/2fa/authenticate/" in page.url
    assert_accessible(page)
    shoot(page, f"code-{name}")
    page.locator("#id_code").fill(code_for(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{language}/my/")


def test_a_wrong_password_is_said_at_the_top_and_the_name_is_kept(
    live_server, page, staff, assert_accessible
):
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#id_login").fill("lin")
    page.locator("#id_password").fill("wrong")
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert page.locator("#id_login").input_value() == "lin"
    assert_accessible(page)


def test_a_passkey_is_added_and_signs_in_under_the_strict_policy(
    live_server, page, staff, assert_accessible
):
    """A key inside the browser stands in for a device; scripts run under ``script-src 'self'``."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    confirm(page)
    assert_accessible(page)
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/**", wait_until="load")
    page.wait_for_url(lambda url: "/add/" not in url)

    page.goto(f"{live_server.url}/accounts/2fa/webauthn/")
    assert_accessible(page)
    page.goto(f"{live_server.url}/my/")
    page.locator("main form[action*=logout] button").click()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/my/")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_role_is_given_and_taken_back_by_keyboard(
    live_server, signed_in, clerk, assert_accessible, width
):
    page, shoot = signed_in
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/people/")
    assert_accessible(page)
    shoot(page, f"people-{width}")
    page.goto(f"{live_server.url}/people/{clerk.pk}/")
    assert_accessible(page)

    page.locator("#id_why").focus()
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert_accessible(page)
    shoot(page, f"person-error-{width}")
    page.locator("#id_role").select_option(index=1)
    page.locator("#id_why").fill("代理")
    page.keyboard.press("Enter")
    page.locator(".notice-success").wait_for()
    shoot(page, f"person-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.locator("a[href*=revoke]").focus()
    page.keyboard.press("Enter")
    page.locator("#id_why").wait_for()
    assert_accessible(page)
    page.locator("#id_why").fill("回任")
    page.keyboard.press("Enter")
    page.locator(".notice-success").wait_for()
    assert not clerk.grants.filter(revoked_at=None).exists()
