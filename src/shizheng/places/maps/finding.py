"""Finding an address or a lot on the map: a list of places, each of which leads the map there."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core import words
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError, Refusal
from shizheng.kernel.text import cleaned
from shizheng.places.maps.asking import asked_of
from shizheng.places.pages.locations import how_in_words
from shizheng.places.pages.views import home_crumb
from shizheng.places.selectors.locations import Found, places_named

MOST, CLOSE = 10, 17
KEPT = ("layer", "on")


@dataclass(frozen=True, slots=True)
class Row:
    """A place that was found: what it is called, how sure it is, the address of the map there."""

    title: str
    register: str
    how: str
    is_synthetic: bool
    place: str
    href: str


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """List the places that an address or a lot number names, for the map (地圖定位查詢)."""
    query = cleaned(request.GET.get("q", "")).strip()[:200]
    rows: list[Row] = []
    refusal: Refusal | None = None
    status = 200
    asked = None
    try:
        asked = asked_of(request.GET)
        if query:
            found = places_named(query, viewer=request.user, on=timezone.localdate(), most=MOST)
            rows = [_row(request, each, query) for each in found]
    except DomainError as problem:
        refusal, status = words.said(problem), problem.status
    shown = {
        "asked": asked, "sought": query, "rows": rows, "refusal": refusal,
        "crumbs": [home_crumb(), (_("Map"), reverse("places:map")), (_("Find a place"), "")],
    }  # fmt: skip
    if request.GET.get("part") == "found":  # a part of the map says it in words alone
        return render(request, "places/map/_found.html", shown)
    return render(request, "places/map/found.html", shown, status=status)


def _row(request: HttpRequest, found: Found, query: str) -> Row:
    place = f"{found.latitude:.6f},{found.longitude:.6f}"
    kept = [(name, value) for name in KEPT for value in request.GET.getlist(name) if value]
    told = [*kept, ("at", f"{place},{CLOSE}"), ("mark", place), ("q", query)]
    return Row(
        found.title, in_language(found.layer.register.name), how_in_words(found),
        found.shown.is_synthetic, place, f"{reverse('places:map')}?{urlencode(told)}",
    )  # fmt: skip
