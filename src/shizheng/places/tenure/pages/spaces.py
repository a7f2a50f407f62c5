"""Pages of idle space: search, one space, apply; the agency publishes, answers and recalls."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found, may, require
from shizheng.core.files import attachments_of
from shizheng.core.locations.choices import district_choices
from shizheng.core.models import User
from shizheng.core.showing import city_date, city_datetime, number
from shizheng.core.structured import as_script
from shizheng.core.words import in_language, language_tag
from shizheng.places.models import Register
from shizheng.places.pages import showing
from shizheng.places.pages.forms import ActForm
from shizheng.places.pages.sending import answered
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import body_of
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions import idle
from shizheng.places.tenure.city import idle_rules, today_at
from shizheng.places.tenure.models import PropertyItem, Space, SpaceApplication, SpaceUse
from shizheng.places.tenure.pages import forms
from shizheng.places.tenure.pages.shared import (
    FORM,
    Crumbs,
    crumbs,
    form_page,
    link,
    row,
    section,
    uses_words,
)
from shizheng.places.tenure.selectors import spaces as reading

State = SpaceApplication.State


def home(*more: tuple[str, str]) -> Crumbs:
    """Return the way from the list of spaces to a page."""
    return crumbs(_("Idle space"), "spaces", *more)


def layer_of(request: HttpRequest) -> Layer:
    """Return the register of spaces as the reader sees it."""
    register = Register.objects.select_related("owner", "current").get(code=idle_rules().register_)
    return Layer.of(register, request.user)


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """Let anybody look for a space by words, district and area, on a map and in a table."""
    asked = reading.space_question(request.GET)
    page = Paginator(reading.spaces_offered(request.user, asked), 50).get_page(
        request.GET.get("page")
    )
    layer, keys = layer_of(request), [each.key for each in page]
    on = Question(on=timezone.localdate())
    things = layer.shown(layer.rows(on).filter(key__in=keys)) if keys else []
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "page": page, "asked": asked, "given": request.GET, "query": query.urlencode(),
        "features": _pointing(showing.features_of(layer.sight, things)),
        "districts": district_choices()[1:], "register": layer.register,
        "may_manage": may(request.user, MANAGE), "crumbs": home(),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "places/tenure/spaces.html", shown)


def _pointing(features: dict[str, Any]) -> dict[str, Any]:
    """Let each shape on the map lead to the page of its space."""
    for each in features.get("features", ()):
        each["properties"]["href"] = reverse("places:space", args=[each["properties"]["id"]])
    return features


@require_safe
def space(request: HttpRequest, key: str) -> HttpResponse:
    """Show one space, with an offer that search engines read."""
    rows = Space.objects.select_related("agency", "item__district", "thing__register")
    one = found(request.user, rows, key=key)
    manages = may(request.user, MANAGE, one)
    links = []
    if one.state == Space.State.OFFERED:
        links = [(_("Apply to use it"), reverse("places:space_apply", args=[one.key]))]
        if manages:
            links.append((_("Take it back"), reverse("places:space_withdraw", args=[one.key])))
    layer = layer_of(request)
    on = Question(on=timezone.localdate())
    things = layer.shown(layer.rows(on).filter(key=one.key))
    photos = attachments_of(one)
    shown = {
        "title": one.name, "lead": one.get_state_display(), "facts": _facts(one),
        "links": links, "photos": photos,
        "structured": as_script(offer_of(one, [each.pk for each in photos])),
        "features": showing.features_of(layer.sight, things), "table": "facts",
        "notice": _("An invented example; this property does not exist.")
        if one.item.is_synthetic else "",
        "crumbs": home((one.name, "")),
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


def _facts(one: Space) -> list[tuple[str, object]]:
    kinds = {code: in_language(words) for code, words in _kinds(one.thing.register)}
    district = in_language(one.item.district.name) if one.item.district else ""
    return [
        (_("Kind"), kinds.get(one.kind, one.kind)),
        (_("Usable area"), f"{number(one.area_m2)} m²"),
        (_("Where"), f"{district} {one.address}".strip() or "–"),
        (_("Limits of use"), one.limits or _("None are set")),
        (_("Managing agency"), in_language(one.agency.name)),
        (_("Idle since"), city_date(one.idle_since)),
        (_("Published"), city_date(today_at(one.published_at))),
        (_("Property"), link(one.item.number, "property_item", one.item.number)),
        (_("In the register"), link(one.key, "thing", one.thing.register.code, one.key)),
    ]


def _kinds(register: Register) -> list[tuple[str, Any]]:
    body = body_of(register)
    field = body.field("kind")
    return list(body.codes_of(field).items()) if field else []


def offer_of(one: Space, photos: list[UUID]) -> dict[str, Any]:
    """Return a space as schema.org ``Offer`` of a ``Place``, free of charge unless agreed."""
    is_free = one.state == Space.State.OFFERED
    return {
        "@context": "https://schema.org", "@type": "Offer", "identifier": one.key,
        "name": one.name, "inLanguage": language_tag(),
        "url": settings.SITE_URL + reverse("places:space", args=[one.key]),
        "availability": f"https://schema.org/{'InStock' if is_free else 'OutOfStock'}",
        "availabilityStarts": one.published_at.isoformat(),
        "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
        "image": [settings.SITE_URL + reverse("download", args=[each]) for each in photos],
        "offeredBy": {"@type": "GovernmentOrganization", "name": in_language(one.agency.name)},
        "itemOffered": {
            "@type": "Place", "name": one.name, "address": one.address,
            "geo": {"@type": "GeoCoordinates", "longitude": one.item.longitude,
                    "latitude": one.item.latitude},
        },
    }  # fmt: skip


@login_required
@require_http_methods(FORM)
def apply(request: HttpRequest, key: str) -> HttpResponseBase:
    """Apply to use a space."""
    person = cast(User, request.user)
    one = found(person, Space.objects.select_related("agency", "item"), key=key)
    rules = idle_rules()
    form = forms.ApplyForm(request.POST or None, uses=rules.uses)

    def perform() -> str:
        given = form.cleaned_data
        wish = idle.Wish(
            use=given["use"], purpose=given["purpose"], organisation=given["organisation"],
            starts_on=given["starts_on"], ends_on=given["ends_on"],
        )  # fmt: skip
        made = idle.space_apply(space=one, wish=wish, by=person, at=timezone.now())
        words = _("Your application has arrived. You are answered by {day}.")
        messages.success(request, words.format(day=city_date(today_at(made.due_at))))
        return reverse("places:space_application", args=[made.pk])

    back = reverse("places:space", args=[one.key])
    return form_page(
        request, form, perform, title=_("Apply to use it"), button=_("Send the application"),
        back=back, lead=one.name, way=home((one.name, back)), notice=one.limits,
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def withdraw(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take a space back from the offer."""
    person = cast(User, request.user)
    one = found(person, Space.objects.select_related("agency", "item", "thing"), MANAGE, key=key)
    form = forms.WhyForm(request.POST or None)

    def perform() -> str:
        why = form.cleaned_data["why"]
        idle.space_withdraw(space=one, why=why, by=person, at=timezone.now())
        messages.success(request, _("It is not offered any more."))
        return reverse("places:spaces_desk")

    back = reverse("places:space", args=[one.key])
    return form_page(
        request, form, perform, title=_("Take it back"), button=_("Take it back"), back=back,
        lead=one.name, way=home((one.name, back)), kind="warning",
    )  # fmt: skip


