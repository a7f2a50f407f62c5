"""Starting in production with wrong settings, as an operator would see it."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from shizheng.core.signing_keys import self_signed

SHIZHENG = str(Path(sys.executable).with_name("shizheng"))

RIGHT = {
    "SHIZHENG_ENV": "production",
    "SHIZHENG_SECRET_KEY": secrets.token_urlsafe(48),
    "SHIZHENG_HOSTS": "plan.example.gov.tw",
    "SHIZHENG_URL": "https://plan.example.gov.tw",
    "SHIZHENG_EMAIL_URL": "smtp+tls://user:pw@post.example.gov.tw:587",
    "SHIZHENG_PROXIES": "1",
}


SIGNING_KEY = self_signed("Example City")


def start(tmp_path, *command, **changes):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHIZHENG_", "DATABASE_"))}
    key = tmp_path / "signing.p12"
    key.write_bytes(SIGNING_KEY)
    given = {
        "SHIZHENG_HOME": str(tmp_path / "home"),
        "SHIZHENG_SIGNING_KEY": str(key),
        **RIGHT,
        **changes,
    }
    command = command or (sys.executable, "-c", "import shizheng.web.wsgi")
    return subprocess.run(
        command,
        env=kept | {name: value for name, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_right_settings_start(tmp_path):
    assert start(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"SHIZHENG_DEBUG": "1"}, "SHIZHENG_DEBUG", id="debug"),
        pytest.param({"SHIZHENG_SECRET_KEY": None}, "SHIZHENG_SECRET_KEY", id="no-key"),
        pytest.param({"SHIZHENG_SECRET_KEY": "short"}, "SHIZHENG_SECRET_KEY", id="short-key"),
        pytest.param({"SHIZHENG_SECRET_KEY": "a" * 60}, "SHIZHENG_SECRET_KEY", id="dull-key"),
        pytest.param({"SHIZHENG_HOSTS": None}, "SHIZHENG_HOSTS", id="no-hosts"),
        pytest.param({"SHIZHENG_HOSTS": "*"}, "SHIZHENG_HOSTS", id="any-host"),
        pytest.param({"SHIZHENG_URL": "http://a.tw"}, "SHIZHENG_URL", id="not-https"),
        pytest.param({"SHIZHENG_PROXIES": None}, "SHIZHENG_PROXIES", id="redirect-for-ever"),
        pytest.param({"SHIZHENG_EMAIL_URL": None}, "SHIZHENG_EMAIL_URL", id="no-mail"),
        pytest.param({"SHIZHENG_SIGNING_KEY": None}, "SHIZHENG_SIGNING_KEY", id="no-signing-key"),
        pytest.param(
            {"SHIZHENG_SIGNING_PASSWORD": "wrong"}, "SHIZHENG_SIGNING_PASSWORD", id="wrong-password"
        ),
        pytest.param({"SHIZHENG_SIGNING_KEY": __file__}, "SHIZHENG_SIGNING_KEY", id="no-such-key"),
        pytest.param({"SHIZHENG_FONTS": "/proc/fonts"}, "SHIZHENG_FONTS", id="no-fonts-there"),
        pytest.param({"SHIZHENG_OIDC_URL": "https://id.tw"}, "SHIZHENG_OIDC_SECRET", id="oidc"),
        pytest.param({"SHIZHENG_HOME": "/proc/city"}, "/proc/city", id="unwritable-folder"),
    ],
)
def test_each_fault_is_refused_and_named(tmp_path, change, named):
    answer = start(tmp_path, **change)
    assert answer.returncode == 2
    assert named in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_demonstration_key_signs_nothing_in_production(tmp_path):
    path = tmp_path / "demo.p12"
    path.write_bytes(self_signed(settings.DEMO_SIGNER))
    answer = start(tmp_path, SHIZHENG_SIGNING_KEY=str(path))
    assert answer.returncode == 2
    assert "a key for demonstrations" in answer.stderr


def test_all_faults_are_named_at_once_by_the_command_too(tmp_path):
    wrong = dict.fromkeys(RIGHT) | {"SHIZHENG_ENV": "production", "SHIZHENG_DEBUG": "1"}
    answer = start(tmp_path, SHIZHENG, "serve", **wrong, PORT="0")
    assert answer.returncode == 2
    for name in ("DEBUG", "SECRET_KEY", "HOSTS", "URL", "EMAIL_URL"):
        assert f"SHIZHENG_{name} " in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_misspelt_environment_is_not_taken_for_development(tmp_path):
    answer = start(tmp_path, SHIZHENG, "journal", "verify", SHIZHENG_ENV="prod")
    assert answer.returncode == 2
    assert "development, demo, production" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_cookies_travel_only_over_https_in_production(tmp_path):
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.REQUIRE_SECOND_FACTOR)"
    )
    answer = start(
        tmp_path, sys.executable, "-c", script, DJANGO_SETTINGS_MODULE="shizheng.settings"
    )
    assert answer.stdout.split() == ["True"] * 6
