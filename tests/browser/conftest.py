"""A real browser for the tests of pages: Chromium, watched for errors, with axe.

A key or click that leads to another page is wrapped in ``page.expect_event("load")``:
``expect_navigation`` is content when the address alone changes, as a search box changes it while
one types, and what comes next would still meet the page before.

Skipped with the reason where Chromium is not installed, unless ``SHIZHENG_BROWSER`` names one or
``CI`` is set: then its absence is a failure.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.browser import accessibility
from tests.browser.visitor import Visitor

from shizheng.core.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop of its own

FOUND = shutil.which("chromium-headless-shell") or shutil.which("chromium")
CHROMIUM = os.environ.get("SHIZHENG_BROWSER") or FOUND or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000  # a busy machine is no fault of a page either
expect.set_options(timeout=PATIENCE_MS)
DRIVER = "[.WebGL"  # what the software driver says of its own speed is no fault of a page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed: install it, or name one in SHIZHENG_BROWSER.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages with options of a browser context; each must stay without errors.

    An error in the console, an exception of a script or a breach of the content security policy
    fails the test. Pages that should fail are asked for with ``may_fail=True``.
    """
    contexts, complaints = [], []

    def open_one(*, may_fail: bool = False, **options: object) -> Page:
        context = browser.new_context(**{"reduced_motion": "reduce"} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if not may_fail:
            page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
            page.on(
                "console",
                lambda message: (
                    complaints.append(f"{message.type}: {message.text}")
                    if message.type in ("error", "warning") and not message.text.startswith(DRIVER)
                    else None
                ),
            )
        return page

    yield open_one
    for context in contexts:
        context.close()
    _wait_for_answers()
    assert not complaints, "\n".join(complaints)


def _wait_for_answers() -> None:
    """Let the server end what the browser no longer waits for, before the tables are emptied."""
    until = time.monotonic() + PATIENCE_MS / 1000
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0.0, until - time.monotonic()))
            assert not thread.is_alive(), "a page is still being made, and nobody waits for it"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page 1280 px wide, watched for errors."""
    return open_page(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Fail with a list that can be read unless axe finds nothing on the page."""
    return accessibility.assert_accessible


@pytest.fixture
def visit(
    open_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shoot: Callable[[Page, str], None],
    live_server: LiveServer,
) -> Callable[..., Visitor]:
    """Let somebody come, signed in or not, with options of a browser context."""

    def come(person: User | None = None, **options: object) -> Visitor:
        found = Visitor(open_page(**options), live_server.url, assert_accessible, shoot)
        if person is not None:
            found.sign_in(person)
        return found

    return come


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Write a picture of the whole page where ``SHIZHENG_SCREENSHOTS`` names a folder."""
    folder = os.environ.get("SHIZHENG_SCREENSHOTS")

    def shoot_one(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return shoot_one
