"""A page that shows every component in its states, for those who build and test pages."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import CityDateField
from shizheng.core.locations.fields import LineField, PlaceField, PolygonField
from shizheng.core.locations.outlines import middle_of_city
from shizheng.web.selectors import COLOURS

MARCH = date(2020, 3, 2)
COUNTS = {"green": 128, "yellow": 41, "red": 17, "grey": 319}


class SampleForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("As people will find it."), max_length=60)
    due_on = CityDateField(label=_("Due date"), help_text=_("A whole date can be pasted."))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    colour = forms.ChoiceField(
        label=_("Light"), choices=[("green", _("On course")), ("red", _("Behind"))]
    )
    way = forms.ChoiceField(
        label=_("Way"),
        widget=forms.RadioSelect,
        choices=[("mail", _("By mail")), ("visit", _("In person"))],
    )
    file = forms.FileField(label=_("Evidence"), required=False, help_text="PDF, JPEG, PNG")
    is_sure = forms.BooleanField(label=_("I have checked this"))


class MapForm(forms.Form):
    """The fields that give a place."""

    place = PlaceField(label=_("Where is it?"), help_text=_("A point, or an address."))
    stretch = LineField(label=_("Which stretch of road?"), required=False)
    site = PolygonField(label=_("Which site?"), required=False)


def sample_points() -> dict[str, object]:
    """Return twelve points around the middle of the city, as a case map takes them."""
    longitude, latitude = middle_of_city(timezone.localdate())
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "id": n,
                    "title": f"{n}",
                    "href": reverse("web:components"),
                    "note": "",
                },
                "geometry": {
                    "type": "Point",
                    "coordinates": [longitude + n % 4 / 500, latitude + n // 4 / 500],
                },
            }
            for n in range(12)
        ],
    }


def components(request: HttpRequest) -> HttpResponse:
    """Show the components; in production the page does not exist."""
    if settings.IS_PRODUCTION:
        raise Http404
    start = 0
    spans = []
    for colour in COLOURS:
        spans.append((colour, start, COUNTS[colour]))
        start += COUNTS[colour]
    context = {
        "form": SampleForm({"title": "", "due_on_year": "109-2-30"}),
        "fresh": SampleForm(initial={"due_on": MARCH}, prefix="fresh"),
        "places": MapForm(prefix="map"),
        "points": sample_points(),
        "colours": COLOURS,
        "counts": [(colour, COUNTS[colour], "?") for colour in COLOURS],
        "strip": [(f"1-{n}", COLOURS[n % 4], "?") for n in range(24)],
        "spans": spans,
        "total": start,
        "crumbs": [(gettext("Home"), "?"), (gettext("Components"), "")],
        "chips": [(gettext("All"), "?", True), (gettext("Behind"), "?", False)],
        "rows": [(gettext("Title"), "30-15", "?"), (gettext("Due date"), "109-03-02")],
        "head": [(gettext("Department"), ""), (gettext("Items"), "number")],
        "lines": [[("研考會", ""), (16, "number")], [("工務局", ""), (20, "number")]],
        "events": [
            SimpleNamespace(
                at=datetime(2020, 3, 2, 3, 24, tzinfo=UTC),
                who="王承辦",
                what={"zh-Hant": "回報進度", "en": "Reported progress"},
                why="",
            )
        ],
        "page": Paginator(range(400), 20).page(7),
        "day": MARCH,
        "text": "第一段。\n第二段。",
    }
    return render(request, "web/components.html", context)
