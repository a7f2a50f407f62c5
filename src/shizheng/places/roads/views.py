"""Pages of roads: worst sections of a month, record of a section, defects, measured runs."""

from calendar import monthrange
from datetime import date
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.forms import CityDateField
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.access import EDIT
from shizheng.places.digging import selectors, wording
from shizheng.places.digging.access import REVIEW, acts_for
from shizheng.places.digging.actions.charging import charge_make
from shizheng.places.digging.actions.joint import may_plan
from shizheng.places.digging.models import DigCharge
from shizheng.places.digging.pages.forms import ChargeForm, NoteForm
from shizheng.places.digging.pages.views import rules_or_404
from shizheng.places.models import Register
from shizheng.places.pages import showing
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered
from shizheng.places.pages.views import layer_of
from shizheng.places.roads.actions import (
    defect_close,
    defect_repaired,
    defect_report,
    readings_take,
)
from shizheng.places.roads.models import RoadDefect
from shizheng.places.selectors.histories import history
from shizheng.places.selectors.layers import Layer, Question

WORST = 50
FORM = ["GET", "POST"]


class DefectForm(ActForm):
    """A defect of a road section."""

    what = forms.CharField(
        label=gettext_lazy("What is wrong"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    found_on = CityDateField(label=gettext_lazy("Found on"))


class ReadingsForm(ActForm):
    """A measured run of roughness."""

    measured_on = CityDateField(label=gettext_lazy("Measured on"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV with the columns section and iri (m/km)."),
    )


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the list of rough roads to a page."""
    home = (_("Roads"), reverse("places:roads"))
    return [home, *more] if more else [(home[0], "")]


def month_of(request: HttpRequest, today: date) -> date:
    """Return the first day of the month in the address; this month where none can be read."""
    text = cleaned(request.GET.get("month", ""))[:7]
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


@require_safe
def roads(request: HttpRequest) -> HttpResponse:
    """List the worst sections by measured roughness at the end of a month, and open defects."""
    rules, today = rules_or_404(), timezone.localdate()
    layer = layer_of(request, rules.body.sections)
    month = month_of(request, today)
    last = min(today, month.replace(day=monthrange(month.year, month.month)[1]))
    worst: list[tuple[Any, ...]] = []
    field = rules.body.roads.iri
    if field is not None and any(each.id == field for each in layer.sight.fields):
        rows = layer.rows(Question(on=max(last, month), order=f"-{field}"))[:WORST]
        things = [layer.sight.of(row) for row in rows]
        worst = [
            (showing.title_of(layer.sight.body, each), each.key, value, each.valid_from)
            for each in things
            if (value := each.values.get(field)) is not None
            and value >= rules.body.roads.rough_above
        ]
    defects = RoadDefect.objects.visible_to(request.user).exclude(state="closed")
    context = {
        "worst": worst, "month": month, "above": rules.body.roads.rough_above, "last": last,
        "defects": defects.select_related("permit__record")[:WORST], "body": rules.body,
        "may_measure": may(request.user, EDIT, layer.register), "crumbs": crumbs(),
    }  # fmt: skip
    return render(request, "places/roads/worst.html", context)


@require_safe
def section(request: HttpRequest, key: str) -> HttpResponse:
    """Show the record of a section: paving, roughness, tests, covers, digs, defects."""
    rules, today = rules_or_404(), timezone.localdate()
    layer, name = layer_of(request, rules.body.sections), cleaned(key)[:80]
    row = layer.rows(Question(on=today, values={"key": name})).first()
    if row is None:
        raise Http404
    shown = layer.sight.of(row)
    states = history(layer, row.thing)
    fields = rules.body.roads
    changes = [
        (showing.days_in_words(after), showing.changes_of(layer.sight, before, after))
        for before, after in pairwise(states)
    ]
    context = {
        "key": name, "title": showing.title_of(layer.sight.body, shown),
        "facts": showing.facts_of(layer.sight, shown), "changes": changes[::-1],
        "features": showing.features_of(layer.sight, [shown]),
        "tests": _of_section(request, fields.tests, name, today),
        "covers": _of_section(request, fields.covers, name, today),
        "works": wording.works_shown(selectors.permits_of_section(request.user, name), rules.body),
        "defects": RoadDefect.objects.visible_to(request.user).filter(section=name)[:WORST],
        "may_report": may_plan(cast(User, request.user), rules.agency),
        "crumbs": crumbs((name, "")),
    }  # fmt: skip
    return render(request, "places/roads/section.html", context)


def _of_section(
    request: HttpRequest, code: str | None, key: str, on: date
) -> dict[str, Any] | None:
    """Return the things of a register that lie on a section, as its table shows them."""
    rows = Register.objects.visible_to(request.user).filter(code=code or "", is_kept=True)
    register = rows.select_related("owner", "current").first()
    if register is None:
        return None
    layer = Layer.of(register, request.user)
    things = layer.rows(Question(on=on, values={"section": key}))[:WORST]
    listed = showing.rows_of(layer.sight, [layer.sight.of(row) for row in things])
    return {
        "register": register, "rows": listed,
        "columns": [each.name for each in showing.columns_of(layer.sight)],
    }  # fmt: skip


@login_required
@require_http_methods(FORM)
def defect_new(request: HttpRequest, key: str) -> HttpResponseBase:
    """Report a defect of a road section."""
    person, rules, name = cast(User, request.user), rules_or_404(), cleaned(key)[:80]
    require(person, REVIEW)
    form = DefectForm(request.POST or None, initial={"found_on": timezone.localdate()})

    def perform() -> str:
        given = form.cleaned_data
        made = defect_report(
            section=name, what=given["what"], found_on=given["found_on"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        return reverse("places:defect", args=[made.pk])

    def context() -> dict[str, Any]:
        back = reverse("places:road", args=[name])
        title = _("Report a defect")
        return {
            "title": title, "lead": name, "back": back, "body": rules.body,
            "crumbs": crumbs((name, back), (title, "")),
        }  # fmt: skip

    return answered(request, form, "places/roads/form.html", perform, context)


@require_http_methods(FORM)
def defect(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a defect and who answers for it; report it repaired, accept the repair, charge."""
    rules = rules_or_404()
    row = found(request.user, RoadDefect.objects.select_related("permit__record", "agency"), pk=key)
    is_office = may(request.user, REVIEW, row)
    is_owner = row.permit is not None and acts_for(request.user, row.permit.record.owner)
    act = _act_of(row, is_office, is_owner)
    wants_charge = is_office and request.GET.get("act") == "charge" and row.liable != "city"
    if request.method == "POST" and not (act or wants_charge):
        require(request.user, REVIEW, row)
    sent = request.POST or None
    form: ActForm = ChargeForm(sent, body=rules.body) if wants_charge else NoteForm(sent)

    def perform() -> str:
        given, person, now = form.cleaned_data, cast(User, request.user), timezone.now()
        if wants_charge:
            charge_make(
                of=row, price=given["price"], quantity=given["quantity"], by=person, at=now,
                why=given["note"],
            )  # fmt: skip
        elif act == "repaired":
            defect_repaired(defect=row, by=person, at=now, note=given["note"])
        else:
            defect_close(defect=row, by=person, at=now, note=given["note"])
        messages.success(request, _("It is recorded."))
        return reverse("places:defect", args=[row.pk])

    def context() -> dict[str, Any]:
        owner = row.liable_name
        if row.permit:
            owner = wording.owner_words(rules.body, row.permit.record.owner)
        return {
            "defect": row, "who": owner, "act": act, "wants_charge": wants_charge,
            "may_charge": is_office and row.liable != "city",
            "is_late": _is_late(row),
            "charges": DigCharge.objects.visible_to(request.user).filter(defect=row),
            "crumbs": crumbs(
                (row.section, reverse("places:road", args=[row.section])), (row.number, "")
            ),
        }  # fmt: skip

    return answered(request, form, "places/roads/defect.html", perform, context)


def _is_late(row: RoadDefect) -> bool:
    today = timezone.localdate()
    return row.state == "open" and row.repair_by is not None and row.repair_by < today


def _act_of(row: RoadDefect, is_office: bool, is_owner: bool) -> str:
    """Return what can be done next by the reader; nothing is an empty text."""
    if row.state == "open" and (is_office or is_owner):
        return "repaired"
    return "close" if row.state == "repaired" and is_office else ""


@login_required
@require_http_methods(FORM)
def readings(request: HttpRequest) -> HttpResponseBase:
    """Take in a measured run of roughness."""
    person, rules = cast(User, request.user), rules_or_404()
    register = layer_of(request, rules.body.sections).register
    require(person, EDIT, register)
    form = ReadingsForm(request.POST or None, request.FILES or None)

    def perform() -> str:
        given = form.cleaned_data
        taken = readings_take(
            content=given["file"].read(), measured_on=given["measured_on"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        words = _("{changed} sections changed, {same} were the same, {newer} are known newer.")
        messages.success(
            request, words.format(changed=taken.changed, same=taken.same, newer=taken.newer)
        )
        return reverse("places:roads")

    def context() -> dict[str, Any]:
        title = _("Take in a measured run")
        return {
            "title": title, "lead": "", "back": reverse("places:roads"),
            "crumbs": crumbs((title, "")),
        }  # fmt: skip

    return answered(request, form, "places/roads/form.html", perform, context)
