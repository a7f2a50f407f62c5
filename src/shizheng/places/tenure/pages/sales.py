"""Pages of a sale with a deadline: the days that are left, and who has not applied."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found, may, require
from shizheng.core.models import Agency, User
from shizheng.core.ratelimit import limited
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.forms import ActForm
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.households import (
    household_join,
    households_enter,
    households_read,
)
from shizheng.places.tenure.actions.sales import sale_apply, sale_decline, sale_settle
from shizheng.places.tenure.city import sale_called, tenure
from shizheng.places.tenure.definitions import SaleOf
from shizheng.places.tenure.models import SaleHousehold
from shizheng.places.tenure.pages.forms import HouseholdForm, HouseholdsForm, PlainForm
from shizheng.places.tenure.pages.ledger import home
from shizheng.places.tenure.pages.shared import FORM, Section, form_page, link, row, section

State = SaleHousehold.State
ACTS = {"apply": sale_apply, "decline": sale_decline, "settle": sale_settle}
OPEN = (State.WAITING, State.DECLINED)
MOST = 500


@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """List the sales with a deadline: until when, and where a household sees how it stands."""
    today = timezone.localdate()
    try:
        declared = tenure().sales
    except DomainError:
        declared = ()
    told = [
        row(link(in_language(each.name), "sale", each.id), city_date(each.last_on),
            number(max((each.last_on - today).days, 0)), in_language(each.source))
        for each in declared
    ]  # fmt: skip
    head = [_("Sale"), _("Last day to apply"), _("Days left"), _("Source")]
    shown = {
        "title": _("Sales to households"),
        "lead": _("Who lives on land of the city may buy it in a sale with a deadline. Open a sale to see how your household stands and to apply."),  # noqa: E501
        "sections": [section(_("Sales"), "sales", head, told,
                             empty=_("The city's pack declares no sale."))],
        "crumbs": home((_("Sales to households"), "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _declared(code: str) -> SaleOf:
    try:
        return sale_called(code)
    except DomainError:
        raise Http404 from None


@login_required
@limited("20/h")
@require_http_methods(FORM)
def household(request: HttpRequest, code: str) -> HttpResponseBase:
    """Find one's household by the number and the name of the agency's letter."""
    declared, person = _declared(code), cast(User, request.user)
    form = HouseholdForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        household_join(
            sale=code, number=given["number"], head=given["head"], by=person, at=timezone.now()
        )
        messages.success(request, _("This is your household. You can apply here."))
        return reverse("places:sale", args=[code])

    back, title = reverse("places:sale", args=[code]), _("Find my household")
    return form_page(
        request, form, perform, title=title, button=title, back=back,
        lead=_("Number and name stand on the letter that the agency sent you."),
        way=home((in_language(declared.name), back)),
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def households_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Enter the list of households that may buy."""
    declared, person = _declared(code), cast(User, request.user)
    agency = Agency.objects.get(code=declared.agency)
    require(person, MANAGE, agency)
    form = HouseholdsForm(request.POST or None)

    def perform() -> str:
        listed = list(households_read(form.cleaned_data["list"]))
        made = households_enter(
            sale=code, agency=agency, listed=listed, by=person, at=timezone.now()
        )
        messages.success(
            request,
            _("{made} of {listed} households are new.").format(made=made, listed=len(listed)),
        )
        return reverse("places:sale", args=[code])

    back, title = reverse("places:sale", args=[code]), _("Enter households")
    return form_page(
        request, form, perform, title=title, button=title, back=back,
        way=home((in_language(declared.name), back)),
    )  # fmt: skip


