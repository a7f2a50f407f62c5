"""What the frame of every page shows: the city, where one can go, the languages."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, is_valid_path, reverse, translate_url
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import works_for_city
from shizheng.core.models import City
from shizheng.core.words import language_tag
from shizheng.web import stylesheet

MAIN = (
    (_("Plan"), "plan/", False, "p"),
    (_("Directives"), "directives/", True, "d"),
    (_("Search"), "search/", False, "s"),
    (_("Coverage"), "coverage/", False, "c"),
    (_("Data"), "api/", False, "a"),
    (_("My page"), "my/", True, "m"),
)
FOOT = (
    (_("Accessibility"), "accessibility/"),
    (_("Coverage of the plan"), "coverage/"),
    (_("Data and API"), "api/"),
    (_("Health of the service"), "health/ready"),
)
WISHES = (
    (_("Search the plan"), "search/", _("Two characters of a word are enough."), False),
    (
        _("Follow directives"),
        "directives/",
        _("What was ordered, by when, and how far it is."),
        True,
    ),
    (
        _("See what carries the plan"),
        "coverage/",
        _("Which items and systems the software already works for."),
        False,
    ),
    (_("Take the data"), "api/", _("Everything here as JSON, free to use."), False),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A link of the frame."""

    label: str
    address: str
    is_current: bool = False
    language: str = ""
    key: str = ""
    note: str = ""


def address_of(path: str) -> str | None:
    """Return the address of ``path`` in the language of the moment, None if no page is there."""
    try:
        start = reverse("web:home")
    except NoReverseMatch:
        start = "/"
    return next((found for found in (start + path, f"/{path}") if is_valid_path(found)), None)


@dataclass(frozen=True)
class Site:
    """The frame of one page; everything is read when the template asks for it.

    ``request`` is None on pages that must appear while the database is down.
    """

    request: HttpRequest | None = None
    version: str = version("shizheng")
    is_demo: bool = field(default_factory=lambda: bool(settings.IS_DEMO))
    stylesheet: str = field(default_factory=stylesheet.address)

    @cached_property
    def city(self) -> City | None:
        """The city of this installation; None before a pack is loaded."""
        if self.request is None:
            return None
        try:
            return City.objects.first()
        except DatabaseError:
            return None

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the loaded pack; empty before one is loaded."""
        return self.city.manifest if self.city else {}

    @cached_property
    def name(self) -> Mapping[str, str]:
        """The city's name by language; the product's before a pack is loaded."""
        return self.city.name if self.city else {language_tag(): gettext("Shizheng")}

    @cached_property
    def brand(self) -> str:
        """The address of the city's colours; changes with them."""
        return f"{reverse('brand')}?v={stylesheet.brand_version(self.manifest)}"

    @cached_property
    def is_staff(self) -> bool:
        """Whether the visitor works for the city."""
        return bool(self.request and works_for_city(self.request.user))

    @property
    def wishes(self) -> list[Destination]:
        """What a visitor may want, besides reading the plan: only what exists."""
        return [
            Destination(str(label), address, note=str(note))
            for label, path, note, is_internal in WISHES
            if self.is_staff or not is_internal
            for address in [address_of(path)]
            if address
        ]

    @property
    def navigation(self) -> list[Destination]:
        """Where the visitor can go from the bar: only pages that exist and are theirs."""
        here = self.request.path if self.request else ""
        return [
            Destination(str(label), address, here.startswith(address), key=key)
            for label, path, is_internal, key in MAIN
            if self.is_staff or not is_internal
            for address in [address_of(path)]
            if address
        ]

    @property
    def foot(self) -> list[Destination]:
        """Links at the end of the page."""
        found = [(label, address_of(path)) for label, path in FOOT]
        return [Destination(str(label), address) for label, address in found if address]

    @property
    def home(self) -> str:
        """The front page in the language of the moment."""
        return reverse("web:home")

    @property
    def sign_in(self) -> str | None:
        """Where one signs in, coming back to this page; None where accounts are not served."""
        return address_of("accounts/login/")

    @property
    def account(self) -> str | None:
        """One's own account; None where accounts are not served."""
        return address_of("my/")

    @property
    def sign_out(self) -> str | None:
        """Where one signs out; None where accounts are not served."""
        return address_of("accounts/logout/")

    @property
    def languages(self) -> list[Destination]:
        """This page in the other languages."""
        path = self.request.get_full_path() if self.request else "/"
        return [
            Destination(str(name), self._translated(path, code), language=language_tag(code))
            for code, name in settings.LANGUAGES
            if code != get_language()
        ]

    def _translated(self, path: str, code: str) -> str:
        address = translate_url(path, code)
        if address == path:  # no page has this address: the other language's front page
            with override(code):
                return reverse("web:home")
        return address

    @property
    def has_roc_dates(self) -> bool:
        """Whether the city writes the years of the Republic (民國) in Chinese."""
        return bool(self.manifest.get("dates", "roc") == "roc")


current_site: ContextVar[Site | None] = ContextVar("current_site", default=None)


def frame(request: HttpRequest) -> dict[str, Site]:
    """Give every template ``site``; its filters find the same one in ``current_site``."""
    site = Site(request)
    current_site.set(site)
    return {"site": site}
