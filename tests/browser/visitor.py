"""Somebody at a browser who looks at pages and goes through them by keyboard."""

from django.test import Client
from playwright.sync_api import Page

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1440, "height": 900}}
ACTIVE = "document.activeElement"
MOST_TABS = 120


class Visitor:
    """Somebody at a browser, whose every page must fit and pass axe."""

    def __init__(self, page: Page, site: str, check, shoot) -> None:
        self.page, self.site, self.check, self.shoot = page, site, check, shoot

    def sign_in(self, person) -> None:
        client = Client()
        client.force_login(person)
        value = client.cookies["sessionid"].value
        self.page.context.add_cookies([{"name": "sessionid", "value": value, "url": self.site}])

    def open(self, path: str, name: str = "") -> None:
        self.page.goto(self.site + path)
        self.look(name)

    def look(self, name: str = "") -> None:
        self.check(self.page)
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, self.page.url
        if name:
            self.shoot(self.page, name)

    def to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"{ACTIVE}.matches({selector!r})"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab on {self.page.url}")

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go to the element by Tab and press a key on it."""
        self.to(selector)
        self.page.keyboard.press(key)

    def send(self, selector: str) -> None:
        """Press a button by keyboard and wait for the page that it leads to."""
        self.to(selector)
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Go to a field by Tab and type over what it holds."""
        self.to(f"[name={name}]")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def tick(self, name: str) -> None:
        self.press(f"[name={name}]", "Space")
