"""Pages of the places of a service: the catalogue with map, one place, its calendar, GeoJSON."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.masters import feeds, places
from shizheng.services.masters.forms import FreeForm
from shizheng.services.models import Service
from shizheng.services.versions import offered


def _offered(code: str) -> tuple[Service, Definition, str]:
    """Return a service with its definition and the booking whose places are public.

    Raises:
        Http404: it has none.
    """
    service, definition = offered(code)
    key = places.public_booking(definition)
    if key is None:
        raise Http404
    return service, definition, key


def _addresses(
    request: HttpRequest, service: Service, rows: list[places.PlaceRow]
) -> dict[str, str]:
    return {row.key: reverse("services:place", args=[service.code, row.key]) for row in rows}


@require_safe
def places_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the places of a service, and which of them are free on some days."""
    service, definition, key = _offered(code)
    form = FreeForm(request.GET if {"first", "last"} & set(request.GET) else None)
    wanted = None
    if form.is_bound and form.is_valid():
        wanted = (form.cleaned_data["first"], form.cleaned_data["last"])
    today = timezone.localdate()
    rows = places.places_of(definition, key, today=today, wanted=wanted)
    context = {
        "service": service,
        "definition": definition,
        "rows": rows,
        "features": places.features_of(rows, _addresses(request, service, rows)),
        "form": form,
        "is_asked": wanted is not None,
        "feed": reverse("services:places_calendar", args=[code]),
        "geojson": reverse("services:places_geojson", args=[code]),
        "crumbs": [*_crumbs(service, definition), (_("Places"), "")],
    }
    status = 422 if form.errors else 200
    return render(request, "services/masters/places.html", context, status=status)


def _crumbs(service: Service, definition: Definition) -> list[tuple[str, str]]:
    return [(in_language(definition.name), reverse("services:service", args=[service.code]))]


@require_safe
def place_page(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """Show one place with the days of a month."""
    service, definition, key = _offered(code)
    today = timezone.localdate()
    month = places.month_asked(request.GET.get("month", ""), today)
    rows = places.places_of(definition, key, today=min(today, month))
    row = next((each for each in rows if each.key == place), None)
    if row is None:
        raise Http404
    before, after = places.beside(month)
    context = {
        "service": service,
        "definition": definition,
        "row": row,
        "weeks": places.month_of(month, row.taken),
        "month_words": date_format(month, "YEAR_MONTH_FORMAT"),
        "before": before,
        "after": after,
        "feed": reverse("services:place_calendar", args=[code, place]),
        "crumbs": [
            *_crumbs(service, definition),
            (_("Places"), reverse("services:places", args=[code])),
            (row.name, ""),
        ],
    }
    return render(request, "services/masters/place.html", context)


@require_safe
def places_geojson(request: HttpRequest, code: str) -> JsonResponse:
    """Send the places as GeoJSON."""
    service, definition, key = _offered(code)
    rows = places.places_of(definition, key, today=timezone.localdate())
    whole = {
        k: request.build_absolute_uri(a) for k, a in _addresses(request, service, rows).items()
    }
    found = places.features_of(rows, whole)
    return JsonResponse(found, content_type="application/geo+json")


@require_safe
def places_calendar(request: HttpRequest, code: str, place: str = "") -> HttpResponse:
    """Send the days on which places are taken, of all or of one, without names."""
    _service, definition, key = _offered(code)
    now = timezone.now()
    rows = places.places_of(definition, key, today=timezone.localdate(now))
    names = {row.key: row.name for row in rows}
    if place and place not in names:
        raise Http404
    bookings = places.bookings_of(definition, key, timezone.localdate(now))
    if place:
        bookings = bookings.filter(resource=place)
    name = names[place] if place else in_language(definition.name)
    content = feeds.bookings_ics(bookings, names=names, name=name, at=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{place or code}.ics"'
    return response
