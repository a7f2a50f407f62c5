"""Pages of stock-taking: rounds, how far one is, and the form that a phone opens."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, require
from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language
from shizheng.kernel.text import cleaned
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.stock import item_count, round_open
from shizheng.places.tenure.models import StockRound
from shizheng.places.tenure.pages.forms import CountForm, RoundForm
from shizheng.places.tenure.pages.ledger import home
from shizheng.places.tenure.pages.shared import FORM, form_page, link, row, section
from shizheng.places.tenure.selectors.ledger import agencies_managed, items_left, progress_of

SHOWN = 100


@login_required
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds of one's agencies, the newest first."""
    person = cast(User, request.user)
    require(person, MANAGE)
    rows = []
    for each in StockRound.objects.visible_to(person).select_related("agency")[:SHOWN]:
        far = progress_of(each)
        rows.append(
            row(link(each.title, "round", each.pk), in_language(each.agency.short_name),
                f"{city_date(each.first)} – {city_date(each.last)}",
                f"{number(far.counted)} / {number(far.wanted)}", numbers=(3,))
        )  # fmt: skip
    title = _("Stock-taking")
    shown = {
        "title": title, "links": [(_("Open a round"), reverse("places:round_new"))],
        "sections": [
            section(_("Rounds"), "rounds",
                    [_("Round"), _("Managing agency"), _("From and to"), _("Counted")], rows,
                    empty=_("No round was opened yet."))
        ],
        "crumbs": home((title, "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_http_methods(FORM)
def round_new(request: HttpRequest) -> HttpResponseBase:
    """Open a round."""
    person = cast(User, request.user)
    require(person, MANAGE)
    form = RoundForm(request.POST or None, agencies=agencies_managed(person))

    def perform() -> str:
        given = form.cleaned_data
        made = round_open(
            agency=given["agency"], title=given["title"], categories=given["categories"],
            first=given["first"], last=given["last"], by=person, at=timezone.now(),
        )  # fmt: skip
        return reverse("places:round", args=[made.pk])

    back = reverse("places:rounds")
    return form_page(
        request, form, perform, title=_("Open a round"), button=_("Open it"), back=back,
        way=home((_("Stock-taking"), back)),
    )  # fmt: skip


@login_required
@require_safe
def round_(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show how far a round is: what is left, what was found and what is not as it should be."""
    person = cast(User, request.user)
    one = found(person, StockRound.objects.select_related("agency"), pk=key)
    far = progress_of(one)
    findings = one.findings.filter(is_replaced=False).select_related("item", "by")
    odd = findings.exclude(result="found")
    count = reverse("places:round_count", args=[one.pk])
    shown = {
        "title": one.title, "lead": in_language(one.agency.name),
        "facts": [
            (_("From and to"), f"{city_date(one.first)} – {city_date(one.last)}"),
            (_("Counted"), f"{number(far.counted)} / {number(far.wanted)}"),
            (_("Found, as in the ledger"), number(far.found)),
            (_("Found, but differs"), number(far.differs)),
            (_("Not found"), number(far.missing)),
        ],
        "links": [(_("Count a thing"), count)],
        "sections": [
            section(_("Still to be counted"), "left", [_("Property number"), _("Name"), _("Where")],
                    [
                        row(link(each.number, "property_item", each.number), each.name,
                            each.address or "–")
                        for each in items_left(one)[:SHOWN]
                    ], empty=_("Everything was looked for.")),
            section(_("Not as in the ledger"), "odd",
                    [_("Property number"), _("What was found"), _("Note"), _("By"), _("When")],
                    [
                        row(link(each.item.number, "property_item", each.item.number),
                            each.get_result_display(), each.note, each.by.display_name,
                            city_datetime(each.at))
                        for each in odd[:SHOWN]
                    ], empty=_("Nothing so far.")),
        ],
        "crumbs": home((_("Stock-taking"), reverse("places:rounds")), (one.title, "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_http_methods(FORM)
def round_count(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Count one thing and go on to the next; the code on a label brings its number along."""
    person = cast(User, request.user)
    one = found(person, StockRound.objects.select_related("agency"), MANAGE, pk=key)
    asked = cleaned(request.GET.get("number", "")).strip()[:40]
    form = CountForm(
        request.POST or None, request.FILES or None, initial={"number": asked, "result": "found"}
    )

    def perform() -> str:
        given: dict[str, Any] = form.cleaned_data
        place = given["place"]
        made = item_count(
            round_=one, number=given["number"], result=given["result"], note=given["note"],
            longitude=place.longitude if place else None,
            latitude=place.latitude if place else None, photo=given["photo"],
            replaces=given["replaces"], by=person, at=timezone.now(),
        )  # fmt: skip
        words = _("{number}: noted. The next one, please.")
        messages.success(request, words.format(number=made.item.number))
        return reverse("places:round_count", args=[one.pk])

    far = progress_of(one)
    back = reverse("places:round", args=[one.pk])
    lead = _("{counted} of {wanted} counted").format(
        counted=number(far.counted), wanted=number(far.wanted)
    )
    return form_page(
        request, form, perform, title=_("Count a thing"), button=_("Note it"), back=back,
        lead=f"{one.title} · {lead}", way=home((one.title, back)),
    )  # fmt: skip
