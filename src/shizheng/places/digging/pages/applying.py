"""Pages of owners of pipes: apply and see at once what stands against it, plan a year, my works."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.analysis.digging.categories import Risk, Works
from shizheng.core.access import found, require
from shizheng.core.idempotency import answered_once
from shizheng.core.models import User
from shizheng.core.pages import add_refusal, see_other
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.places.digging import selectors, wording
from shizheng.places.digging.access import APPLY, owners_of
from shizheng.places.digging.actions.applying import (
    Details,
    application_seen,
    permit_apply,
    works_record_open,
)
from shizheng.places.digging.actions.planned import (
    planned_apply,
    planned_file,
    planned_withdraw,
    proposal_answer,
)
from shizheng.places.digging.city import DiggingRules, valid
from shizheng.places.digging.finding import shown
from shizheng.places.digging.models import (
    DigCharge,
    DigPermit,
    DigProposal,
    PlannedDig,
    WorksRecord,
)
from shizheng.places.digging.pages.forms import ApplyForm, PlannedForm, SectionsForm, VerdictForm
from shizheng.places.digging.pages.views import crumbs, road_names, rules_or_404, sections_in
from shizheng.places.models import Feature
from shizheng.places.pages.forms import ActForm

FORM = ["GET", "POST"]


def once(request: HttpRequest, form: ActForm, act: Any) -> HttpResponseBase:
    """Act once for a form, however often it is sent."""
    return answered_once(request, act, key=str(form.cleaned_data["token"]))


def sections_listed(request: HttpRequest, rules: DiggingRules, also: list[str]) -> list[Feature]:
    """Return the sections that a page offers: found by name, and those chosen before."""
    today = timezone.localdate()
    rows = selectors.sections_named(cleaned(request.GET.get("road", ""))[:60], rules, today)
    known = {row.key for row in rows}
    left = [key for key in also if key not in known]
    return rows + list(valid(rules.body.sections, today).filter(key__in=left))


def sections_given(form: SectionsForm, rules: DiggingRules) -> list[str]:
    """Return the sections that a form names: chosen ones, and those under its line."""
    given = form.cleaned_data
    chosen = list(given.get("sections") or [])
    line = given.get("line")
    if line is not None and line.geometry:
        points = [(x, y) for x, y, *_z in line.geometry["coordinates"]]
        chosen += selectors.sections_under(points, rules, timezone.localdate())
    return list(dict.fromkeys(chosen))


def features_of_sections(rows: list[Feature], chosen: list[str]) -> dict[str, Any]:
    """Return road sections as the map takes them, the chosen ones in another colour."""
    return {
        "type": "FeatureCollection",
        "features": [
            wording.feature_of(
                row.key, row.shape, title=str(row.properties.get("road") or row.key),
                note=row.key, href="", colour="#b45309" if row.key in chosen else "#0b5cad",
            )
            for row in rows
            if row.shape is not None
        ],
    }  # fmt: skip


def _begun(request: HttpRequest, person: User) -> tuple[WorksRecord | None, dict[str, Any]]:
    """Return the record that an application goes on with, and what is known of it."""
    number = cleaned(request.GET.get("record", ""))[:80]
    if number:
        record = found(person, WorksRecord.objects.all(), number=number)
        last = record.permits.order_by("sequence").last()
        if last is not None:
            names = ("purpose", "first", "last", "method", "traffic", "lanes_closed",
                     "traffic_order", "risk", "sections")  # fmt: skip
            return record, {name: getattr(last, name) for name in names}
        return record, {}
    return None, {}


@login_required
@require_http_methods(FORM)
def apply(request: HttpRequest) -> HttpResponseBase:
    """Apply for a permit; “look” shows what stands against it and keeps nothing."""
    person, rules = cast(User, request.user), rules_or_404()
    require(person, APPLY)
    record, initial = _begun(request, person)
    chosen = request.POST.getlist("sections") or initial.get("sections", [])
    rows = sections_listed(request, rules, chosen)
    owners = list(owners_of(person))
    form = ApplyForm(
        request.POST or None, body=rules.body, owners=owners, rows=rows, initial=initial,
        has_record=record is not None,
    )  # fmt: skip
    found_: dict[str, Any] = {}

    def act(request: HttpRequest) -> HttpResponse:
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            try:
                if request.POST.get("act") == "send":
                    return see_other(reverse("places:permit", args=[_sent(form, person, record)]))
                found_.update(_looked(form, rules, record))
                status = 200
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
        listed = found_.get("rows") or rows
        context = {
            "form": form, "body": rules.body, "record": record, "owners": owners,
            "road": request.GET.get("road", ""), "listed": listed, "looked": found_,
            "features": features_of_sections(listed, found_.get("keys", chosen)),
            "crumbs": crumbs((_("Apply for a permit"), "")),
        }  # fmt: skip
        return render(request, "places/digging/apply.html", context, status=status)

    if form.is_bound and form.is_valid() and request.POST.get("act") == "send":
        return once(request, form, act)
    return act(request)


def _works(form: ApplyForm) -> Works:
    given = form.cleaned_data
    return Works(given["first"], given["last"], given["traffic_order"], Risk(given["risk"]))


def _looked(form: ApplyForm, rules: DiggingRules, record: WorksRecord | None) -> dict[str, Any]:
    """Return what an application would meet, in words."""
    given, keys = form.cleaned_data, sections_given(form, rules)
    owner = record.owner if record else given["owner"]
    seen = application_seen(
        owner=owner, sections=keys, works=_works(form), traffic=given["traffic"], rules=rules,
        at=timezone.now(),
    )  # fmt: skip
    names = {key: str(row.properties.get("road") or key) for key, row in seen.rows.items()}
    plans = selectors.planned_on(keys, first=given["first"], last=given["last"], besides=owner)
    found = shown(seen.conflicts)
    beside = road_names([key for key in sections_in(found) if key not in names], rules)
    against = wording.conflicts_in_words(found, rules.body, names | beside)
    return {
        "conflicts": against, "rows": list(seen.rows.values()), "keys": list(seen.keys),
        "roads": list(names.items()), "is_short_notice": seen.is_short_notice,
        "category": wording.category_words(rules.body, seen.category.id),
        "answer_due_at": seen.clock.due.due_at, "silence_grants": seen.clock.silence_grants,
        "plans": [wording.planned_in_words(each, rules.body) for each in plans],
        "is_refused": any(each.refuses for each in against) and given["risk"] != "emergency",
    }  # fmt: skip


@transaction.atomic
def _sent(form: ApplyForm, person: User, record: WorksRecord | None) -> str:
    """Apply, and return the number of the permit."""
    given, now, rules = form.cleaned_data, timezone.now(), rules_or_404()
    if record is None:
        record = works_record_open(owner=given["owner"], title=given["title"], by=person, at=now)
    permit = permit_apply(
        record=record, sections=sections_given(form, rules), works=_works(form), by=person, at=now,
        details=Details(
            purpose=given["purpose"], method=given.get("method", ""), traffic=given["traffic"],
            lanes_closed=given["lanes_closed"],
        ),
    )  # fmt: skip
    return permit.number


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the permits, plans, proposals and charges of the owners for which one acts."""
    person, rules = cast(User, request.user), rules_or_404()
    require(person, APPLY)
    owners = list(owners_of(person))
    page = Paginator(selectors.mine(person), 50).get_page(request.GET.get("page"))
    proposals = DigProposal.objects.filter(planned__owner__in=owners, state="waiting")
    planned = PlannedDig.objects.filter(owner__in=owners).exclude(state="withdrawn")
    context = {
        "page": page, "works": wording.works_shown(page, rules.body), "body": rules.body,
        "owners": [wording.owner_words(rules.body, each) for each in owners],
        "proposals": proposals.select_related("planned", "plan"),
        "planned": [(row, wording.PLANNED[row.state]) for row in planned[:200]],
        "charges": DigCharge.objects.filter(payer__in=owners)[:100],
        "crumbs": crumbs((_("My works"), "")),
    }  # fmt: skip
    return render(request, "places/digging/mine.html", context)


