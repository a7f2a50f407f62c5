"""Pages of the ledger: what there is, one thing, contracts and arrears, a month with its CSV."""

import csv
import io
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import Viewer, found, may, require
from shizheng.core.models import Agency, User
from shizheng.core.showing import city_date, number
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language
from shizheng.kernel.text import cleaned
from shizheng.places.pages.sending import answered
from shizheng.places.tenure.access import MANAGE, VALUES
from shizheng.places.tenure.actions.ledger import accounting_enter, value_of
from shizheng.places.tenure.domain.rent import months_later
from shizheng.places.tenure.models import Lease, Occupation, PropertyItem, RentDue
from shizheng.places.tenure.pages.forms import FigureForm
from shizheng.places.tenure.pages.shared import (
    FORM,
    Section,
    crumbs,
    day_asked,
    link,
    row,
    section,
    twd,
)
from shizheng.places.tenure.selectors.ledger import (
    Statement,
    agencies_managed,
    items_seen,
    leases_ending,
    rents_overdue,
    statement_of,
)

ENDING_DAYS = 180
Category, Use = PropertyItem.Category, PropertyItem.Use


def home(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the ledger to a page."""
    return crumbs(_("City property"), "property", *more)


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """List what the city holds, by agency, category, use or words; no values, no persons."""
    asked = {name: cleaned(request.GET.get(name, "")).strip()[:80]
             for name in ("agency", "category", "use", "q")}  # fmt: skip
    rows = items_seen(request.user)
    if asked["agency"]:
        rows = rows.filter(agency__code=asked["agency"])
    if asked["category"] in Category.values:
        rows = rows.filter(category=asked["category"])
    if asked["use"] in Use.values:
        rows = rows.filter(use=asked["use"])
    if asked["q"]:
        words = asked["q"]
        rows = rows.filter(
            Q(number__icontains=words) | Q(name__icontains=words) | Q(address__icontains=words)
        )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": page, "asked": asked, "query": query.urlencode(),
        "agencies": _keepers(), "categories": Category.choices, "uses": Use.choices,
        "is_narrowed": any(asked.values()), "may_manage": may(request.user, MANAGE),
        "crumbs": crumbs(_("City property"), "property"),
    }  # fmt: skip
    return render(request, "places/tenure/items.html", shown)


def _keepers() -> list[tuple[str, str]]:
    rows = Agency.objects.filter(pk__in=PropertyItem.objects.values("agency"))
    return [(each.code, in_language(each.name)) for each in rows]


@require_safe
def item(request: HttpRequest, number: str) -> HttpResponse:
    """Show one thing; staff sees its value and entries, who manages it also its contracts."""
    rows = PropertyItem.objects.select_related("agency", "district", "thing__register")
    thing = found(request.user, rows, number=number)
    manages = may(request.user, MANAGE, thing)
    sections, links = [], []
    if manages or Viewer(request.user).scopes(VALUES):
        sections.append(_entries(thing))
    if manages:
        sections += _managed(thing)
        links = _acts(thing)
    offered = thing.spaces.exclude(state="withdrawn")
    links = [
        *((_("Offered as idle space: {name}").format(name=each.name),
           reverse("places:space", args=[each.key])) for each in offered),
        *links,
    ]  # fmt: skip
    shown = {
        "title": thing.name, "lead": thing.number, "facts": _facts(thing), "links": links,
        "sections": sections, "crumbs": home((thing.number, "")),
        "notice": _("An invented example; this property does not exist.")
        if thing.is_synthetic else "",
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _entries(thing: PropertyItem) -> Section:
    rows = [
        row(city_date(each.on), each.get_kind_display(), twd(each.amount_twd), each.document,
            numbers=(2,))
        for each in thing.entries.all()
    ]  # fmt: skip
    words = _("The book value is {value}: the sum of these entries.")
    return section(
        pgettext("places", "Value"), "entries",
        [_("Day"), _("What happened"), _("Change"), _("Number of the document")], rows,
        text=words.format(value=twd(value_of(thing))),
    )  # fmt: skip


def _facts(thing: PropertyItem) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Category"), thing.get_category_display()),
        (_("Managing agency"), in_language(thing.agency.name)),
        (_("Present use"), thing.get_use_display() if thing.is_held else _("Disposed of")),
        (_("Acquired on"), city_date(thing.acquired_on)),
    ]
    if thing.area_m2 is not None:
        facts.append((pgettext("places", "Area"), f"{number(thing.area_m2)} m²"))
    if thing.address or thing.district:
        district = in_language(thing.district.name) if thing.district else ""
        facts.append((_("Where"), f"{district} {thing.address}".strip()))
    if thing.thing is not None:
        register = thing.thing.register.code
        facts.append((_("On the map"), link(thing.thing.key, "thing", register, thing.thing.key)))
    if thing.idle_since:
        facts.append((_("Idle since"), city_date(thing.idle_since)))
    return facts


def _managed(thing: PropertyItem) -> list[Section]:
    leases = [
        row(link(each.number, "lease", each.pk), city_date(each.starts_on),
            city_date(each.ended_on or each.ends_on), twd(each.rent_twd), numbers=(3,))
        for each in thing.leases.all()
    ]  # fmt: skip
    occupations = [
        row(city_date(each.found_on), each.case_number or "–", each.get_state_display(),
            link(_("Settle"), "occupation_settle", each.pk) if each.state == "open" else "–")
        for each in thing.occupations.all()
    ]  # fmt: skip
    return [
        section(_("Contracts"), "contracts",
                [_("Contract"), _("From"), _("Until"), _("Rent of one period")], leases,
                empty=_("Nobody has a contract on it.")),
        section(_("Occupation"), "occupations",
                [_("Found on"), _("Case"), _("State"), _("What can be done")], occupations,
                empty=_("It was never found occupied.")),
    ]  # fmt: skip


def _acts(thing: PropertyItem) -> list[tuple[str, str]]:
    if not thing.is_held:
        return []
    acts = [("value", _("Change the value")), ("lease", _("Let it")),
            ("occupied", _("It is occupied")), ("hand-over", _("Hand it over")),
            ("dispose", _("Strike it off"))]  # fmt: skip
    if thing.use == Use.IDLE:
        published = thing.spaces.exclude(state="withdrawn").exists()
        acts = [*([] if published else [("publish", _("Publish it as idle space"))]),
                ("in-use", _("It is used again")), *acts]  # fmt: skip
    elif thing.use == Use.OWN:
        acts = [("idle", _("It stands idle")), *acts]
    return [(name, reverse("places:property_act", args=[thing.number, act])) for act, name in acts]


@login_required
@require_safe
def leases(request: HttpRequest) -> HttpResponse:
    """Show arrears, contracts that end soon, and open occupations of one's agencies."""
    person = cast(User, request.user)
    require(person, MANAGE)
    today = timezone.localdate()
    arrears = list(rents_overdue(person, on=today)[:500])
    if arrears:
        journal.read(arrears[0].lease, ["party_name"], by=person, at=timezone.now(),
                     why=str(_("Rent unpaid")))  # fmt: skip
    occupations = Occupation.objects.visible_to(person).filter(state="open").select_related("item")
    owed = _("{amount} is overdue in {count} periods.").format(
        amount=twd(sum(each.amount_twd for each in arrears)), count=number(len(arrears))
    )
    contract, thing = _("Contract"), _("Property")
    sections = [
        section(
            _("Rent unpaid"), "arrears",
            [contract, _("Party"), _("Due on"), _("Days late"), _("Rent")],
            [
                row(link(each.lease.number, "lease", each.lease_id), each.lease.party_name,
                    city_date(each.due_on), number((today - each.due_on).days),
                    twd(each.amount_twd), numbers=(3, 4))
                for each in arrears
            ],
            text=owed, empty=_("No rent is overdue."),
        ),
        section(
            _("Contracts that end soon"), "ending", [contract, thing, _("Ends on")],
            [
                row(link(each.number, "lease", each.pk), each.item.name,
                    city_date(each.ended_on or each.ends_on))
                for each in leases_ending(person, on=today, within_days=ENDING_DAYS)[:500]
            ],
            empty=_("None ends within half a year."),
        ),
        section(
            _("Open occupations"), "occupations", [thing, _("Name"), _("Found on"), _("Case")],
            [
                row(link(each.item.number, "property_item", each.item.number), each.item.name,
                    city_date(each.found_on), each.case_number or "–")
                for each in occupations[:500]
            ],
            empty=_("Nothing is known to be occupied."),
        ),
    ]  # fmt: skip
    title = _("Contracts and arrears")
    shown = {"title": title, "sections": sections, "crumbs": home((title, ""))}
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_safe
def lease(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a contract with all days and amounts to its party and to the managing agency."""
    person = cast(User, request.user)
    rows = Lease.objects.select_related("item__agency", "person", "renews")
    one = found(person, rows, pk=key)
    manages = may(person, MANAGE, one)
    if one.person_id != person.pk:
        journal.read(one, [*Lease.PERSONAL], by=person, at=timezone.now(), why=str(_("Contract")))
    rents = [_rent(each, manages) for each in one.rents.all()]
    links = []
    if manages and one.ended_on is None:
        links = [
            (name, reverse("places:lease_act", args=[one.pk, act]))
            for act, name in (("renew", _("Renew it")), ("end", _("End it before its term")))
        ]
    shown = {
        "title": _("Contract {number}").format(number=one.number), "links": links,
        "facts": [
            (_("Property"), link(one.item.name, "property_item", one.item.number)),
            (_("Party"), one.party_name), (_("How the party is reached"), one.party_contact or "–"),
            (_("From"), city_date(one.starts_on)),
            (_("Until (no longer in force from then on)"),
             city_date(one.ended_on or one.ends_on)),
            (_("Rent of one period"), twd(one.rent_twd)),
            (_("Number of the contract"), one.document),
        ],
        "notice": _("Ended before its term: {why}").format(why=one.ended_why)
        if one.ended_on else "",
        "sections": [
            section(_("Rent"), "rents", [_("Due on"), _("Rent"), _("State"), _("What can be done")],
                    rents)
        ],
        "crumbs": home((_("Contracts and arrears"), reverse("places:leases")), (one.number, "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _rent(rent: RentDue, manages: bool) -> list[tuple[object, str]]:
    state = _("To be paid")
    if rent.is_void:
        state = _("Void")
    elif rent.paid_on:
        state = _("Paid on {day}").format(day=city_date(rent.paid_on))
    elif rent.due_on < timezone.localdate():
        state = _("Overdue")
    is_open = manages and not rent.is_void and rent.paid_on is None
    act = link(_("Book the payment"), "rent_pay", rent.pk) if is_open else "–"
    return row(city_date(rent.due_on), twd(rent.amount_twd), state, act, numbers=(1,))


def _asked(request: HttpRequest, person: User) -> Statement | None:
    """Return the month that the address asks for; None where somebody manages nothing."""
    agencies = agencies_managed(person)
    code = cleaned(request.GET.get("agency", ""))[:60]
    agency = agencies.filter(code=code).first() or agencies.first()
    if agency is None:
        return None
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    return statement_of(agency, day_asked(request, "month", last))


@login_required
@require_http_methods(FORM)
def statement(request: HttpRequest) -> HttpResponseBase:
    """Show a month of an agency beside the figures of accounting; enter such a figure."""
    person = cast(User, request.user)
    require(person, MANAGE)
    form = FigureForm(request.POST or None)

    def perform() -> str:
        one, given = _asked(request, person), form.cleaned_data
        if one is not None:
            accounting_enter(
                agency=one.agency, month=one.first, category=given["category"],
                amount_twd=given["amount_twd"], note=given["note"], by=person, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The figure stands beside the ledger."))
        return request.get_full_path()

    def context() -> dict[str, Any]:
        one = _asked(request, person)
        if one is None:
            return {"one": None, "crumbs": home((_("Month of the ledger"), ""))}
        return {
            "one": one, "lines": _lines(one), "agencies": agencies_managed(person)[:200],
            "before": (one.first - timedelta(days=1)).replace(day=1).isoformat(),
            "after": months_later(one.first, 1).isoformat(),
            "query": request.GET.urlencode(), "crumbs": home((_("Month of the ledger"), "")),
        }  # fmt: skip

    return answered(request, form, "places/tenure/statement.html", perform, context)


def _lines(one: Statement) -> list[dict[str, Any]]:
    names = dict(Category.choices)
    return [
        {"line": line, "name": names.get(line.category, line.category),
         "explained": one.explained.get(line.category, [])}
        for line in one.lines
    ]  # fmt: skip


@login_required
@require_safe
def statement_csv(request: HttpRequest) -> HttpResponse:
    """Send a month of an agency as CSV, UTF-8 with a mark so that spreadsheets read it."""
    person = cast(User, request.user)
    require(person, MANAGE)
    one, text = _asked(request, person), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["agency", "month", "category", "opening_twd", "added_twd", "disposed_twd",
                     "revalued_twd", "closing_twd", "accounting_twd",
                     "difference_twd"])  # fmt: skip
    for line in one.lines if one else ():
        agency = one.agency.code if one else ""
        month = one.first.strftime("%Y-%m") if one else ""
        figures = (line.opening_twd, line.added_twd, line.disposed_twd, line.revalued_twd,
                   line.closing_twd, line.accounting_twd, line.difference_twd)  # fmt: skip
        writer.writerow([cell(agency), month, cell(line.category),
                         *("" if each is None else each for each in figures)])  # fmt: skip
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="property-month.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
