"""Pages of emissions and waters: results for everybody, permits and inspections for the staff."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import Area, User
from shizheng.core.words import in_language
from shizheng.places.pages.sending import FORM, answered
from shizheng.sensing.access import MANAGE, VIEW
from shizheng.sensing.alerting.access import ANSWER
from shizheng.sensing.models import (
    DischargePermit,
    Exceedance,
    ObservedProperty,
    SampleStep,
    Thing,
    WaterSample,
)
from shizheng.sensing.water import actions, selectors
from shizheng.sensing.water.city import declared_emissions, declared_waters, waters
from shizheng.sensing.water.forms import InspectForm, PermitForm, ResultForm, SampleForm, StepForm
from shizheng.sensing.water.words import CLASSES, FINDINGS, KINDS, LIGHTS, STEPS, TRENDS

ACT = "sensing/act.html"
SHOWN = 60


def crumbs(*way: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the page of waters."""
    return [(_("Water quality and emissions"), reverse("sensing:waters") if way else ""), *way]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every basin with its index and trend, and what was emitted beside what is allowed."""
    body = waters()
    year = selectors.now_year(timezone.now())
    rows = []
    for basin in body.basins if body else ():
        years = selectors.basin_years(basin, body) if body else []
        newest = next((each for each in reversed(years) if each.shown is not None), None)
        rows.append((basin, newest, _class(newest), TRENDS[selectors.trend(years)]))
    areas = {each.code: each.name for each in Area.objects.filter(kind=Area.Kind.DISTRICT)}
    totals = [
        (each, areas.get(each.district), KINDS[DischargePermit.Kind(each.kind)])
        for each in selectors.totals_by_area(year)
    ]
    given = {
        "rows": rows, "totals": totals, "year": year, "crumbs": crumbs(),
        "sees_permits": may(request.user, VIEW), "samples": may(request.user, ANSWER),
    }  # fmt: skip
    return render(request, "sensing/water/overview.html", given)


def _class(year: selectors.BasinYear | None) -> tuple[Any, str]:
    if year is None or year.pollution is None:
        return "", ""
    return CLASSES[year.pollution], LIGHTS[year.pollution]


@require_safe
def basin(request: HttpRequest, code: str) -> HttpResponse:
    """Show a basin: its index year by year, and its samples with method and detection limit."""
    body = waters()
    row = body.basin(code) if body else None
    if body is None or row is None:
        raise Http404
    years = selectors.basin_years(row, body)
    given = {
        "basin": row, "years": [(each, _class(each)) for each in reversed(years)],
        "samples": _told(selectors.samples_seen(request.user, code)[:SHOWN]),
        "crumbs": crumbs((in_language(dict(row.name)), "")),
    }  # fmt: skip
    return render(request, "sensing/water/basin.html", given)


def _told(samples: Any) -> list[tuple[WaterSample, list[tuple[Any, Any]]]]:
    return [
        (
            row,
            [
                (each, selectors.name_of(each.observed_property.properties, str(each)))
                for each in row.results.all()
            ],
        )
        for row in samples
    ]


@login_required
@require_safe
def permits(request: HttpRequest) -> HttpResponse:
    """List the permits and the inspections that exceedances opened."""
    person = cast(User, request.user)
    require(person, VIEW)
    given = {
        "permits": [(row, KINDS[DischargePermit.Kind(row.kind)])
                    for row in selectors.permits_seen(person)[:500]],
        "rows": _exceedances(selectors.exceedances_seen(person)[:100]),
        "may_enter": may(person, MANAGE), "now": timezone.now(),
        "crumbs": crumbs((_("Permits and inspections"), "")),
    }  # fmt: skip
    return render(request, "sensing/water/permits.html", given)


def _exceedances(rows: Any) -> list[tuple[Exceedance, Any, Any]]:
    return [
        (
            row,
            selectors.name_of(
                row.limit.observed_property.properties, row.limit.observed_property.name
            ),
            FINDINGS[Exceedance.Finding(row.finding)] if row.finding else "",
        )
        for row in rows
    ]


@login_required
@require_http_methods(FORM)
def permit_new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Enter a permit of a stack or an outfall with what it allows."""
    person = cast(User, request.user)
    require(person, MANAGE)
    if kind not in DischargePermit.Kind.values:
        raise Http404
    body, _version = declared_emissions()
    codes = [each.property for each in body.pollutants]
    rows = ObservedProperty.objects.filter(code__in=codes)
    names = {row.code: _named(row) for row in rows}
    things = Thing.objects.allowed_to(person, MANAGE).filter(
        datastreams__observed_property__code__in=codes
    )
    choices = [(str(each.pk), each.name) for each in things.distinct().order_by("name", "pk")]
    form = PermitForm(request.POST or None, body=body, kind=kind, names=names, things=choices)

    def perform() -> str:
        given = form.cleaned_data
        row = actions.permit_record(
            number=given["number"], kind=kind, holder=given["holder"], point=given["point"],
            valid_from=given["valid_from"], valid_until=given["valid_until"], limits=form.limits,
            by=person, at=timezone.now(),
            district=Area.objects.filter(code=given["district"]).first(),
            thing=Thing.objects.get(pk=given["thing"]) if given["thing"] else None,
        )  # fmt: skip
        messages.success(request, _("The permit was entered."))
        return reverse("sensing:permit", args=[row.pk])

    title = _("Enter a permit: {kind}").format(kind=KINDS[DischargePermit.Kind(kind)])
    back = reverse("sensing:permits")
    way = crumbs((_("Permits and inspections"), back), (title, ""))
    return answered(
        request, form, ACT, perform, lambda: {"title": title, "back": back, "crumbs": way}
    )


