"""Pages of solar sites: totals for everybody, sites and their meters for the staff."""

import csv
import io
from datetime import datetime, time, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.sensing.access import VIEW
from shizheng.sensing.alerting.forms import PeriodForm
from shizheng.sensing.energy import selectors
from shizheng.sensing.energy.city import solar
from shizheng.sensing.models import SolarDay, SolarSite

HEAD = ("TYPE", "DATE", "START TIME", "END TIME", "USAGE", "UNITS", "COST", "NOTES")


def crumbs(title: str = "") -> list[tuple[str, str]]:
    """Return the way from the page of solar sites."""
    home = _("Solar energy")
    return [(home, reverse("sensing:solar")), (title, "")] if title else [(home, "")]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show capacity beside the plan, energy beside the sun, what is dead, the value."""
    body, today = solar(), timezone.localdate()
    if body is None:
        return render(request, "sensing/energy/overview.html", {"crumbs": crumbs()})
    rows = selectors.site_rows(body, today)
    known = [row for row in rows if row.expected_kwh]
    expected = sum(row.expected_kwh or 0 for row in known)
    given = {
        "body": body, "method": in_language(dict(body.value.method)), "today": today,
        "target": body.years[-1], "years": selectors.plan_years(body, today),
        "mw": sum(row.site.capacity_kw for row in rows) / 1_000, "site_count": len(rows),
        "dead_count": sum(row.order is not None for row in rows),
        "kwh": sum(row.kwh for row in rows),
        "percent": sum(row.kwh for row in known) / expected * 100 if expected else None,
        "value": selectors.value_now(body), "is_synthetic": any(r.site.is_synthetic for r in rows),
        "rows": rows if may(request.user, VIEW) else None, "past_days": selectors.PAST_DAYS,
        "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "sensing/energy/overview.html", given)


@login_required
@require_safe
def site(request: HttpRequest, key: str) -> HttpResponse:
    """Show a site's days to the staff, with the way to its hours as a file."""
    person = cast(User, request.user)
    require(person, VIEW)
    body = solar()
    row = get_object_or_404(SolarSite.objects.select_related("place"), place__key=key)
    if body is None:
        raise Http404
    first, last = PeriodForm(request.GET or None).span()
    found = [each for each in selectors.site_rows(body, timezone.localdate()) if each.key == key]
    given = {
        "site": row, "shown": found[0] if found else None, "first": first, "last": last,
        "days": SolarDay.objects.filter(site=row, day__gte=first, day__lte=last).order_by("-day"),
        "period": PeriodForm(initial={"first": first, "last": last}),
        "register": body.register_, "crumbs": crumbs(key),
    }  # fmt: skip
    return render(request, "sensing/energy/site.html", given)


@login_required
@require_safe
def site_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send a site's hours in the columns that Green Button files of utilities have."""
    person = cast(User, request.user)
    require(person, VIEW)
    body = solar()
    get_object_or_404(SolarSite, place__key=key)
    if body is None:
        raise Http404
    first, last = PeriodForm(request.GET or None).span()
    zone = timezone.get_current_timezone()
    start = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEAD)
    for each in selectors.intervals(body, key, start, end):
        note = "; ".join(part for part in (each.meter, each.note) if part)
        sheet.writerow([
            "Solar generation", f"{each.start:%Y-%m-%d}", f"{each.start:%H:%M}",
            f"{each.end:%H:%M}",
            f"{each.kwh:g}", "kWh", "", note,
        ])  # fmt: skip
    name = "".join(letter for letter in key if letter.isalnum() or letter in "-_") or "site"
    return HttpResponse(
        "\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="green-button-{name}.csv"'},
    )  # fmt: skip
