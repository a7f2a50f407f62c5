"""Signing in through a real OpenID Connect service on this machine."""

from urllib.parse import urlsplit

import pytest
import requests
from django.urls import reverse
from tests.core.oidc_service import CLIENT, serving
from tests.core.town import person

from shizheng.core.models import User

WU = {"sub": "42", "name": "吳小姐", "email": "wu@city.gov.tw", "email_verified": True}


@pytest.fixture
def service(db, settings):
    with serving(WU) as running:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "city",
                        "name": "市府單一登入",
                        "client_id": CLIENT,
                        "secret": "hush",
                        "settings": {"server_url": running.url},
                    }
                ],
            }
        }
        yield running


def sign_in(client):
    """Follow the browser's way: our page, the service, back to us."""
    start = client.get(reverse("openid_connect_login", args=["city"]))
    assert start.status_code == 302
    back = requests.get(start["Location"], allow_redirects=False, timeout=5).headers["Location"]
    place = urlsplit(back)
    return client.get(f"{place.path}?{place.query}")


def test_the_button_is_there_only_when_the_service_is_set(client, db, service, settings):
    assert "市府單一登入" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "市府單一登入" not in client.get(reverse("account_login")).content.decode()


def test_a_first_sign_in_opens_an_account_without_any_role(client, service):
    assert sign_in(client)["Location"] == reverse("my")
    made = User.objects.get(email="wu@city.gov.tw")
    assert made.display_name == "吳小姐"
    assert not made.grants.exists()
    assert client.session["_auth_user_id"] == str(made.pk)
    assert service.asked[0]["code_challenge_method"] == "S256"


def test_the_same_person_comes_back_to_the_same_account(client, service):
    sign_in(client)
    client.post(reverse("account_logout"))
    sign_in(client)
    assert User.objects.count() == 1


def test_an_account_with_the_same_address_is_not_taken_over(client, service):
    mine = person("wu", email="wu@city.gov.tw", password="a long harbour wind")
    sign_in(client)
    assert client.session.get("_auth_user_id") != str(mine.pk)


def test_a_forged_answer_is_refused(client, service):
    client.get(reverse("openid_connect_login", args=["city"]))
    forged = reverse("openid_connect_callback", args=["city"]) + "?code=once&state=forged"
    client.get(forged)
    assert "_auth_user_id" not in client.session