def _named(row: ObservedProperty) -> str:
    names = selectors.name_of(row.properties, row.name)
    symbol = (row.unit or {}).get("symbol") or ""
    return f"{names if isinstance(names, str) else in_language(names)} ({symbol})"


@login_required
@require_safe
def permit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a permit: limits, what was emitted this year beside the caps, its exceedances."""
    person = cast(User, request.user)
    row = found(
        person, DischargePermit.objects.select_related("owner", "district", "thing"), pk=key
    )
    body, _version = declared_emissions()
    year = selectors.now_year(timezone.now())
    limits = [
        (
            limit, kg, hours, _named(limit.observed_property),
            dict(rule.name) if (rule := body.averaging(limit.averaging)) else limit.averaging,
            kg / limit.cap_kg * 100 if limit.cap_kg else None,
        )
        for limit, kg, hours in selectors.limits_of(row, year)
    ]  # fmt: skip
    rows = selectors.exceedances_seen(person).filter(limit__permit=row)[:100]
    given = {
        "permit": row, "kind": KINDS[DischargePermit.Kind(row.kind)], "limits": limits,
        "year": year, "rows": _exceedances(rows), "now": timezone.now(),
        "crumbs": crumbs((_("Permits and inspections"), reverse("sensing:permits")),
                         (row.number, "")),
    }  # fmt: skip
    return render(request, "sensing/water/permit.html", given)


@login_required
@require_http_methods(FORM)
def exceedance(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show an exceedance with its evidence; who may, writes what the inspection found."""
    person = cast(User, request.user)
    rows = Exceedance.objects.select_related(
        "limit__permit__owner", "limit__observed_property", "version", "inspected_by"
    )
    row = found(person, rows, pk=key)
    form = InspectForm(request.POST or None)
    acts = may(person, ANSWER, row) and row.state == Exceedance.State.OPEN
    if request.method == "POST":
        require(person, ANSWER, row)

    def perform() -> str:
        given = form.cleaned_data
        actions.exceedance_inspect(
            exceedance=row, finding=given["finding"], note=given["note"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("The finding was written down."))
        return reverse("sensing:exceedance", args=[row.pk])

    def context() -> dict[str, Any]:
        shown = _exceedances([row])[0]
        evidence = [
            (timezone.localtime(datetime.fromisoformat(at)), value) for at, value in row.readings
        ]
        return {
            "row": row, "name": shown[1], "finding": shown[2], "acts": acts,
            "evidence": evidence, "now": timezone.now(),
            "crumbs": crumbs((_("Permits and inspections"), reverse("sensing:permits")),
                             (row.number, "")),
        }  # fmt: skip

    return answered(request, form, "sensing/water/exceedance.html", perform, context)


@login_required
@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """List samples for who takes and analyses them."""
    person = cast(User, request.user)
    require(person, ANSWER)
    given = {
        "samples": _told(selectors.samples_seen(person)[:200]),
        "crumbs": crumbs((_("Samples"), "")),
    }
    return render(request, "sensing/water/samples.html", given)


@login_required
@require_http_methods(FORM)
def sample_new(request: HttpRequest) -> HttpResponseBase:
    """Enter a sample where it was taken."""
    person = cast(User, request.user)
    require(person, ANSWER)
    form = SampleForm(request.POST or None, body=declared_waters())

    def perform() -> str:
        given = form.cleaned_data
        row = actions.sample_take(
            number=given["number"], basin=given["basin"], site=given["site"],
            taken_at=form.moment, by=person, at=timezone.now(), note=given["note"],
        )  # fmt: skip
        return reverse("sensing:sample", args=[row.pk])

    title, back = _("Enter a sample"), reverse("sensing:samples")
    way = crumbs((_("Samples"), back), (title, ""))
    return answered(
        request, form, ACT, perform, lambda: {"title": title, "back": back, "crumbs": way}
    )


@require_http_methods(FORM)
def sample(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a sample: chain, results; who may, writes a step, a result, or releases it."""
    row = found(request.user, WaterSample.objects.select_related("owner"), pk=key)
    acts = may(request.user, ANSWER, row) and row.released_at is None
    if request.method == "POST":
        require(request.user, ANSWER, row)
    body = declared_waters()
    names = {each.code: _named(each)
             for each in ObservedProperty.objects.filter(code__in=body.properties)}  # fmt: skip
    act = request.GET.get("act", "")
    form: Any = StepForm(request.POST or None)
    if act == "result":
        choices = [(str(code), names[code]) for code in body.properties if code in names]
        form = ResultForm(request.POST or None, names=choices)

    def perform() -> str:
        _sample_act(act, row, form.cleaned_data, cast(User, request.user))
        messages.success(request, _("Noted."))
        return reverse("sensing:sample", args=[row.pk])

    def context() -> dict[str, Any]:
        place = body.basin(row.basin)
        return {
            "sample": row, "basin": dict(place.name) if place else row.basin, "acts": acts,
            "act": act, "results": [(each, names.get(each.observed_property.code, ""))
                                    for each in row.results.select_related("observed_property")],
            "steps": [(each, STEPS[SampleStep.Kind(each.kind)])
                      for each in row.steps.select_related("by")],
            "names_shown": may(request.user, VIEW),
            "crumbs": crumbs((row.number, "")),
        }  # fmt: skip

    if act == "release" and request.method == "POST":
        form = _ReleaseForm(request.POST)
    return answered(request, form, "sensing/water/sample.html", perform, context)


class _ReleaseForm(StepForm):
    """Nothing but that it is released."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        del self.fields["kind"], self.fields["note"]


def _sample_act(act: str, row: WaterSample, given: dict[str, Any], by: User) -> None:
    now = timezone.now()
    if act == "result":
        actions.result_record(
            sample=row, code=given["property"], value=given["value"],
            detection_limit=given["detection_limit"], method=given["method"], by=by, at=now,
        )  # fmt: skip
    elif act == "release":
        actions.sample_release(sample=row, by=by, at=now)
    else:
        actions.sample_step(sample=row, kind=given["kind"], by=by, at=now, note=given["note"])
