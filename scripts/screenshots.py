"""Take pictures of the pages of a running server, to look at them.

    uv run scripts/screenshots.py http://localhost:8000 FOLDER [PATH ...]

Each path is taken at 390 and 1440 px, in Chinese and English, light and dark.
"""

import argparse
import itertools
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (390, 1440)
LANGUAGES = {"zh": "", "en": "/en"}
THEMES = ("light", "dark")
PATHS = ("/", "/plan/", "/directives/", "/search/", "/coverage/", "/api/", "/nowhere/")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def take(browser: Browser, server: str, folder: Path, path: str) -> None:
    """Write one picture for each width, language and theme of a page."""
    for width, language, theme in itertools.product(WIDTHS, LANGUAGES, THEMES):
        page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        page.goto(f"{server}{LANGUAGES[language]}{path}")
        name = path.strip("/").replace("/", "_") or "home"
        page.screenshot(path=folder / f"{name}-{width}-{language}-{theme}.png", full_page=True)
        page.close()


def main() -> None:
    """Take every page that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("server", help="address of a running server")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("paths", nargs="*", default=PATHS, help="pages, without language prefix")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        for path in given.paths:
            take(browser, given.server.rstrip("/"), given.folder, path)
        browser.close()


if __name__ == "__main__":
    main()
