"""Pages that act: make a list, report a fault, move an order on, enter parts."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import found, may
from shizheng.core.models import Area, User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.places.models import Crew, RoundList, Thing, WorkOrder
from shizheng.places.pages.sending import answered
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.actions import repairing
from shizheng.places.upkeep.actions.listing import list_cancel, list_make
from shizheng.places.upkeep.actions.reporting import Said, Source, fault_report
from shizheng.places.upkeep.city import body_of
from shizheng.places.upkeep.forms import (
    AGENCY,
    CREW,
    FaultForm,
    ListForm,
    OrderForm,
    StockForm,
    initial_until,
)
from shizheng.places.upkeep.selectors import crews_of, helpers_of, in_crew, walkers
from shizheng.places.upkeep.shifts.selectors import standing_of
from shizheng.places.upkeep.shifts.words import (
    list_warning,
    order_warning,
    stand_in_words,
    standing_in_words,
)
from shizheng.places.upkeep.views import crumbs, order_row, upkeep_found
from shizheng.places.upkeep.words import SOURCES, STATES

FORM = ["GET", "POST"]
State = WorkOrder.State


@login_required
@require_http_methods(FORM)
def list_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Make a work list of what is due."""
    row, person, now = upkeep_found(request, code, LEAD), cast(User, request.user), timezone.now()
    people = helpers_of(row, at=now)
    districts = list(Area.objects.filter(kind=Area.Kind.DISTRICT).order_by("code"))
    agencies, crews = walkers(at=now), crews_of(row.agency)
    form = ListForm(
        request.POST or None, body=body_of(row), people=people, crews=crews,
        stand=stand_in_words(crews, at=now), agencies=agencies, districts=districts,
        initial=initial_until(timezone.localdate(now)),
    )  # fmt: skip

    def perform() -> str:
        given = form.cleaned_data
        chosen = given["assigned_to"]
        made = list_make(
            upkeep=row, code=given["round"], until=given["until"], most=given["most"],
            assigned_to=next((each for each in people if str(each.pk) == chosen), None),
            agency=next((each for each in agencies if f"{AGENCY}{each.code}" == chosen), None),
            crew=next((each for each in crews if f"{CREW}{each.pk}" == chosen), None),
            district=next((each for each in districts if each.code == given["district"]), None),
            by=person, at=now,
        )  # fmt: skip
        messages.success(request, _("The list is made; it is on the phone at the next signal."))
        if made.crew:
            _warn(request, list_warning(made.crew, standing_of(made.crew, at=now), made.due_on))
        return reverse("places:round_list", args=[made.pk])

    def context() -> dict[str, Any]:
        title = _("Make a work list")
        return {
            "title": title, "about": in_language(row.name), "button": _("Make the list"),
            "back": reverse("places:upkeep", args=[code]), "crumbs": crumbs(row, title),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/act.html", perform, context)


@login_required
@require_http_methods(["POST"])
def list_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Cancel a work list; what was not visited is free for another."""
    row = found(request.user, RoundList.objects.select_related("upkeep"), LEAD, pk=key)
    list_cancel(round_list=row, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("The list is cancelled. What it left is free for another one."))
    return see_other(reverse("places:upkeep", args=[row.upkeep.code]))


@login_required
@require_http_methods(FORM)
def report(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Report a fault of a thing as a member of staff."""
    row, person = upkeep_found(request, code), cast(User, request.user)
    thing = found(person, Thing.objects.filter(register=row.register), key=key)
    form = FaultForm(request.POST or None, body=body_of(row))

    def perform() -> str:
        given = form.cleaned_data
        order = fault_report(
            upkeep=row, thing=thing, fault=given["fault"], by=person, at=timezone.now(),
            given=Said(Source.STAFF, str(given["token"]), given["text"]),
        )  # fmt: skip
        messages.success(request, _("Reported: {number}.").format(number=order.number))
        return reverse("places:order", args=[order.pk])

    def context() -> dict[str, Any]:
        title = _("Report a fault of {key}").format(key=key)
        return {
            "title": title, "about": in_language(row.register.name), "button": _("Report it"),
            "back": reverse("places:thing", args=[row.register.code, key]),
            "crumbs": crumbs(row, title),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/act.html", perform, context)


def acts_of(order: WorkOrder, person: User) -> list[str]:
    """Return what a person may do to an order now, the usual thing first."""
    leads, does = may(person, LEAD, order), may(person, DO, order)
    is_mine = order.assigned_to_id == person.pk or (
        order.assigned_to_id is None and (order.crew is None or in_crew(person, order.crew))
    )
    acts = []
    if order.state in (State.OPEN, State.ASSIGNED):
        acts += ["begin"] if does and is_mine else []
        acts += ["assign"] if leads else []
    if order.state == State.IN_WORK and does and is_mine:
        acts += ["finish", *(["part"] if body_of(order.upkeep).parts else [])]
    if order.state == State.DONE and leads and order.done_by_id != person.pk:
        acts += ["verify", "return"]
    if order.state in WorkOrder.WAITING and leads:
        acts.append("cancel")
    return acts


@login_required
@require_http_methods(FORM)
def order(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a work order with its reports, parts and cost; move it on."""
    rows = WorkOrder.objects.select_related(
        "upkeep__current", "upkeep__register", "upkeep__agency", "thing__register",
        "assigned_to", "crew", "done_by", "verified_by", "district",
    )  # fmt: skip
    row, person = found(request.user, rows, pk=key), cast(User, request.user)
    acts = acts_of(row, person)
    wanted = request.POST.get("act") or request.GET.get("act", "")
    act = wanted if wanted in OrderForm.ASKED else (acts[0] if acts else "begin")
    people: list[User] = []
    crews: list[Crew] = []
    if act == "assign":
        people, crews = helpers_of(row.upkeep, at=timezone.now()), crews_of(row.upkeep.agency)
    form = OrderForm(
        request.POST or None, body=body_of(row.upkeep), people=people, crews=crews, act=act,
        stand=stand_in_words(crews, at=timezone.now()),
    )  # fmt: skip

    def perform() -> str:
        _perform(row, form.cleaned_data, person, [*people, *crews])
        row.refresh_from_db()
        _told(request, row, act)
        return reverse("places:order", args=[row.pk])

    def context() -> dict[str, Any]:
        row.refresh_from_db()
        open_acts = acts_of(row, person)
        return order_row(row, timezone.localdate()) | {
            "upkeep": row.upkeep, "act": act if act in open_acts else "", "acts": open_acts,
            "reports": [
                (each, SOURCES[Source(each.source)])
                for each in row.reports.select_related("reported_by", "inspection")
            ],
            "reads_reports": may(person, DO, row),
            "moves": [
                (move, in_language(part.name) if (part := body_of(row.upkeep).part(
                    move.part.code)) else move.part.code, -move.count)
                for move in row.moves.select_related("part")
            ],
            "escalations": list(row.escalations.all()),
            "standing": standing_in_words(standing_of(_waited_for(row), at=timezone.now())),
            "crumbs": crumbs(row.upkeep, row.number),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/order.html", perform, context)


def _waited_for(row: WorkOrder) -> Crew | None:
    """Return the crew that is to begin an order; None where nobody, or one of it has."""
    return row.crew if row.assigned_to_id is None and row.state in WorkOrder.WAITING else None


def _told(request: HttpRequest, row: WorkOrder, act: str) -> None:
    """Say what an act did, and to whom gives an order to a crew that is not there, that."""
    said = _("Order {number}: {state}.")
    messages.success(request, said.format(number=row.number, state=STATES[State(row.state)]))
    if act == "assign" and row.crew:
        _warn(request, order_warning(row.crew, standing_of(row.crew, at=timezone.now())))


def _warn(request: HttpRequest, text: str) -> None:
    if text:
        messages.warning(request, text)


def _perform(row: WorkOrder, given: dict[str, Any], person: User, fit: list[User | Crew]) -> None:
    now, act = timezone.now(), given["act"]
    if act == "assign":
        to = next(each for each in fit if given["to"] in (str(each.pk), f"{CREW}{each.pk}"))
        repairing.order_assign(order=row, to=to, by=person, at=now)
    elif act == "begin":
        repairing.order_begin(order=row, by=person, at=now)
    elif act == "part":
        repairing.part_use(order=row, part=given["part"], count=given["count"], by=person, at=now)
    elif act == "finish":
        repairing.order_finish(
            order=row, by=person, at=now, result=given["result"],
            labour_twd=given["labour_twd"] or 0,
        )  # fmt: skip
    elif act == "cancel":
        repairing.order_cancel(order=row, by=person, at=now, why=given["why"])
    else:
        repairing.order_verify(
            order=row, by=person, at=now, is_sound=act == "verify", why=given.get("why", "")
        )


@login_required
@require_http_methods(FORM)
def stock_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Enter parts that were delivered."""
    row, person = upkeep_found(request, code, LEAD), cast(User, request.user)
    form = StockForm(request.POST or None, body=body_of(row))

    def perform() -> str:
        given = form.cleaned_data
        repairing.stock_add(
            upkeep=row, part=given["part"], count=given["count"], by=person, at=timezone.now()
        )
        messages.success(request, _("Entered."))
        return reverse("places:stock", args=[code])

    def context() -> dict[str, Any]:
        title = _("Parts delivered")
        return {
            "title": title, "about": in_language(row.name), "button": _("Enter them"),
            "back": reverse("places:stock", args=[code]), "crumbs": crumbs(row, title),
        }  # fmt: skip

    return answered(request, form, "places/upkeep/act.html", perform, context)
