"""Pages of digging that everybody reads: works in the road, a permit."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from shizheng.core.access import Viewer, found, may
from shizheng.core.files import attachments_of
from shizheng.core.locations.choices import district_choices
from shizheng.core.showing import city_date
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.digging import selectors, wording
from shizheng.places.digging.access import APPLY, PUBLIC, REVIEW, acts_for, owners_of
from shizheng.places.digging.acts import Act, acts_open
from shizheng.places.digging.city import DiggingRules, digging_rules, rules_of, valid
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.errors import DiggingUnset
from shizheng.places.digging.models import DigCharge, DigPermit, SiteReport

AHEAD = timedelta(days=30)
ROWS = 50


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the list of works to a page."""
    home = (_("Digging"), reverse("places:works"))
    return [home, *more] if more else [(home[0], "")]


def rules_or_404() -> DiggingRules:
    """Return the city's rules of digging.

    Raises:
        Http404: it has none.
    """
    try:
        return digging_rules()
    except DiggingUnset:
        raise Http404 from None


def permit_of(request: HttpRequest, number: str) -> DigPermit:
    """Return a permit that the reader may see, by its number.

    Raises:
        Http404: there is none.
    """
    record, _dash, sequence = cleaned(number).rpartition("-")
    if not sequence.isdecimal() or len(sequence) > 3:
        raise Http404
    rows = DigPermit.objects.select_related(
        "record", "agency", "district", "definition", "decided_by"
    )
    return found(request.user, rows, record__number=record, sequence=int(sequence))


def day_asked(request: HttpRequest, name: str, otherwise: date) -> date:
    """Return a day of the address, or another where none can be read."""
    try:
        return parse_date(cleaned(request.GET.get(name, ""))[:40])
    except DomainError:
        return otherwise


@require_safe
def works(request: HttpRequest) -> HttpResponse:
    """Show what is or will be dug, on a map and as a table, by district and days."""
    rules, today = rules_or_404(), timezone.localdate()
    first = day_asked(request, "from", today)
    last = max(first, day_asked(request, "to", first + AHEAD))
    district = cleaned(request.GET.get("district", ""))[:40]
    rows = selectors.works(request.user, first=first, last=last, district=district)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    listed = wording.works_shown(page, rules.body)
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": page, "works": listed, "features": wording.works_features(listed),
        "first": first, "last": last, "district": district, "query": query.urlencode(),
        "districts": list(district_choices()), "body": rules.body,
        "may_apply": bool(Viewer(request.user).scopes(APPLY)),
        "may_review": may(request.user, REVIEW), "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "places/digging/works.html", shown)


@require_safe
def permit(request: HttpRequest, number: str) -> HttpResponse:
    """Show a permit: place, days, conflicts, what happened on site, and what can be done."""
    row, rules = permit_of(request, number), rules_or_404()
    return render(request, "places/digging/permit.html", permit_context(request, row, rules))


def permit_context(request: HttpRequest, row: DigPermit, rules: DiggingRules) -> dict[str, Any]:
    """Return what the page of a permit shows to a reader."""
    body, person = rules_of(row.definition, rules), request.user
    is_office = may(person, REVIEW, row)
    is_side = is_office or acts_for(person, row.record.owner)
    listed = wording.works_shown([row], body)
    against = row.conflicts_at_grant or row.conflicts
    acts: list[Act] = acts_open(row, person)
    return {
        "permit": row, "work": listed[0], "body": body,
        "features": wording.works_features(listed),
        "facts": _facts(row, body, is_side=is_side), "is_side": is_side, "acts": acts,
        "conflicts": wording.conflicts_in_words(
            against, body, road_names([*row.sections, *sections_in(against)], rules)
        ),
        "events": _events(row, is_side=is_side),
        "changes": row.changes.all() if is_side else [],
        "charges": DigCharge.objects.visible_to(person).filter(permit=row),
        "unsigned": [pipe for pipe in row.operators if pipe not in row.operators_signed],
        "again": row.state == "returned" and row.record.owner in owners_of(person),
        "crumbs": crumbs((row.number, "")),
    }  # fmt: skip


def sections_in(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the keys of the sections that conflicts name: others' roads are among them."""
    return [str(each["section"]) for each in found if each["section"]]


def road_names(keys: list[str], rules: DiggingRules) -> dict[str, str]:
    """Return the names of roads by key of the section, as of today."""
    rows = valid(rules.body.sections, timezone.localdate()).filter(key__in=keys)
    return {row.key: str(row.properties.get("road") or row.key) for row in rows}


def _facts(row: DigPermit, body: DiggingBody, *, is_side: bool) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Owner of pipes"), wording.owner_words(body, row.record.owner)),
        (_("Work"), row.record.title),
        (_("Roads"), row.roads or "、".join(row.sections)),
        (_("District"), in_language(row.district.name) if row.district else "–"),
        (_("Days of work"), wording.days_words(row.first, row.last)),
        (_("Traffic"), str(wording.TRAFFIC[row.traffic])),
        (_("Category"), wording.category_words(body, row.category)),
        (_("Purpose"), row.purpose or "–"),
    ]
    if row.method:
        facts.append((pgettext("places", "Method"), wording.method_words(body, row.method)))
    if row.restore_by and not row.restored_on:
        facts.append((_("Road to be restored by"), city_date(row.restore_by)))
    if row.warranty_until:
        facts.append((_("Warranty until"), city_date(row.warranty_until)))
    if is_side and row.record.case_number:
        facts.append((_("Case"), row.record.case_number))
    return facts


def _events(row: DigPermit, *, is_side: bool) -> list[wording.Event]:
    """Return the life of a permit; names of persons are for the two sides."""
    begin = wording.Event(row.received_at, "", _("Applied for"))
    events = [begin]
    if row.decided_at:
        words = _("Granted by silence") if row.is_deemed else wording.state_words(_decision(row))
        events.append(wording.Event(row.decided_at, "", words, row.answer if is_side else ""))
    for report in row.reports.select_related("by"):
        who = str(report.by) if is_side else ""
        what = str(wording.REPORTS[SiteReport.Kind(report.kind)]) + (
            f" · {report.pipe}" if report.pipe else ""
        )
        note = report.note if is_side else ""
        photos = tuple(attachments_of(report))
        events.append(wording.Event(report.at, who, what, note, photos))
    if row.restored_on:
        words = _("Restored road accepted: the warranty runs")
        events.append(wording.Event(None, "", f"{city_date(row.restored_on)} {words}"))
    return events


def _decision(row: DigPermit) -> str:
    return row.state if row.state in ("refused", "returned") else "granted"


__all__ = ["PUBLIC", "crumbs", "permit", "works"]
