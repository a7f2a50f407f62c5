"""What the settings read from outside: typed environment variables and a generated key."""

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from environ import Env

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
ENGINE = re.compile(r"duckdb|spark://[\w.-]+:[0-9]{1,5}|local\[([1-9][0-9]{0,2}|\*)\]", re.ASCII)
DATABASES = {"sqlite", "postgres", "postgresql"}


class Environment:
    """Typed readers of environment variables; each refuses what it cannot read.

    A variable may be given as ``NAME_FILE``, the path of a file that holds its value, so that a
    secret need not stand in the environment. An empty value counts as not given.

    Raises:
        ImproperlyConfigured: one sentence that names the variable, what came and what is allowed.
    """

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        """Return the text, without white space around it."""
        path = self._variables.get(f"{name}_FILE", "")
        if not path:
            return self._variables.get(name, "").strip() or default
        try:
            return Path(path).read_text(encoding="utf-8").strip() or default
        except (OSError, UnicodeDecodeError) as problem:
            raise ImproperlyConfigured(
                f"{name}_FILE names the file {path}, which cannot be read: {problem}."
            ) from problem

    def flag(self, name: str, default: bool = False) -> bool:
        """Return yes or no, written as 1 or 0, true or false, yes or no, on or off."""
        text = self.text(name).lower()
        if text and text not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{name} must be 1 or 0, got “{text}”.")
        return text in TRUE if text else default

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number of 0 or more."""
        text = self.text(name)
        if text and not (text.isascii() and text.isdigit()):
            raise ImproperlyConfigured(f"{name} must be a whole number, got “{text}”.")
        return int(text) if text else default

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Return the values between the commas."""
        return [part for part in map(_stripped, self.text(name).split(",")) if part] or [*default]

    def choice(self, name: str, default: str, among: Sequence[str]) -> str:
        """Return one of a closed list of words."""
        text = self.text(name, default)
        if text not in among:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, got “{text}”.")
        return text

    def engine(self, name: str, default: str) -> str:
        """Return ``duckdb``, or the master of a Spark cluster such as ``spark://host:7077``."""
        text = self.text(name, default)
        if not ENGINE.fullmatch(text):
            raise ImproperlyConfigured(
                f"{name} must be duckdb, spark://host:port or local[threads], got “{text}”."
            )
        return text

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings of the database at a ``sqlite:`` or ``postgres:`` address."""
        text = self.text(name, default)
        try:
            address = urlsplit(text)
            is_known = address.scheme in DATABASES and not address.fragment
            settings: dict[str, Any] = Env.db_url_config(text) if is_known else {}
        except ValueError as problem:
            raise ImproperlyConfigured(_database_advice(name, text)) from problem
        if settings.get("NAME") in (None, "", ":memory:"):
            raise ImproperlyConfigured(_database_advice(name, text))
        return settings

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone."""
        text = self.text(name, default)
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ImproperlyConfigured(
                f"{name} must be a time zone such as Asia/Taipei, got “{text}”."
            ) from problem
        return text

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings of an e-mail server such as ``smtp+tls://user:pw@host:587``."""
        try:
            settings: dict[str, Any] = Env.email_url_config(self.text(name, default))
        except (ValueError, KeyError, ImproperlyConfigured) as problem:
            raise ImproperlyConfigured(
                f"{name} cannot be read. Write it as smtp+tls://user:password@host:587, "
                "smtp://host:25 or consolemail://."
            ) from problem
        return settings


def _stripped(text: str) -> str:
    return text.strip()


def _database_advice(name: str, text: str) -> str:
    """Say what is wrong without repeating a password."""
    scheme = text.partition(":")[0][:20]
    return (
        f"{name} cannot be read (it starts with “{scheme}”). Write it as "
        "postgres://user:password@host:5432/name or sqlite:////absolute/path.db; "
        "in a password, write @ as %40, / as %2F and # as %23."
    )


def generated_key(home: Path) -> str:
    """Return the key kept in ``home``, made on first use; production refuses such a key."""
    kept = home / "secret_key"
    if kept.exists():
        return _kept_key(kept)
    home.mkdir(parents=True, exist_ok=True)
    key = "generated-" + secrets.token_urlsafe(48)
    part = home / f".secret_key-{secrets.token_hex(8)}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
        _put_once(part, kept)
    except FileExistsError:  # another process of the same start was quicker
        return _kept_key(kept)
    finally:
        part.unlink(missing_ok=True)
    return key


def _put_once(part: Path, kept: Path) -> None:
    """Give a whole file its name, never over another; without hard links, by renaming."""
    try:
        os.link(part, kept)
    except FileExistsError:
        raise
    except OSError:
        part.replace(kept)


def _kept_key(kept: Path) -> str:
    try:
        key = kept.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        key = ""
    if not key:
        raise ImproperlyConfigured(
            f"{kept} holds no key. Remove it, and a new one is made: people sign in again."
        )
    return key
