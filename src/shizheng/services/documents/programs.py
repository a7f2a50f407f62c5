"""Runs our own programs that open strangers' files: a few at a time, never for long."""

import os
import subprocess
import sys
from threading import BoundedSemaphore

from django.conf import settings

from shizheng.services.documents.errors import RenderingBusy

SECONDS = 25
AT_ONCE = 2
PATIENCE_SECONDS = 10
PASSED_ON = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT")

_places = BoundedSemaphore(AT_ONCE)


class Failed(Exception):
    """A program ended without its work; ``code`` says how, None if it was stopped."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def program_run(module: str, *arguments: str, needs_settings: bool = False) -> str:
    """Run a module of ours in a process of its own and return what it printed.

    Args:
        needs_settings: it reads the settings of this installation, so it is told of them.

    Raises:
        RenderingBusy: too many run already.
        Failed: it ended, or was stopped, without its work.
    """
    command = [sys.executable, "-m", module, *arguments]
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise RenderingBusy
    try:
        # Its arguments are paths and numbers that we made: nothing of a visitor's is among them.
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=_environment(needs_settings=needs_settings),
        )
    except subprocess.TimeoutExpired:
        raise Failed(None) from None
    finally:
        _places.release()
    if done.returncode:
        raise Failed(done.returncode if done.returncode > 0 else None)
    return done.stdout.decode()


def _environment(*, needs_settings: bool) -> dict[str, str]:
    """Return what a program may know: no secrets, unless it needs the settings.

    One thread: numpy would reserve memory for each of many, beyond what the program may have.
    """
    threads = {"OPENBLAS_NUM_THREADS": "1"}
    if needs_settings:
        own = {"DJANGO_SETTINGS_MODULE": "shizheng.settings", "SHIZHENG_HOME": str(settings.HOME)}
        return {**os.environ, **own, **threads}
    return {key: os.environ[key] for key in PASSED_ON if key in os.environ} | threads
