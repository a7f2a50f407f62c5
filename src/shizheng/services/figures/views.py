"""Two pages: how fast the city is, for everybody; how much lies where, for who looks after it."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import Viewer, require
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.services.figures import showing
from shizheng.services.figures.defined import MEASURES
from shizheng.services.figures.domain.suppression import LEAST
from shizheng.services.figures.evaluating import MONTH
from shizheng.services.figures.forms import FiguresForm, LoadForm
from shizheng.services.figures.load import SEE, SORTS, Loads, loads
from shizheng.services.figures.load import asked_of as load_asked
from shizheng.services.figures.published import Asked, asked_of, members, published

Chips = list[tuple[str, str, bool]]


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """Show how fast services are, whose hands cases were in, and what people thought of it."""
    now = timezone.now()
    found = published(asked_of(request.GET.dict(), now), now)
    asked = found.asked
    shown = {
        "found": found,
        "lines": showing.lines(found),
        "total": showing.cells_of(found.total),
        "drawing": showing.drawing_of(found),
        "splits": _splits(asked),
        "form": FiguresForm(asked, timezone.localdate(now).year),
        "title_of": in_language(members(asked.of)[asked.code]) if asked.of else "",
        "measures": [MEASURES[name] for name in showing.COLUMNS],
        "least": LEAST,
        "query": urlencode(_address(asked)),
    }
    return render(request, "services/figures/figures.html", shown)


def _address(asked: Asked) -> dict[str, str]:
    chosen = {asked.of: asked.code} if asked.of else {}
    return {"year": str(asked.year), "by": asked.by, **chosen}


def _splits(asked: Asked) -> Chips:
    """Return how the year can be split, each as a link."""
    names = {
        "service": _("By service"),
        "district": _("By district"),
        "agency": _("By agency"),
        MONTH: _("By month"),
    }
    found = [
        (text, f"?year={asked.year}&by={by}", by == asked.by and not asked.of)
        for by, text in names.items()
    ]
    if asked.of == "district":
        same = f"?year={asked.year}&by={{}}&district={asked.code}"
        name = in_language(members("district")[asked.code])
        found += [
            (_("%(place)s by month") % {"place": name}, same.format(MONTH), asked.by == MONTH),
            (_("%(place)s by village") % {"place": name}, same.format("village"),
             asked.by == "village"),
        ]  # fmt: skip
    return found


@login_required
@require_safe
def load_page(request: HttpRequest) -> HttpResponse:
    """Show open, overdue and late cases by agency and by person, as far as the viewer may."""
    person = cast(User, request.user)
    require(person, SEE)
    viewer = Viewer(person, timezone.now())
    asked = load_asked(request.GET.dict())
    found = loads(viewer, asked)
    shown = {
        "found": found,
        "now": viewer.at,
        "form": LoadForm(asked, [each.code for each in found.agencies]),
        "heads": _heads(found),
        "agencies": [_of_agency(each) for each in found.agencies],
        "people": found.people,
        "total": _of_agency(found.total),
        "overdue": [(case, viewer.at - case.due_at) for case in found.overdue if case.due_at],
        "service": asked.service,
    }
    response = render(request, "services/figures/load.html", shown)
    response["Cache-Control"] = "private, no-store"
    return response


def _heads(found: Loads) -> list[tuple[str, str, bool, str]]:
    """Return the heads of the table by which it can be put in order."""
    names = {
        "name": _("Agency"),
        "open": _("Open"),
        "unassigned": _("Unassigned"),
        "overdue": _("Overdue"),
        "oldest": _("Oldest"),
        "wrong": _("Wrong hand-offs"),
        "late": _("Late, six months"),
    }
    asked = found.asked
    kept = {"agency": asked.agency, "service": asked.service}
    return [
        (names[sort], "?" + urlencode({k: v for k, v in {**kept, "sort": sort}.items() if v}),
         sort == asked.sort, sort)
        for sort in SORTS
    ]  # fmt: skip


def _of_agency(load: Any) -> dict[str, Any]:
    return {
        "load": load,
        "late": showing.percent(load.late_share),
        "drawing": showing.late_drawing(load.months),
        "months": [
            (showing.month_name(f"{each.first:%Y-%m}"), showing.percent(each.late_share), each)
            for each in load.months
        ],
    }