@require_safe
def sale(request: HttpRequest, code: str) -> HttpResponse:
    """Show how many days are left and how many applied; to who keeps the sale also who has not."""
    declared = _declared(code)
    left = (declared.last_on - timezone.localdate()).days
    rows = SaleHousehold.objects.filter(sale=code)
    applied = rows.filter(state__in=(State.APPLIED, State.SOLD)).count()
    find = (_("Find my household"), reverse("places:sale_household", args=[code]))
    action: tuple[str, str] | None = find
    sections: list[Section] = []
    links: list[tuple[str, str]] = []
    if isinstance(request.user, User):
        mine = list(rows.filter(person=request.user))
        keeps = may(request.user, MANAGE, Agency.objects.get(code=declared.agency))
        sections = [*_mine(mine, is_open=left >= 0), *_kept(request.user, code, keeps=keeps)]
        if mine or keeps:
            action, links = None, [find]
        waiting = [each for each in mine if each.state in OPEN]
        if waiting and left >= 0:
            to_apply = reverse("places:sale_act", args=[waiting[0].pk, "apply"])
            action = (_("Apply to buy"), to_apply)
        elif keeps:
            action = (_("Enter households"), reverse("places:households_new", args=[code]))
    shown = {
        "title": in_language(declared.name),
        "lead": _("{days} days left to apply.").format(days=number(left)) if left >= 0
        else _("Applications are closed."),
        "action": action,
        "facts": [
            (_("Last day to apply"), city_date(declared.last_on)),
            (_("Households that may buy"), number(rows.count())),
            (_("Have applied"), number(applied)),
            (_("Source"), in_language(declared.source)),
        ],
        "notice": _("Some households are invented, to show how it works.")
        if rows.filter(is_synthetic=True).exists() else "",
        "sections": sections, "links": links,
        "crumbs": home((_("Sales to households"), reverse("places:sales")),
                       (in_language(declared.name), "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _mine(rows: list[SaleHousehold], *, is_open: bool) -> list[Section]:
    told = [
        row(each.number, each.get_state_display(),
            city_datetime(each.applied_at) if each.applied_at else "–", _written(each),
            _acts(each, _household_acts(each)) if is_open else "–")
        for each in rows
    ]  # fmt: skip
    if not told:
        return []
    head = [_("Household"), _("State"), _("Applied"), _("Last written to"),
            _("What can be done")]  # fmt: skip
    return [section(_("My household"), "mine", head, told)]


def _household_acts(one: SaleHousehold) -> list[tuple[str, str]]:
    acts = {
        State.WAITING: [(_("Apply to buy"), "apply"), (_("Does not want to buy"), "decline")],
        State.DECLINED: [(_("Apply to buy"), "apply")],
    }
    return acts.get(State(one.state), [])


def _acts(one: SaleHousehold, acts: list[tuple[str, str]]) -> str:
    links = [(link(text, "sale_act", one.pk, act),) for text, act in acts]
    return format_html_join(" · ", "{}", links) or "–"


def _kept(person: User, code: str, *, keeps: bool) -> list[Section]:
    """Return who has not applied and who has, for who keeps the sale; the reading is noted."""
    rows = SaleHousehold.objects.allowed_to(person, MANAGE).filter(sale=code)
    if not rows.exists():
        text = _("Nobody is entered yet. Enter the agency's list: each household then finds itself with the number and name of its letter, and who has not applied is written to before the last day.")  # noqa: E501  # fmt: skip
        return [Section(_("Households that may buy"), text)] if keeps else []
    waiting = list(rows.exclude(state__in=(State.APPLIED, State.SOLD))[:MOST])
    applied = list(rows.filter(state__in=(State.APPLIED, State.SOLD)).order_by("applied_at")[:MOST])
    journal.read((waiting or applied)[0], [*SaleHousehold.PERSONAL], by=person,
                 at=timezone.now(), why=code)  # fmt: skip
    told = [
        row(each.number, each.head, each.contact or "–", each.get_state_display(),
            _written(each), _acts(each, [(_("Enter an application"), "apply")]))
        for each in waiting
    ]  # fmt: skip
    head = [_("Household"), _("Name"), _("How it is reached"), _("State"), _("Last written to"),
            _("What can be done")]  # fmt: skip
    done = [
        row(each.number, each.head, each.get_state_display(),
            city_datetime(each.applied_at) if each.applied_at else "–",
            _acts(each, [(_("It is sold"), "settle")] if each.state == State.APPLIED else []))
        for each in applied
    ]  # fmt: skip
    after = [_("Household"), _("Name"), _("State"), _("Applied"), _("What can be done")]
    return [
        section(_("Have not applied yet"), "waiting", head, told,
                empty=_("Every household has applied.")),
        section(_("Who has applied"), "applied", after, done, empty=_("No household has applied.")),
    ]  # fmt: skip


def _written(household: SaleHousehold) -> str:
    last = household.notices.first()
    if last is None:
        return _("Not yet")
    way = _("on the site") if last.by_account else _("letter to be posted")
    return f"{city_datetime(last.made_at)} · {way}"


@login_required
@require_http_methods(FORM)
def sale_act(request: HttpRequest, key: UUID, act: str) -> HttpResponseBase:
    """Apply for a household, say that it does not want to buy, or that it has bought."""
    person = cast(User, request.user)
    one = found(person, SaleHousehold.objects.select_related("agency", "person"), pk=key)
    if act not in ACTS:
        raise Http404
    form: ActForm = PlainForm(request.POST or None)
    declared = _declared(one.sale)

    def perform() -> str:
        ACTS[act](household=one, by=person, at=timezone.now())
        messages.success(request, _("Recorded."))
        return reverse("places:sale", args=[one.sale])

    back = reverse("places:sale", args=[one.sale])
    title = {"apply": _("Apply to buy"), "decline": _("The household does not want to buy"),
             "settle": _("The property is sold")}[act]  # fmt: skip
    lead = {
        "apply": _("Household {number} applies to buy. The application counts from the moment you send it; the agency checks it and writes to the household."),  # noqa: E501
        "decline": _("Household {number} says that it does not want to buy. It may still apply until the last day."),  # noqa: E501
        "settle": _("The property of household {number} is sold and transferred."),
    }[act]  # fmt: skip
    return form_page(
        request, form, perform, title=title, button=title, back=back,
        lead=lead.format(number=one.number), way=home((in_language(declared.name), back)),
    )  # fmt: skip
