"""Pages of the land bank: find a plot, ask about it; officers answer and check."""

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

from shizheng.core import journal
from shizheng.core.access import found, may
from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.words import in_language
from shizheng.places.access import EDIT
from shizheng.places.models import Register, Thing
from shizheng.places.pages import showing
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.tenure.access import LAND
from shizheng.places.tenure.actions import industry
from shizheng.places.tenure.city import industry_rules, today_at
from shizheng.places.tenure.models import LandEnquiry
from shizheng.places.tenure.pages import forms
from shizheng.places.tenure.pages.shared import (
    FORM,
    Crumbs,
    crumbs,
    form_page,
    link,
    row,
    section,
)
from shizheng.places.tenure.selectors.spaces import plot_question, plots_fitting

MOST = 200


def home(*more: tuple[str, str]) -> Crumbs:
    """Return the way from the list of plots to a page."""
    return crumbs(_("Land for industry"), "land", *more)


def layer_of(request: HttpRequest) -> Layer:
    """Return the register of plots as the reader sees it."""
    rows = Register.objects.select_related("owner", "current")
    return Layer.of(rows.get(code=industry_rules().register_), request.user)


@require_safe
def land(request: HttpRequest) -> HttpResponse:
    """Let an investor look for a plot by size, price, power, water and the owner's wish."""
    asked, today = plot_question(request.GET), timezone.localdate()
    plots = plots_fitting(asked, on=today)[:MOST]
    layer = layer_of(request)
    on = Question(on=today)
    things = layer.shown(layer.rows(on).filter(key__in=[p.key for p in plots])) if plots else []
    order = {plot.key: place for place, plot in enumerate(plots)}
    things.sort(key=lambda each: order[each.key])
    features = showing.features_of(layer.sight, things)
    for each in features["features"]:
        each["properties"]["href"] = reverse("places:plot", args=[each["properties"]["id"]])
    body = layer.sight.body
    willing = body.field("willingness")
    shown = {
        "rows": [
            (each.key, showing.title_of(body, each), showing.state_in_words(body, each.state),
             number(each.area_m2, 0) if each.area_m2 else "–", *_cells(layer, each))
            for each in things
        ],
        "asked": asked, "given": request.GET, "features": features, "register": layer.register,
        "willing": [
            (code, in_language(words))
            for code, words in (body.codes_of(willing).items() if willing else ())
        ],
        "check_days": industry_rules().check_days, "crumbs": home(),
    }  # fmt: skip
    return render(request, "places/tenure/land.html", shown)


def _cells(layer: Layer, plot: Any) -> tuple[str, str, str, str]:
    body = layer.sight.body
    low, high = plot.values.get("price_from_twd"), plot.values.get("price_to_twd")
    price = f"{number(low)} – {number(high)}" if low is not None and high is not None else "–"
    told = [
        showing.value_in_words(field, body, plot.values.get(field.id))
        for field in (body.field("zoning"), body.field("power_kw"), body.field("checked_on"))
        if field
    ]
    return told[0], price, told[1], told[2]


def plot_found(request: HttpRequest, key: str) -> Thing:
    """Return a plot for a page.

    Raises:
        Http404: there is none.
    """
    rows = Thing.objects.select_related("register__owner")
    return found(request.user, rows, key=key, register__code=industry_rules().register_)


