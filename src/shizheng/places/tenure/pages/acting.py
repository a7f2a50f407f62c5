"""Pages that act on the ledger: record, change, let, occupy, hand over, strike off, pay."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.core.access import found, require
from shizheng.core.models import Area, User
from shizheng.places.pages.forms import ActForm
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions import leases, ledger, occupation
from shizheng.places.tenure.models import Lease, Occupation, PropertyItem, RentDue
from shizheng.places.tenure.pages import forms
from shizheng.places.tenure.pages.ledger import home
from shizheng.places.tenure.pages.shared import FORM, form_page
from shizheng.places.tenure.selectors.ledger import agencies_managed

Given = dict[str, Any]


def _done(request: HttpRequest, said: str, name: str, *args: object) -> str:
    messages.success(request, said)
    return reverse(f"places:{name}", args=args)


@login_required
@require_http_methods(FORM)
def item_new(request: HttpRequest) -> HttpResponseBase:
    """Take property into the ledger."""
    person = cast(User, request.user)
    require(person, MANAGE)
    form = forms.PropertyForm(request.POST or None, agencies=agencies_managed(person))

    def perform() -> str:
        given = form.cleaned_data
        place = given["place"]
        described = ledger.Described(
            number=given["number"], category=given["category"], name=given["name"],
            acquired_on=given["acquired_on"], area_m2=given["area_m2"],
            address=place.address if place else "",
            longitude=place.longitude if place else None,
            latitude=place.latitude if place else None,
            district=Area.objects.filter(code=place.district_code).first() if place else None,
        )  # fmt: skip
        made = ledger.property_record(
            agency=given["agency"], given=described, value_twd=given["value_twd"],
            document=given["document"], by=person, at=timezone.now(),
        )  # fmt: skip
        return _done(request, _("It stands in the ledger."), "property_item", made.number)

    back = reverse("places:property")
    return form_page(
        request, form, perform, title=_("Record property"), button=_("Record it"), back=back,
        way=home(),
    )  # fmt: skip


def _value(item: PropertyItem, given: Given, by: User) -> None:
    ledger.value_change(
        item=item, amount_twd=given["amount_twd"], on=given["on"], document=given["document"],
        why=given["why"], is_addition=given["is_addition"] == "yes", by=by, at=timezone.now(),
    )  # fmt: skip


def _dispose(item: PropertyItem, given: Given, by: User) -> None:
    ledger.property_dispose(
        item=item, on=given["on"], document=given["document"], why=given["why"], by=by,
        at=timezone.now(),
    )  # fmt: skip


def _hand_over(item: PropertyItem, given: Given, by: User) -> None:
    ledger.property_hand_over(
        item=item, to=given["to"], on=given["on"], document=given["document"], by=by,
        at=timezone.now(),
    )  # fmt: skip


def _idle(item: PropertyItem, given: Given, by: User) -> None:
    ledger.property_idle(item=item, since=given["since"], by=by, at=timezone.now())


def _in_use(item: PropertyItem, given: Given, by: User) -> None:
    ledger.property_in_use(item=item, by=by, at=timezone.now())


def _terms(given: Given) -> leases.Terms:
    return leases.Terms(
        given["starts_on"], given["ends_on"], given["rent_twd"], given["period_months"],
        given["due_days"], given["steps"],
    )  # fmt: skip


def _lease(item: PropertyItem, given: Given, by: User) -> None:
    name = given["username"].strip()
    party = leases.PartyOf(
        given["party_name"], given["party_contact"],
        User.objects.filter(username=name, is_active=True).first() if name else None,
    )  # fmt: skip
    leases.lease_make(
        item=item, party=party, terms=_terms(given), document=given["document"], by=by,
        at=timezone.now(),
    )  # fmt: skip


def _occupied(item: PropertyItem, given: Given, by: User) -> None:
    occupation.occupation_find(
        item=item, found_on=given["found_on"], area_m2=given["area_m2"],
        occupier=given["occupier"], note=given["note"], by=by, at=timezone.now(),
    )  # fmt: skip


Act = tuple[str, str, type[ActForm], Callable[[PropertyItem, Given, User], None]]


def _acts() -> dict[str, Act]:
    """Return the acts on one thing by the last part of their address: title, button, form, act."""
    return {
        "value": (_("Change the value"), _("Record the change"), forms.ValueForm, _value),
        "dispose": (_("Strike it off"), _("Strike it off"), forms.DisposeForm, _dispose),
        "hand-over": (_("Hand it over"), _("Hand it over"), forms.HandOverForm, _hand_over),
        "idle": (_("It stands idle"), _("Record it"), forms.IdleForm, _idle),
        "in-use": (_("It is used again"), _("Record it"), forms.PlainForm, _in_use),
        "lease": (_("Let it"), _("Make the contract"), forms.LeaseForm, _lease),
        "occupied": (_("It is occupied"), _("Record it and open a case"), forms.OccupationForm,
                     _occupied),
    }  # fmt: skip


@login_required
@require_http_methods(FORM)
def item_act(request: HttpRequest, number: str, act: str) -> HttpResponseBase:
    """Act on one thing of the ledger."""
    person = cast(User, request.user)
    thing = found(person, PropertyItem.objects.select_related("agency"), MANAGE, number=number)
    known = _acts()
    if act not in known:
        raise Http404
    title, button, made, perform_act = known[act]
    form = made(request.POST or None)

    def perform() -> str:
        perform_act(thing, form.cleaned_data, person)
        return _done(request, _("Recorded."), "property_item", thing.number)

    back = reverse("places:property_item", args=[thing.number])
    return form_page(
        request, form, perform, title=title, button=button, back=back, lead=thing.name,
        way=home((thing.number, back)), kind="warning" if act == "dispose" else "",
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def lease_act(request: HttpRequest, key: UUID, act: str) -> HttpResponseBase:
    """Renew a contract, or end it before its term."""
    person = cast(User, request.user)
    lease = found(person, Lease.objects.select_related("item__agency", "person"), MANAGE, pk=key)
    if act not in ("renew", "end"):
        raise Http404
    is_end = act == "end"
    first = {"starts_on": lease.ends_on, "rent_twd": lease.rent_twd,
             "period_months": lease.period_months, "due_days": lease.due_days}  # fmt: skip
    form: ActForm = (
        forms.LeaseEndForm(request.POST or None) if is_end
        else forms.TermForm(request.POST or None, initial=first)
    )  # fmt: skip

    def perform() -> str:
        given = form.cleaned_data
        if is_end:
            leases.lease_end(
                lease=lease, on=given["on"], why=given["why"], by=person, at=timezone.now()
            )
            return _done(request, _("The contract is ended."), "lease", lease.pk)
        made = leases.lease_renew(
            lease=lease, terms=_terms(given), document=given["document"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        return _done(request, _("The contract goes on."), "lease", made.pk)

    back = reverse("places:lease", args=[lease.pk])
    title = _("End it before its term") if is_end else _("Renew it")
    return form_page(
        request, form, perform, title=title, button=title, back=back, lead=lease.number,
        way=home((lease.number, back)), kind="warning" if is_end else "",
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def rent_pay(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Book that rent was paid."""
    person = cast(User, request.user)
    rent = found(person, RentDue.objects.select_related("lease__item"), MANAGE, pk=key)
    form = forms.RentForm(request.POST or None, initial={"on": timezone.localdate()})

    def perform() -> str:
        given = form.cleaned_data
        leases.rent_pay(
            rent=rent, on=given["on"], receipt=given["receipt"], by=person, at=timezone.now()
        )
        return _done(request, _("The payment is booked."), "lease", rent.lease_id)

    back = reverse("places:lease", args=[rent.lease_id])
    return form_page(
        request, form, perform, title=_("Book the payment"), button=_("Book the payment"),
        back=back, lead=f"{rent.lease.number} · NT$ {rent.amount_twd:,}",
        way=home((rent.lease.number, back)),
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def occupation_settle(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Say how an occupation ended."""
    person = cast(User, request.user)
    rows = Occupation.objects.select_related("item__agency")
    one = found(person, rows, MANAGE, pk=key)
    form = forms.SettleForm(request.POST or None, ways=occupation.occupation_rules().ways)

    def perform() -> str:
        given = form.cleaned_data
        occupation.occupation_settle(
            occupation=one, way=given["way"], document=given["document"], on=given["on"],
            by=person, at=timezone.now(),
        )  # fmt: skip
        return _done(request, _("The occupation is settled."), "property_item", one.item.number)

    back = reverse("places:property_item", args=[one.item.number])
    return form_page(
        request, form, perform, title=_("Settle an occupation"), button=_("Settle it"), back=back,
        lead=f"{one.item.name} · {one.case_number}", way=home((one.item.number, back)),
    )  # fmt: skip
