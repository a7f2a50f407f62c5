"""Pages that act: book, wait, cancel; the owner's day, closures and no-shows."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

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

from shizheng.core import journal, words
from shizheng.core.access import found, may, require
from shizheng.core.models import User
from shizheng.core.pages import see_other
from shizheng.core.words import in_language
from shizheng.places.booking import calendars
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.actions import (
    booking_cancel,
    is_held,
    no_show_mark,
    slot_book,
    slot_wait,
    waiting_leave,
)
from shizheng.places.booking.closing import closure_make
from shizheng.places.booking.domain.errors import SlotUnknown
from shizheng.places.booking.forms import ClosureForm, EndForm, SlotForm
from shizheng.places.booking.selectors import body_of, closed, slot_named, use_of, zone
from shizheng.places.booking.views import as_calendar, bookable_of, crumbs, day_of
from shizheng.places.models import Booking, Waiting
from shizheng.places.pages.sending import FORM, answered


@login_required
@require_http_methods(FORM)
def slot(request: HttpRequest, code: str, slot: str) -> HttpResponseBase:
    """Book a slot, or wait for it where somebody has it."""
    row, person = bookable_of(request, code), cast(User, request.user)
    body, wanted = body_of(row), slot_named(row, slot)
    if wanted is None:
        said = words.said(SlotUnknown())
        shown = {"refusal": said, "bookable": row, "crumbs": crumbs(row, said.message)}
        return render(request, "places/booking/refused.html", shown, status=404)
    form = SlotForm(request.POST or None, body=body)

    def perform() -> str:
        given = form.cleaned_data
        act = slot_wait if request.POST.get("act") == "wait" else slot_book
        act(
            bookable=row, slot=slot, by=person, at=timezone.now(), purpose=given["purpose"],
            reduction=given.get("reduction", ""),
        )  # fmt: skip
        if act is slot_wait:
            messages.success(request, _("You wait for this slot and are told when it is yours."))
        else:
            messages.success(request, _("The slot is yours."))
        return reverse("places:bookings")

    def context() -> dict[str, Any]:
        return {
            "bookable": row, "body": body, "slot": wanted, "is_taken": is_held(row, wanted),
            "crumbs": crumbs(row, _("Book a slot")),
        }  # fmt: skip

    return answered(request, form, "places/booking/slot.html", perform, context)


@login_required
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """List one's own bookings and waits."""
    person = cast(User, request.user)
    rows = Booking.objects.visible_to(person).filter(person=person).select_related("bookable")
    page = Paginator(rows.order_by("-starts_at", "pk"), 50).get_page(request.GET.get("page"))
    waits = Waiting.objects.filter(person=person, state=Waiting.State.WAITING)
    shown = {
        "page": page,
        "waits": waits.filter(starts_at__gt=timezone.now()).select_related("bookable"),
        "crumbs": crumbs(title=_("My bookings")),
    }
    return render(request, "places/booking/mine.html", shown)


@login_required
@require_http_methods(FORM)
def booking(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a booking; cancel it, or say that the person did not come."""
    person = cast(User, request.user)
    rows = Booking.objects.select_related("bookable__owner", "person")
    row = found(person, rows, pk=key)
    is_own = row.person_id == person.pk
    manages = may(person, MANAGE, row)
    if not is_own:
        _note_read(row, person)
    form = EndForm(request.POST or None, says_why=not is_own)

    def perform() -> str:
        now = timezone.now()
        if request.POST.get("act") == "no_show":
            no_show_mark(booking=row, by=person, at=now)
            messages.success(request, _("Noted."))
        else:
            booking_cancel(booking=row, by=person, at=now, why=form.cleaned_data.get("why", ""))
            messages.success(request, _("The booking is cancelled."))
        return reverse("places:booking", args=[row.pk])

    def context() -> dict[str, Any]:
        row.refresh_from_db()
        has_begun = row.starts_at <= timezone.now()
        stands = row.state == Booking.State.BOOKED
        return {
            "booking": row, "bookable": row.bookable, "is_own": is_own,
            "may_cancel": stands and not has_begun, "may_mark": stands and has_begun and manages,
            "crumbs": crumbs(row.bookable, _("Booking")),
        }  # fmt: skip

    return answered(request, form, "places/booking/booking.html", perform, context)


def _note_read(row: Booking, person: User) -> None:
    journal.read(row, ["person", "purpose"], by=person, at=timezone.now(), why=str(_("Booking")))


@login_required
@require_safe
def booking_ics(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send one's own booking to a calendar."""
    person = cast(User, request.user)
    rows = Booking.objects.filter(person=person).select_related("bookable")
    row = found(person, rows, pk=key)
    return as_calendar(calendars.booking_ics(row, at=timezone.now()), str(row.pk))


@login_required
@require_http_methods(["POST"])
def wait_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Wait no longer for a slot; a repeat changes nothing."""
    person = cast(User, request.user)
    row = found(person, Waiting.objects.filter(person=person), pk=key)
    waiting_leave(waiting=row, by=person, at=timezone.now())
    messages.success(request, _("You wait for this slot no longer."))
    return see_other(reverse("places:bookings"))


@login_required
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """Show the owner agency who comes on a day; the reading is noted in the journal."""
    row, person = bookable_of(request, code, MANAGE), cast(User, request.user)
    day = day_of(request, "on")
    start = datetime.combine(day, time.min, tzinfo=zone())
    rows = Booking.objects.allowed_to(person, MANAGE).filter(
        bookable=row, starts_at__gte=start, starts_at__lt=start + timedelta(days=1)
    )
    listed = list(rows.select_related("person"))
    if listed:
        journal.read(row, ["person", "purpose"], by=person, at=timezone.now(), why=day.isoformat())
    taken, slots = use_of(row, day.replace(day=1), _last_of(day))
    shown = {
        "bookable": row, "rows": listed, "day": day, "closures": closed(row, day, day),
        "before": (day - timedelta(days=1)).isoformat(), "taken": taken, "slots": slots,
        "after": (day + timedelta(days=1)).isoformat(),
        "crumbs": crumbs(row, _("Bookings of a day")),
    }  # fmt: skip
    return render(request, "places/booking/desk.html", shown)


def _last_of(day: date) -> date:
    first = day.replace(day=1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@login_required
@require_http_methods(FORM)
def close(request: HttpRequest, code: str) -> HttpResponseBase:
    """Close a place for a time."""
    row, person = bookable_of(request, code, MANAGE), cast(User, request.user)
    require(person, MANAGE, row)
    form = ClosureForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        closure_make(
            bookable=row, starts=_moment(given["first"], given["opens"]),
            ends=_moment(given["last"], given["closes"]), by=person, at=timezone.now(),
            why=given["why"], moves=given["bookings"] == "move",
        )  # fmt: skip
        messages.success(request, _("It is closed. Whoever had booked is told."))
        return f"{reverse('places:desk', args=[code])}?on={given['first'].isoformat()}"

    def context() -> dict[str, Any]:
        title = _("Close {name}").format(name=in_language(row.name))
        return {"bookable": row, "title": title, "crumbs": crumbs(row, _("Close"))}

    return answered(request, form, "places/booking/close.html", perform, context)


def _moment(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), tzinfo=zone())