@require_safe
def plot(request: HttpRequest, key: str) -> HttpResponse:
    """Show a plot as far as the reader may know it; contacts of owners are internal."""
    thing, today = plot_found(request, key), timezone.localdate()
    layer = layer_of(request)
    things = layer.shown(layer.rows(Question(on=today)).filter(key=key))
    if not things:
        raise Http404
    one = things[0]
    links = []
    if one.state in ("available", "unverified"):
        links.append((_("Ask about this plot"), reverse("places:plot_enquire", args=[key])))
    if may(request.user, EDIT, thing.register):
        links.append((_("It is checked today"), reverse("places:plot_check", args=[key])))
    words = _("Nobody has checked this for {days} days or more. Ask before you plan with it.")
    shown = {
        "title": showing.title_of(layer.sight.body, one), "lead": key,
        "facts": showing.facts_of(layer.sight, one), "links": links,
        "features": showing.features_of(layer.sight, things), "table": "facts",
        "notice": words.format(days=industry_rules().check_days)
        if one.state == "unverified" else "",
        "crumbs": home((key, "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_http_methods(FORM)
def enquire(request: HttpRequest, key: str) -> HttpResponseBase:
    """Ask about a plot."""
    person, thing = cast(User, request.user), plot_found(request, key)
    form = forms.EnquiryForm(request.POST or None, initial={"contact": person.email})

    def perform() -> str:
        given = form.cleaned_data
        made = industry.enquiry_send(
            plot=thing, company=given["company"], contact=given["contact"], needs=given["needs"],
            by=person, at=timezone.now(),
        )  # fmt: skip
        words = _("Your enquiry has arrived. You are answered by {day}.")
        messages.success(request, words.format(day=city_date(today_at(made.due_at))))
        return reverse("places:enquiry", args=[made.pk])

    back = reverse("places:plot", args=[key])
    return form_page(
        request, form, perform, title=_("Ask about this plot"), button=_("Send the enquiry"),
        back=back, lead=key, way=home((key, back)),
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def check(request: HttpRequest, key: str) -> HttpResponseBase:
    """Say that what stands of a plot is so today."""
    person, thing = cast(User, request.user), plot_found(request, key)
    form = forms.PlainForm(request.POST or None)

    def perform() -> str:
        industry.plot_check(plot=thing, by=person, at=timezone.now())
        messages.success(request, _("Noted: checked today."))
        return reverse("places:plot", args=[key])

    back = reverse("places:plot", args=[key])
    return form_page(
        request, form, perform, title=_("It is checked today"), button=_("Note it"), back=back,
        lead=_("You have looked at every fact of this plot today, and it is so."),
        way=home((key, back)),
    )  # fmt: skip


@login_required
@require_safe
def enquiries(request: HttpRequest) -> HttpResponse:
    """List one's own enquiries; officers see those of their agency, the most urgent first."""
    person = cast(User, request.user)
    rows = LandEnquiry.objects.select_related("plot", "officer")
    plot_, state = _("Plot"), _("State")
    sections = [
        section(_("My enquiries"), "mine", [plot_, state, _("Answered by")], [
            row(link(each.plot.key, "enquiry", each.pk), each.get_state_display(),
                city_datetime(each.due_at))
            for each in rows.filter(person=person).order_by("-asked_at")[:MOST]
        ], empty=_("You have asked about no plot.")),
    ]  # fmt: skip
    if may(person, LAND):
        kept = LandEnquiry.objects.allowed_to(person, LAND).select_related("plot", "officer")
        listed = list(kept.order_by("state", "due_at", "pk")[:MOST])
        if listed:
            journal.read(listed[0], ["company"], by=person, at=timezone.now(),
                         why=str(_("Enquiries")))  # fmt: skip
        head = [plot_, _("Company"), _("Officer"), state, _("Answer by"), _("Reason")]
        sections.append(section(_("Enquiries of the land bank"), "desk", head, [
            row(link(each.plot.key, "enquiry", each.pk), each.company,
                each.officer.display_name if each.officer else "–", each.get_state_display(),
                city_datetime(each.due_at), each.reason or "–")
            for each in listed
        ], empty=_("Nobody has asked yet.")))  # fmt: skip
    title = _("Enquiries")
    shown = {"title": title, "sections": sections, "crumbs": home((title, ""))}
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_http_methods(FORM)
def enquiry(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show an enquiry; the officer answers and says how it ended, the sender takes it back."""
    person = cast(User, request.user)
    one = found(person, LandEnquiry.objects.select_related("plot", "officer", "agency"), pk=key)
    answers = may(person, LAND, one)
    if one.person_id != person.pk:
        journal.read(one, [*LandEnquiry.PERSONAL], by=person, at=timezone.now(),
                     why=str(_("Enquiry")))  # fmt: skip
    form: ActForm = (
        forms.AnswerForm(request.POST or None) if answers else forms.PlainForm(request.POST or None)
    )

    def perform() -> str:
        _act(request, one, form, person)
        return reverse("places:enquiry", args=[one.pk])

    def context() -> dict[str, Any]:
        one.refresh_from_db()
        is_open = one.state in ("waiting", "answered")
        return {
            "one": one, "facts": _facts(one), "may_answer": answers and one.state == "waiting",
            "may_end": answers and is_open,
            "may_withdraw": is_open and one.person_id == person.pk and not answers,
            "crumbs": home((_("Enquiries"), reverse("places:enquiries")), (one.plot.key, "")),
        }  # fmt: skip

    return answered(request, form, "places/tenure/enquiry.html", perform, context)


def _act(request: HttpRequest, one: LandEnquiry, form: ActForm, person: User) -> None:
    act, now = request.POST.get("act"), timezone.now()
    if not isinstance(form, forms.AnswerForm):
        industry.enquiry_withdraw(enquiry=one, by=person, at=now)
        messages.success(request, _("You have taken it back."))
        return
    words = form.cleaned_data["answer"]
    if act in ("match", "refuse"):
        industry.enquiry_end(enquiry=one, is_match=act == "match", reason=words, by=person, at=now)
        messages.success(request, _("The outcome is recorded."))
    else:
        industry.enquiry_answer(enquiry=one, answer=words, by=person, at=now)
        messages.success(request, _("Answered. Whoever asked is told."))


def _facts(one: LandEnquiry) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Plot"), link(one.plot.key, "plot", one.plot.key)),
        (_("State"), one.get_state_display()), (_("Company"), one.company),
        (_("How it is reached"), one.contact), (_("What you need"), one.needs),
        (_("Officer"), one.officer.display_name if one.officer else in_language(one.agency.name)),
        (_("Answered by"), city_datetime(one.due_at)),
    ]  # fmt: skip
    if one.answer:
        facts.append((_("Answer"), one.answer))
    if one.reason:
        facts.append((_("Reason"), one.reason))
    return facts