@login_required
@require_http_methods(FORM)
def planned_new(request: HttpRequest) -> HttpResponseBase:
    """File a dig that an owner plans, so that it is planned together with others."""
    person, rules = cast(User, request.user), rules_or_404()
    require(person, APPLY)
    rows = sections_listed(request, rules, request.POST.getlist("sections"))
    owners = list(owners_of(person))
    form = PlannedForm(request.POST or None, body=rules.body, owners=owners, rows=rows)

    def act(request: HttpRequest) -> HttpResponse:
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            try:
                planned_file(
                    owner=given["owner"], title=given["title"], earliest=given["earliest"],
                    sections=sections_given(form, rules), latest=given["latest"],
                    days=given["days"], by=person, at=timezone.now(),
                )  # fmt: skip
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It is filed for the joint plan of its year."))
                return see_other(reverse("places:my_works"))
        context = {
            "form": form, "owners": owners, "road": request.GET.get("road", ""), "listed": rows,
            "features": features_of_sections(rows, request.POST.getlist("sections")),
            "crumbs": crumbs((_("My works"), reverse("places:my_works")), (_("Plan a dig"), "")),
        }  # fmt: skip
        return render(request, "places/digging/planned.html", context, status=status)

    if form.is_bound and form.is_valid():
        return once(request, form, act)
    return act(request)


@login_required
@require_http_methods(["POST"])
def planned_act(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw what was planned, or apply for it with the days that were agreed."""
    person = cast(User, request.user)
    row = found(person, PlannedDig.objects.all(), number=number)
    try:
        if request.POST.get("act") == "apply":
            permit: DigPermit = planned_apply(planned=row, by=person, at=timezone.now())
            return see_other(reverse("places:permit", args=[permit.number]))
        planned_withdraw(planned=row, by=person, at=timezone.now())
        messages.success(request, _("It is withdrawn."))
    except DomainError as refusal:
        from shizheng.core import words

        said = words.said(refusal)
        messages.error(request, f"{said.message} {said.hint}")
    return see_other(reverse("places:my_works"))


@login_required
@require_http_methods(FORM)
def proposal(request: HttpRequest, key: Any) -> HttpResponseBase:
    """Answer to the days that a joint plan proposes."""
    person, rules = cast(User, request.user), rules_or_404()
    rows = DigProposal.objects.select_related("planned", "plan")
    row = found(person, rows, pk=key)
    form = VerdictForm(request.POST or None)

    def act(request: HttpRequest) -> HttpResponse:
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            try:
                proposal_answer(
                    proposal=row, agrees=given["verdict"] == "agree", by=person,
                    at=timezone.now(), answer=given["note"],
                )  # fmt: skip
                return see_other(reverse("places:my_works"))
            except DomainError as refusal:
                add_refusal(form, refusal)
                status = refusal.status
        partners = PlannedDig.objects.filter(number__in=row.partners)
        context = {
            "form": form, "proposal": row, "planned": row.planned,
            "days": wording.days_words(row.first, row.last),
            "partners": [wording.planned_in_words(each, rules.body) for each in partners],
            "crumbs": crumbs((_("My works"), reverse("places:my_works")), (row.planned.number, "")),
        }  # fmt: skip
        return render(request, "places/digging/proposal.html", context, status=status)

    if form.is_bound and form.is_valid():
        return once(request, form, act)
    return act(request)