@login_required
@require_http_methods(FORM)
def publish(request: HttpRequest, number: str) -> HttpResponseBase:
    """Publish property that stands idle."""
    person = cast(User, request.user)
    thing = found(person, PropertyItem.objects.select_related("agency"), MANAGE, number=number)
    register = layer_of(request).register
    kinds = [(code, in_language(words)) for code, words in _kinds(register)]
    first = {"name": thing.name, "area_m2": thing.area_m2}
    form = forms.SpaceForm(request.POST or None, request.FILES or None, kinds=kinds, initial=first)

    def perform() -> str:
        given = form.cleaned_data
        place = given["place"]
        offer = idle.Offer(
            name=given["name"], kind=given["kind"], area_m2=given["area_m2"],
            longitude=place.longitude, latitude=place.latitude, address=place.address,
            limits=given["limits"], photo=given["photo"],
        )  # fmt: skip
        made = idle.space_publish(item=thing, offer=offer, by=person, at=timezone.now())
        messages.success(request, _("It is offered to everybody."))
        return reverse("places:space", args=[made.key])

    back = reverse("places:property_item", args=[thing.number])
    title = _("Publish it as idle space")
    return form_page(
        request, form, perform, title=title, button=_("Publish it"), back=back, lead=thing.name,
        way=home((thing.number, back)),
    )  # fmt: skip


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what an agency has to do: publish, answer, recall; and how long things stand idle."""
    person = cast(User, request.user)
    require(person, MANAGE)
    today = timezone.localdate()
    late = reading.unpublished(person, on=today)
    waiting = list(reading.applications_waiting(person)[:200])
    if waiting:
        journal.read(waiting[0], [*SpaceApplication.PERSONAL], by=person, at=timezone.now(),
                     why=str(_("Applications")))  # fmt: skip
    thing, name = _("Property number"), _("Name")
    sections = [
        section(_("To be published"), "unpublished", [thing, name, _("Publish by"), _("State")], [
            row(link(each.item.number, "property_item", each.item.number), each.item.name,
                city_date(each.due_on), _("Overdue") if each.is_late else _("In time"))
            for each in late
        ], empty=_("Everything that stands idle is published.")),
        section(_("To be answered"), "waiting", [_("Space"), _("Who asks"), _("Answer by")], [
            row(link(each.space.name, "space_application", each.pk), each.person.display_name,
                city_datetime(each.due_at))
            for each in waiting
        ], empty=_("No application waits.")),
        section(_("In temporary use"), "uses", [_("Space"), _("Given back on"), _("Notice")], [
            row(link(each.space.name, "space_application", each.application_id),
                city_date(each.ends_on),
                city_datetime(each.recalled_at) if each.recalled_at else _("Not yet"))
            for each in reading.uses_running(person)[:200]
        ], empty=_("Nothing is lent.")),
        section(_("Idle days"), "idle-days", [_("Managing agency"), _("Idle now"), _("Days")], [
            row(in_language(each.agency.name), number(each.count), number(each.days),
                numbers=(1, 2))
            for each in reading.idle_days(person, on=today)
        ], empty=_("Nothing stands idle.")),
    ]  # fmt: skip
    title = _("Idle space to look after")
    shown = {"title": title, "sections": sections, "crumbs": home((title, ""))}
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own applications."""
    person = cast(User, request.user)
    rows = SpaceApplication.objects.filter(person=person).select_related("space")
    told = [
        row(link(each.space.name, "space_application", each.pk), each.get_state_display(),
            city_date(today_at(each.asked_at)))
        for each in rows.order_by("-asked_at", "pk")[:200]
    ]  # fmt: skip
    title = _("My applications for space")
    shown = {
        "title": title, "crumbs": home((title, "")),
        "links": [(_("Look for a space"), reverse("places:spaces"))],
        "sections": [section(title, "mine", [_("Space"), _("State"), _("Sent")], told,
                             empty=_("You have not applied for any space."))],
    }  # fmt: skip
    return render(request, "places/tenure/page.html", shown)


