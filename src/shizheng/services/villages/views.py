"""Pages of the villages: the list, a village for everybody, and a chief's own pages."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import found, may, require, works_for_city
from shizheng.core.models import Area
from shizheng.core.pages import actor, save
from shizheng.core.words import in_language
from shizheng.services.models import VillageProfile, VillageRecord
from shizheng.services.villages import selectors
from shizheng.services.villages.actions import (
    KEEP,
    profile_change,
    record_add,
    record_withdraw,
)
from shizheng.services.villages.forms import ProfileForm, RecordForm, WithdrawForm


@require_safe
def village_list(request: HttpRequest) -> HttpResponse:
    """List districts, or the villages of one, or those whose name was searched."""
    district, query = request.GET.get("district", "")[:20], request.GET.get("q", "")[:60]
    rows = selectors.villages_listed(district=district, query=query) if district or query else []
    shown = {
        "districts": selectors.districts(),
        "district": district,
        "query": query,
        "rows": rows,
        "is_asked": bool(district or query),
        "is_chief": request.user.is_authenticated and may(request.user, KEEP),
        "crumbs": [(pgettext("services", "Villages"), "")],
    }
    return render(request, "services/villages/list.html", shown)


@require_safe
def village(request: HttpRequest, code: str) -> HttpResponse:
    """Show a village: chief, activity centre, defects and works, notices, meetings, expenses."""
    area = _village(code)
    page = selectors.village_page(area, request.user)
    shown = {
        "page": page,
        "area": area,
        "is_staff": works_for_city(request.user),
        "is_kept": may(request.user, KEEP, area),
        "crumbs": [
            (pgettext("services", "Villages"), reverse("services:villages")),
            (in_language(area.name), ""),
        ],
    }
    return render(request, "services/villages/village.html", shown)


def _village(code: str) -> Area:
    rows = Area.objects.filter(kind="village").select_related("parent")
    return get_object_or_404(rows.defer("shape", "parent__shape"), code=code)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a chief their villages, what they reported and how far it is, and their records."""
    person = actor(request)
    require(person, KEEP)
    villages = list(selectors.villages_kept(person)[:50])
    records = VillageRecord.objects.filter(area__in=villages).select_related("area")
    shown = {
        "villages": villages,
        "reports": selectors.reports_of(person),
        "records": records.order_by("-made_at")[:100],
        "kinds": VillageRecord.Kind.choices,
        "crumbs": [
            (pgettext("services", "Villages"), reverse("services:villages")),
            (_("My village"), ""),
        ],
    }
    return render(request, "services/villages/mine.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def record_new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Write a notice, meeting, expense or works of a village down."""
    person, area = actor(request), _village(code)
    require(person, KEEP, area)
    if kind not in VillageRecord.Kind:
        raise Http404
    form = RecordForm(kind, request.POST if request.method == "POST" else None)

    def add() -> None:
        record_add(
            area=area, given=form.record(), by=person, at=timezone.now(),
            offline_id=form.cleaned_data["offline_id"],
        )  # fmt: skip
        messages.success(request, _("Saved: {title}").format(title=form.cleaned_data["title"]))

    return _saved(request, form, add, area, str(form.heading))


@login_required
@require_http_methods(["GET", "POST"])
def record_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Withdraw a record, with a reason."""
    person = actor(request)
    record = found(person, VillageRecord.objects.select_related("area"), KEEP, pk=key)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def end() -> None:
        reason = form.cleaned_data["reason"]
        record_withdraw(record=record, by=person, at=timezone.now(), reason=reason)
        messages.success(request, _("Withdrawn: {title}").format(title=record.title))

    title = _("Withdraw “{title}”").format(title=record.title)
    return _saved(request, form, end, record.area, title)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the site shows of a village."""
    person, area = actor(request), _village(code)
    require(person, KEEP, area)
    known = VillageProfile.objects.filter(area=area).first()
    initial = {name: getattr(known, name) for name in ProfileForm.base_fields} if known else {}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)

    def change() -> None:
        profile_change(area=area, by=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))

    return _saved(request, form, change, area, _("About the village"))


def _saved(request: HttpRequest, form: object, act: object, area: Area, title: str) -> HttpResponse:
    context = {
        "title": title,
        "area": area,
        "crumbs": [
            (pgettext("services", "Villages"), reverse("services:villages")),
            (_("My village"), reverse("services:village_mine")),
            (title, ""),
        ],
    }
    return save(
        request, form, act, to=reverse("services:village_mine"),  # type: ignore[arg-type]  # forms and acts of this module
        template="services/villages/form.html", context=context,
    )  # fmt: skip
