import pytest
from django.urls import reverse
from django.utils.translation import override
from tests.core.town import grant, person

from shizheng.core.models import RoleGrant, User


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def clerk(works):
    return person("clerk", display_name="王小明", agency=works, email="clerk@example.tw")


def test_visitors_are_asked_to_sign_in(client, db):
    for address in (reverse("people"), reverse("my")):
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_who_manages_nobody_is_refused_with_a_reason(client, clerk):
    client.force_login(clerk)
    with override("en"):
        address = reverse("people")
    answer = client.get(address)
    assert answer.status_code == 403
    assert "manage people" in answer.content.decode()


def test_who_may_not_see_a_person_is_not_told_of_them(client, clerk, administrator):
    client.force_login(clerk)
    assert client.get(reverse("person", args=[administrator.pk])).status_code == 404
    assert client.get(reverse("person", args=[clerk.pk])).status_code == 200


@pytest.mark.parametrize("text", ["小明", "clerk", "CLERK@EXAMPLE", "小明 clerk"])
def test_people_are_found_by_name_account_or_address(admin_client, clerk, text):
    page = admin_client.get(reverse("people"), {"q": text}).content.decode()
    assert "王小明" in page
    assert reverse("person", args=[clerk.pk]) in page


def test_a_search_that_finds_nobody_says_what_to_do(admin_client):
    assert "empty" in admin_client.get(reverse("people"), {"q": "zzz"}).content.decode()


def test_the_list_costs_the_same_for_one_or_many(
    admin_client, clerk, clerk_role, django_assert_max_num_queries
):
    for number in range(60):
        grant(person(f"p{number}"), clerk_role)
    with django_assert_max_num_queries(12):
        admin_client.get(reverse("people"))


def test_a_role_is_given_and_taken_back_through_the_pages(admin_client, clerk, clerk_role, works):
    address = reverse("role_grant", args=[clerk.pk])
    missing = admin_client.post(address, {"role": clerk_role.pk})
    assert missing.status_code == 422
    assert "govuk-error-summary" in missing.content.decode()

    terms = {"role": clerk_role.pk, "agency": works.pk, "why": "New post"}
    assert admin_client.post(address, terms).status_code == 302
    held = RoleGrant.objects.get(person=clerk)
    again = admin_client.post(address, terms)
    assert again.status_code == 422

    revoke = reverse("role_revoke", args=[held.pk])
    assert admin_client.get(revoke).status_code == 200
    assert admin_client.post(revoke, {"why": ""}).status_code == 422
    assert admin_client.post(revoke, {"why": "Moved"}).status_code == 302
    held.refresh_from_db()
    assert held.revoked_reason == "Moved"


def test_the_last_day_of_a_role_counts_whole(admin_client, clerk, clerk_role):
    address = reverse("role_grant", args=[clerk.pk])
    days = {"starts_on_year": "2099-01-01", "ends_on_year": "2099-01-31"}
    admin_client.post(address, {"role": clerk_role.pk, "why": "Stand-in", **days})
    held = RoleGrant.objects.get(person=clerk)
    assert held.valid_from.isoformat() == "2098-12-31T16:00:00+00:00"
    assert held.valid_to.isoformat() == "2099-01-31T16:00:00+00:00"


def test_an_account_is_opened_and_closed_through_the_pages(admin_client, works):
    terms = {
        "display_name": "新同仁",
        "username": "newcomer",
        "email": "new@example.tw",
        "agency": works.pk,
        "language": "zh-hant",
    }
    made = admin_client.post(reverse("person_new"), terms)
    who = User.objects.get(username="newcomer")
    assert made["Location"] == reverse("person", args=[who.pk])
    assert admin_client.post(reverse("person_new"), terms).status_code == 422

    switch = reverse("person_switch", args=[who.pk])
    admin_client.post(switch, {"why": "Left"})
    assert not User.objects.get(pk=who.pk).is_active
    admin_client.post(switch, {"why": "Back"})
    assert User.objects.get(pk=who.pk).is_active


def test_the_last_administrator_is_told_why_they_stay(admin_client, administrator):
    with override("en"):
        address = reverse("person_switch", args=[administrator.pk])
    answer = admin_client.post(address, {"why": "Retiring"})
    assert answer.status_code == 422
    assert "last person who can manage people" in answer.content.decode()


def test_one_chooses_the_language_of_messages(client, clerk):
    client.force_login(clerk)
    client.post(reverse("my"), {"language": "en"})
    assert User.objects.get(pk=clerk.pk).language == "en"


def test_a_lost_second_factor_is_taken_off_with_a_reason(admin_client, clerk):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(clerk, generate_totp_secret())
    address = reverse("factor_reset", args=[clerk.pk])
    assert address in admin_client.get(reverse("person", args=[clerk.pk])).content.decode()
    assert admin_client.post(address, {"why": ""}).status_code == 422
    assert admin_client.post(address, {"why": "Phone in the harbour"}).status_code == 302
    assert not clerk.authenticator_set.exists()
