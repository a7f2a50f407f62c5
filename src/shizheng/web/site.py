"""What the frame of every page shows: the city, where one can go, the languages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core import demo_year
from shizheng.core.access import Viewer, works_for_city
from shizheng.core.addresses import address_of
from shizheng.core.models import City
from shizheng.core.words import language_tag
from shizheng.web import stylesheet

STAFF = "staff"


class Entry(NamedTuple):
    """A page of the frame: who needs what to see it, and the letter that leads there.

    ``needs``: nothing, ``STAFF``, or a permission that the visitor must hold somewhere.
    """

    label: Promise | str
    path: str
    key: str = ""
    note: Promise | str = ""
    needs: str = ""


MAIN = (
    Entry(_("Services"), "services/", "v"),
    Entry(_("Report a problem"), "report/", "r"),
    Entry(pgettext_lazy("web", "Plan"), "plan/", "p"),
    Entry(pgettext_lazy("web", "Figures"), "figures/", "n"),
    Entry(_("Questions"), "questions/", "q"),
    Entry(_("Search"), "search/", "s"),
    Entry(_("Desk"), "desk/", "k", needs="services.view_case"),
    Entry(_("Calls"), "calls/", "l", needs="services.take_calls"),
    Entry(_("Duty"), "duty/", "u", needs="services.acknowledge_dispatch"),
    Entry(_("Upkeep"), "upkeep/", needs="places.do_upkeep"),
    Entry(_("Warning board"), "warnings/board/", needs="sensing.answer_warning"),
    Entry(_("Directives"), "directives/", "d", needs=STAFF),
    Entry(_("Security"), "security/", needs="plan.view_security"),
    Entry(_("My page"), "my/", "m", needs=STAFF),
)
FOOT = (
    Entry(_("Public works"), "works/"),
    Entry(_("Map of the city's things"), "map/"),
    Entry(_("Registers"), "registers/"),
    Entry(_("Road works"), "digging/"),
    Entry(_("Book a place"), "bookables/"),
    Entry(_("City property"), "property/"),
    Entry(_("Idle space"), "spaces/"),
    Entry(_("Land for industry"), "industrial-land/"),
    Entry(pgettext_lazy("web", "Warnings"), "warnings/"),
    Entry(pgettext_lazy("web", "Sensors"), "sensors/"),
    Entry(_("Security cameras"), "cameras/"),
    Entry(_("Air quality"), "air/"),
    Entry(_("Water quality and emissions"), "water-quality/"),
    Entry(_("Solar energy"), "solar/"),
    Entry(_("Evaluations"), "evaluations/"),
    Entry(_("Advance reviews"), "advance-reviews/"),
    Entry(_("Coverage of the plan"), "coverage/"),
    Entry(_("How fast we are"), "services/figures/"),
    Entry(_("Services and their versions"), "services/definitions/"),
    Entry(_("Check a document"), "verify/"),
    Entry(_("Datasets"), "data/"),
    Entry(_("What the city holds of me"), "my/data/"),
    Entry(_("Data and API"), "api/"),
    Entry(_("Accessibility"), "accessibility/"),
    Entry(_("Health of the service"), "health/ready"),
)
WISHES = (
    Entry(
        _("Report something"), "report/",
        note=_("On the map, in under a minute; no account needed."),
    ),
    Entry(
        _("Apply for something"), "services/",
        note=_("Permits, certificates, film locations and more."),
    ),
    Entry(
        _("Follow my case"), "track/",
        note=_("By its number; with your follow code you see more."),
    ),
    Entry(_("Ask a question"), "questions/", note=_("What people ask most, answered.")),
    Entry(
        _("See my village"), "villages/", note=_("Its chief, notices, works and expenses."),
    ),
    Entry(
        _("Look around my address"), "locations/",
        note=_("The gutter, the sewer and the works before your door."),
    ),
    Entry(
        _("Water and air near me"), "near/water/",
        note=_("How high it stands, whether it rises, and what to do."),
    ),
    Entry(
        _("Read the plan"), "plan/",
        note=_("Every sentence word for word, and what is known of it."),
    ),
    Entry(
        _("Find a number"), "figures/",
        note=_("What the city counts, as of when, and how sure it is."),
    ),
    Entry(
        _("Follow directives"), "directives/",
        note=_("What was ordered, by when, and how far it is."), needs=STAFF,
    ),
    Entry(_("Take the data"), "api/", note=_("Everything here as JSON, free to use.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Destination:
    """A link of the frame."""

    label: str
    address: str
    is_current: bool = False
    language: str = ""
    key: str = ""
    note: str = ""


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
    def played_percent(self) -> int | None:
        """How much of a demonstration's year was played, while it still is."""
        share = demo_year.progress() if self.is_demo and self.request else 1.0
        return int(share * 100) if share < 1 else None

    @cached_property
    def is_staff(self) -> bool:
        """Whether the visitor works for the city."""
        return bool(self.request and works_for_city(self.request.user))

    @property
    def wishes(self) -> list[Destination]:
        """What a visitor may want, besides reading the plan: only what exists."""
        return [
            Destination(str(entry.label), address, note=str(entry.note))
            for entry, address in self._open(WISHES)
        ]

    def _open(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
        """Yield the entries that exist and are the visitor's, each with its address."""
        for entry in entries:
            address = address_of(entry.path)
            if address and self._has(entry.needs):
                yield entry, address

    def _has(self, needs: str) -> bool:
        if not needs or not self.request:
            return not needs
        return self.is_staff and (needs == STAFF or bool(self._viewer.scopes(needs)))

    @cached_property
    def _viewer(self) -> Viewer:
        """Who sees the page, with what their roles give them at this moment."""
        return Viewer(self.request.user if self.request else AnonymousUser())

    @cached_property
    def navigation(self) -> list[Destination]:
        """Where the visitor can go from the bar: only pages that exist and are theirs."""
        here = self.request.path if self.request else ""
        return [
            Destination(str(entry.label), address, here.startswith(address), key=entry.key)
            for entry, address in self._open(MAIN)
        ]

    @property
    def foot(self) -> list[Destination]:
        """Links at the end of the page."""
        return [Destination(str(entry.label), address) for entry, address in self._open(FOOT)]

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
    def my_data(self) -> str | None:
        """What the city holds of the visitor; None where it is not served."""
        return address_of("my/data/")

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


def frame(request: HttpRequest) -> dict[str, Site]:
    """Give every template ``site``."""
    return {"site": Site(request)}