@login_required
@require_http_methods(FORM)
def application(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show an application; its sender takes it back, the agency answers it or ends the use."""
    person = cast(User, request.user)
    rows = SpaceApplication.objects.select_related("space__agency", "space__item", "person")
    one = found(person, rows, pk=key)
    manages = may(person, MANAGE, one)
    if one.person_id != person.pk:
        journal.read(one, [*SpaceApplication.PERSONAL], by=person, at=timezone.now(),
                     why=str(_("Application")))  # fmt: skip
    use = SpaceUse.objects.filter(application=one, ended_at=None).select_related("space").first()
    form = _form(request, one, use, manages)

    def perform() -> str:
        _act(request, one, use, form, person)
        return reverse("places:space_application", args=[one.pk])

    def context() -> dict[str, Any]:
        one.refresh_from_db()
        is_open = one.state == State.WAITING
        return {
            "one": one, "use": use, "facts": _asked(one),
            "may_answer": is_open and manages, "may_recall": bool(use and manages),
            "may_withdraw": is_open and one.person_id == person.pk and not manages,
            "crumbs": home((one.space.name, reverse("places:space", args=[one.space.key])),
                           (_("Application"), "")),
        }  # fmt: skip

    return answered(request, form, "places/tenure/application.html", perform, context)


def _form(
    request: HttpRequest, one: SpaceApplication, use: SpaceUse | None, manages: bool
) -> ActForm:
    if one.state == State.WAITING and manages:
        return forms.AnswerForm(request.POST or None)
    if use is not None and manages:
        return forms.RecallForm(request.POST or None)
    return forms.PlainForm(request.POST or None)


def _act(
    request: HttpRequest, one: SpaceApplication, use: SpaceUse | None, form: ActForm,
    person: User,
) -> None:  # fmt: skip
    given, act, now = form.cleaned_data, request.POST.get("act"), timezone.now()
    if isinstance(form, forms.AnswerForm):
        idle.application_decide(
            application=one, accept=act == "accept", answer=given["answer"], by=person, at=now
        )
        messages.success(request, _("Answered. Whoever asked is told."))
    elif isinstance(form, forms.RecallForm) and use is not None:
        idle.use_recall(use=use, ends_on=given["ends_on"], why=given["why"], by=person, at=now)
        messages.success(request, _("The notice is sent."))
    else:
        idle.application_withdraw(application=one, by=person, at=now)
        messages.success(request, _("You have taken it back."))


def _asked(one: SpaceApplication) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Space"), link(one.space.name, "space", one.space.key)),
        (_("State"), one.get_state_display()),
        (_("What for"), uses_words(one.use, idle_rules().uses)),
        (_("What you want to do there"), one.purpose),
        (_("First day"), city_date(one.starts_on)),
        (_("Given back on"), city_date(one.ends_on)),
        (_("Who asks"), f"{one.person.display_name} {one.organisation}".strip()),
        (_("Answered by"), city_datetime(one.due_at)),
    ]
    if one.answer:
        facts.append((_("Answer"), one.answer))
    return facts
