"""What every test may use."""

import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
MESSAGES = Path(__file__).parents[1] / "scripts" / "messages.py"


def pytest_configure() -> None:
    """Compile translations that were edited since."""
    runpy.run_path(str(MESSAGES))["compile_all"]()


@contextmanager
def without_triggers() -> Iterator[None]:
    """Let a test's own clean-up delete rows that the city could not."""
    from django.db import connection

    from shizheng.core import triggers

    with connection.schema_editor() as editor:
        triggers.remove(editor, triggers.triggers.values())
    yield
    with connection.schema_editor() as editor:
        triggers.install(editor, triggers.triggers.values())


@pytest.fixture(autouse=True, scope="session")
def _flush_may_delete() -> Iterator[None]:
    """Transactional tests empty every table at their end, adopted editions included."""
    from django.core.management.commands import flush

    handle = flush.Command.handle

    def emptied(self: flush.Command, **options: object) -> None:
        with without_triggers():
            handle(self, **options)

    flush.Command.handle = emptied  # type: ignore[method-assign]
    yield
    flush.Command.handle = handle  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _hash_quickly() -> Iterator[None]:
    """Passwords of tests need no protection."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
