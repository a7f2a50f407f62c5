import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.urls import reverse
from tests.core.town import AT, person, role

from shizheng.core.access import may
from shizheng.core.models import RoleGrant, User
from shizheng.core.people.demo import OnlyInDemo, demo_accounts_load


@pytest.fixture
def account(works):
    role("officer", "plan.report_progress")
    return SimpleNamespace(
        username="demo-officer",
        name={"zh-Hant": "林承辦", "en": "Lin"},
        role="officer",
        agency="works",
        district=None,
        language="zh-Hant",
    )


@pytest.fixture
def demo(settings):
    settings.IS_DEMO = True


def test_accounts_are_made_once(account, works, demo):
    for _ in range(2):
        (made,) = demo_accounts_load([account], at=AT)
    assert made.display_name == "林承辦"
    assert not made.has_usable_password()
    assert RoleGrant.objects.count() == 1
    assert may(made, "plan.report_progress", works, at=AT)


def test_no_account_is_made_outside_the_demonstration(account):
    with pytest.raises(OnlyInDemo):
        demo_accounts_load([account], at=AT)
    assert not User.objects.exists()


@pytest.mark.urls("tests.core.demo_site")
def test_one_click_steps_into_an_account(client, account, demo):
    demo_accounts_load([account], at=AT)
    page = client.get(reverse("account_login")).content.decode()
    assert 'value="demo-officer"' in page
    answer = client.post("/demo/step-in/", {"username": "demo-officer", "next": "/my/"})
    assert answer["Location"] == "/my/"
    assert "林承辦" in client.get("/my/").content.decode()


@pytest.mark.urls("tests.core.demo_site")
def test_only_invented_accounts_can_be_stepped_into(client, account, demo):
    person("real")
    assert client.post("/demo/step-in/", {"username": "real"}).status_code == 404
    assert client.get("/demo/step-in/").status_code == 405


@pytest.mark.urls("tests.core.demo_site")
def test_stepping_in_needs_the_token_and_stays_on_the_site(client, account, demo):
    from django.test import Client

    demo_accounts_load([account], at=AT)
    who = {"username": "demo-officer", "next": "https://evil.example/"}
    assert Client(enforce_csrf_checks=True).post("/demo/step-in/", who).status_code == 403
    assert client.post("/demo/step-in/", who)["Location"] == reverse("my")


@pytest.mark.urls("tests.core.demo_site")
def test_the_page_refuses_even_if_its_address_leaked_out_of_the_demonstration(
    client, account, settings
):
    settings.IS_DEMO = True
    demo_accounts_load([account], at=AT)
    settings.IS_DEMO = False
    assert client.post("/demo/step-in/", {"username": "demo-officer"}).status_code == 404


@pytest.mark.parametrize(
    ("environment", "exists"), [("demo", True), ("development", False), ("production", False)]
)
def test_the_address_exists_only_in_the_demonstration(environment, exists, tmp_path):
    script = (
        "import django; django.setup()\n"
        "from django.urls import is_valid_path\n"
        "print(any(is_valid_path(p + 'demo/step-in/') for p in ('/', '/en/')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {
            "SHIZHENG_ENV": environment,
            "SHIZHENG_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "shizheng.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == str(exists)
