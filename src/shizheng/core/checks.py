"""What must be right before a city is served in production; every fault is named at once."""

import base64
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings

from shizheng.kernel.errors import N_, DomainError

KEY_LENGTH = 50
UNSENT = ("console", "dummy", "locmem", "filebased")
log = structlog.get_logger(__name__)


class NotFitForProduction(DomainError):
    """The settings would endanger the city, so nothing starts (設定不符正式環境要求)."""

    code = "core.not_fit_for_production"
    message = N_("Nothing was started: with SHIZHENG_ENV=production\n{faults}")
    hint = N_("Correct these, or set SHIZHENG_ENV=development to try things out.")


def require_fit() -> None:
    """Do nothing if the settings may serve people, or if this is not production.

    Raises:
        NotFitForProduction: it lists every fault with what to do about it.
    """
    if not settings.IS_PRODUCTION:
        return
    found = list(faults())
    if found:
        raise NotFitForProduction(faults="\n".join(f"- {fault}" for fault in found))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        log.warning("sqlite_in_production", advice="PostgreSQL serves more people at once")
    if not settings.REQUIRE_SECOND_FACTOR:
        log.warning("second_factor_not_required", setting="SHIZHENG_REQUIRE_MFA")


def exit_unless_fit() -> None:
    """End the process with exit code 2 and the list of faults, for servers of other makes."""
    try:
        require_fit()
    except NotFitForProduction as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)


def faults() -> Iterator[str]:
    """Yield one sentence for each setting that must not serve people."""
    yield from _secrets()
    yield from _addresses()
    yield from _folders()
    yield from _documents()
    yield from _payments()
    yield from _texts()
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in UNSENT:
        yield (
            "SHIZHENG_EMAIL_URL is missing, so nobody could confirm an address or reset a "
            "password. Set it, such as smtp+tls://user:password@host:587."
        )
    if settings.OIDC_URL and not (settings.OIDC_CLIENT_ID and settings.OIDC_SECRET):
        yield (
            "SHIZHENG_OIDC_URL is set, but SHIZHENG_OIDC_CLIENT_ID or SHIZHENG_OIDC_SECRET is not."
        )


def _secrets() -> Iterator[str]:
    if settings.DEBUG:
        yield "SHIZHENG_DEBUG is on and would show secrets to visitors. Remove it."
    key = settings.SECRET_KEY
    if key.startswith("generated-") or len(key) < KEY_LENGTH or len(set(key)) < 10:
        yield (
            f"SHIZHENG_SECRET_KEY must be set to {KEY_LENGTH} or more random characters, such as "
            "`openssl rand -base64 48` prints."
        )


def _addresses() -> Iterator[str]:
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield (
            "SHIZHENG_HOSTS must name the hosts under which the site is reached, "
            "such as plan.example.gov.tw."
        )
    if not settings.IS_HTTPS:
        yield (
            f"SHIZHENG_URL must start with https://, got “{settings.SITE_URL}”: passwords and "
            "sessions would travel in clear."
        )
    elif settings.SECURE_SSL_REDIRECT and not settings.PROXIES:
        yield (
            "SHIZHENG_PROXIES is 0, so a proxy that ends TLS would not be believed and every page "
            "would redirect to itself. Set it to the number of proxies in front (mostly 1)."
        )


def _folders() -> Iterator[str]:
    for folder in (settings.HOME, settings.MEDIA_ROOT):
        reason = _unwritable(Path(folder))
        if reason:
            yield f"The folder {folder} cannot be written ({reason}). Set SHIZHENG_HOME."


def _documents() -> Iterator[str]:
    key = settings.SIGNING_KEY
    if not key:
        yield (
            "SHIZHENG_SIGNING_KEY is missing, so certificates and letters could not be signed. Set "
            "it to the path of a PKCS#12 file, and SHIZHENG_SIGNING_PASSWORD to its password."
        )
    elif not (holder := _holder(Path(key), settings.SIGNING_PASSWORD)):
        yield (
            f"SHIZHENG_SIGNING_KEY names the file {key}, which is not a PKCS#12 file with a key "
            "that opens with SHIZHENG_SIGNING_PASSWORD."
        )
    elif settings.DEMO_SIGNER in holder:
        yield f"SHIZHENG_SIGNING_KEY names {key}, a key for demonstrations. Give the city's own."
    if settings.SIGNING_TRUSTED and not Path(settings.SIGNING_TRUSTED).is_file():
        yield f"SHIZHENG_SIGNING_TRUSTED names {settings.SIGNING_TRUSTED}, which is not a file."
    if settings.FONTS and not Path(settings.FONTS).is_dir():
        yield f"SHIZHENG_FONTS names {settings.FONTS}, which is not a folder."


def _payments() -> Iterator[str]:
    if "test_bank" in settings.PAYMENT_GATEWAYS:
        if not settings.TEST_BANK_ALLOWED:
            yield (
                "SHIZHENG_PAYMENT_GATEWAYS names test_bank, which takes no real money. Remove it, "
                "or set SHIZHENG_TEST_BANK_ALLOWED=1 on a site where nobody pays in earnest."
            )
        elif not settings.TEST_BANK_SECRET:
            yield "SHIZHENG_TEST_BANK_SECRET is missing; the test bank signs its notices with it."
    collector = settings.PAYMENT_COLLECTOR
    if len(collector) != 5 or not (collector.isascii() and collector.isdigit()):
        yield f"SHIZHENG_PAYMENT_COLLECTOR must be five digits, got “{collector}”."


def _texts() -> Iterator[str]:
    for name in ("SMS", "LINE"):
        url, secret = getattr(settings, f"{name}_URL"), getattr(settings, f"{name}_SECRET")
        if url in ("", "spool:"):
            continue
        if not url.startswith("https://"):
            yield (
                f"SHIZHENG_{name}_URL must start with https:// or be spool:, got “{url}”: numbers "
                "of people and what they are told would travel in clear."
            )
        if not _is_signing_secret(secret):
            yield (
                f"SHIZHENG_{name}_SECRET must be whsec_ and 24 or more random bytes in base64, so "
                "that nobody else can send in the city's name."
            )


def _is_signing_secret(secret: str) -> bool:
    if not secret.startswith("whsec_"):
        return False
    try:
        return len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) >= 24
    except ValueError:
        return False


def _holder(path: Path, password: str) -> str:
    """Return whom the certificate of a signing key names; nothing if there is no such key."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(
            path.read_bytes(), password.encode() or None
        )
    except (OSError, ValueError):
        return ""
    if not (key and certificate):
        return ""
    return "\n".join(str(part.value) for part in certificate.subject)


def _unwritable(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as problem:
        return (problem.strerror or str(problem)).lower()
