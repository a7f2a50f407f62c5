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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found
from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.places.pages.forms import ActForm
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.sales import sale_apply, sale_decline, sale_settle
from shizheng.places.tenure.city import sale_called
from shizheng.places.tenure.models import SaleHousehold
from shizheng.places.tenure.pages.forms import PlainForm
from shizheng.places.tenure.pages.ledger import home
from shizheng.places.tenure.pages.shared import FORM, Section, form_page, link, row, section

State = SaleHousehold.State
ACTS = {"apply": sale_apply, "decline": sale_decline, "settle": sale_settle}
MOST = 500


@require_safe
def sale(request: HttpRequest, code: str) -> HttpResponse:
    """Show how many days are left and how many applied; to who keeps the sale also who has not."""
    try:
        declared = sale_called(code)
    except DomainError:
        raise Http404 from None
    left = (declared.last_on - timezone.localdate()).days
    rows = SaleHousehold.objects.filter(sale=code)
    applied = rows.filter(state__in=(State.APPLIED, State.SOLD)).count()
    sections = []
    if isinstance(request.user, User):
        sections = [*_mine(request.user, code), *_kept(request.user, code)]
    shown = {
        "title": in_language(declared.name),
        "lead": _("{days} days left to apply.").format(days=number(left)) if left >= 0
        else _("Applications are closed."),
        "facts": [
            (_("Last day to apply"), city_date(declared.last_on)),
            (_("Households that may buy"), number(rows.count())),
            (_("Have applied"), number(applied)),
            (_("Source"), in_language(declared.source)),
        ],
        "notice": _("Some households are invented, to show how it works.")
        if rows.filter(is_synthetic=True).exists() else "",
        "sections": sections, "crumbs": home((in_language(declared.name), "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _mine(person: User, code: str) -> list[Section]:
    rows = SaleHousehold.objects.filter(sale=code, person=person)
    told = [
        row(each.number, each.get_state_display(),
            link(_("Apply to buy"), "sale_act", each.pk, "apply")
            if each.state in (State.WAITING, State.DECLINED) else "–")
        for each in rows
    ]  # fmt: skip
    if not told:
        return []
    head = [_("Household"), _("State"), _("What can be done")]
    return [section(_("My household"), "mine", head, told)]


def _kept(person: User, code: str) -> list[Section]:
    """Return who has not applied, for who keeps the sale; the reading is noted."""
    rows = SaleHousehold.objects.allowed_to(person, MANAGE).filter(sale=code)
    waiting = list(rows.exclude(state__in=(State.APPLIED, State.SOLD))[:MOST])
    if not rows.exists():
        return []
    if waiting:
        journal.read(waiting[0], [*SaleHousehold.PERSONAL], by=person, at=timezone.now(), why=code)
    told = [
        row(each.number, each.head, each.contact or "–", each.get_state_display(),
            _written(each), link(_("Enter an application"), "sale_act", each.pk, "apply"))
        for each in waiting
    ]  # fmt: skip
    head = [_("Household"), _("Name"), _("How it is reached"), _("State"), _("Last written to"),
            _("What can be done")]  # fmt: skip
    return [section(_("Have not applied yet"), "waiting", head, told,
                    empty=_("Every household has applied."))]  # fmt: skip


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

    def perform() -> str:
        ACTS[act](household=one, by=person, at=timezone.now())
        messages.success(request, _("Recorded."))
        return reverse("places:sale", args=[one.sale])

    back = reverse("places:sale", args=[one.sale])
    title = {"apply": _("Apply to buy"), "decline": _("The household does not want to buy"),
             "settle": _("The property is sold")}[act]  # fmt: skip
    return form_page(
        request, form, perform, title=title, button=title, back=back,
        lead=_("Household {number}").format(number=one.number), way=home((one.number, back)),
    )  # fmt: skip
