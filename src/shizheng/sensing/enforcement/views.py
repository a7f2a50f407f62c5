"""Pages of devices and of what they recorded."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import Viewer, found, may, require
from shizheng.core.downloads import SANDBOX
from shizheng.core.files import path_of
from shizheng.core.models import Agency, User
from shizheng.core.pages import add_refusal, see_other
from shizheng.kernel.errors import N_, DomainError
from shizheng.places.pages.sending import answered
from shizheng.sensing.cameras.forms import moment_of
from shizheng.sensing.enforcement import devices, exporting, selectors, violations
from shizheng.sensing.enforcement.access import DEVICES, ENFORCE, ISSUE
from shizheng.sensing.enforcement.forms import (
    CertificateForm,
    DeviceForm,
    RevokeForm,
    ViolationForm,
    WhyForm,
)
from shizheng.sensing.models import (
    CalibrationCertificate,
    EnforcementDevice,
    ViolationFile,
    ViolationImage,
)

FORM, ROWS = ["GET", "POST"], 50
STATES = {
    ViolationFile.State.RECORDED: N_("to be decided"),
    ViolationFile.State.ISSUED: N_("issued"),
    ViolationFile.State.DROPPED: N_("dropped"),
}
ACTS = {
    "received": N_("Recorded"), "opened": N_("Read"), "issued": N_("Ticket issued"),
    "dropped": N_("Dropped"), "exported": N_("Exported"), "erased": N_("Person erased"),
}  # fmt: skip
KINDS = {
    ViolationFile.Kind.RED_LIGHT: N_("Red light"), ViolationFile.Kind.SPEED: N_("Speed"),
    ViolationFile.Kind.SECTION_SPEED: N_("Average speed"),
}  # fmt: skip


def way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the first page of enforcement to a page."""
    home = (_("Enforcement"), reverse("sensing:enforcement"))
    return [home, *more] if more else [(home[0], "")]


def required(request: HttpRequest, *permissions: str) -> User:
    """Return who is signed in, if they hold one of the permissions somewhere.

    Raises:
        NotPermitted: they hold none.
    """
    person = cast(User, request.user)
    viewer = Viewer(person)
    if not any(viewer.scopes(each) for each in permissions):
        require(person, permissions[0])
    return person


@login_required
@require_safe
def enforcement(request: HttpRequest) -> HttpResponse:
    """List devices with their calibration, those that cannot issue first."""
    person = required(request, DEVICES, ENFORCE, ISSUE)
    rules, now = devices.enforcement_rules(), timezone.now()
    rows = [
        (row, _(devices.KINDS[devices.Kind(row.kind)]), _standing(row, now))
        for row in selectors.devices_seen(person)
    ]
    rows.sort(key=lambda each: (each[2]["certificate"] is not None, each[2]["days_left"] or 0))
    owner = Agency.objects.get(code=rules.owner)
    waiting = selectors.violations_seen(person, "recorded").count()
    shown = {
        "rows": rows, "waiting": waiting, "body": rules, "crumbs": way(),
        "may_keep": may(person, DEVICES, owner), "may_enforce": may(person, ENFORCE, owner),
    }  # fmt: skip
    return render(request, "sensing/enforcement/devices.html", shown)


def _standing(row: EnforcementDevice, at: datetime) -> dict[str, Any]:
    told = devices.calibration_now(row, at)
    return told | {"reason": _(str(told["reason"])) if told["reason"] else ""}


@login_required
@require_http_methods(FORM)
def device_new(request: HttpRequest) -> HttpResponseBase:
    """Enter a device."""
    person = cast(User, request.user)
    require(person, DEVICES, Agency.objects.get(code=devices.enforcement_rules().owner))
    form = DeviceForm(request.POST or None)

    def perform() -> str:
        given = form.cleaned_data
        made = devices.device_add(
            code=given["code"], kind=given["kind"], place=given["place"], by=person,
            at=timezone.now(), limit_kmh=given["limit_kmh"], distance_m=given["distance_m"],
            distance_tolerance_m=given["distance_tolerance_m"] or Decimal(0),
        )  # fmt: skip
        return reverse("sensing:device", args=[made.pk])

    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": _("Enter a device"), "back": reverse("sensing:enforcement"),
                 "crumbs": way((_("Enter a device"), ""))},
    )  # fmt: skip


def _device(request: HttpRequest, key: UUID, permission: str | None = None) -> EnforcementDevice:
    rows = EnforcementDevice.objects.select_related("agency")
    return found(request.user, rows, permission, pk=key)


@login_required
@require_safe
def device(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a device with its certificates, and what was issued by one that was revoked since."""
    row, person = _device(request, key), cast(User, request.user)
    certificates = [
        (each, list(devices.issued_after(each)))
        for each in row.certificates.select_related("added_by", "revoked_by")
    ]
    shown = {
        "device": row, "kind": _(devices.KINDS[devices.Kind(row.kind)]),
        "standing": _standing(row, timezone.now()), "certificates": certificates,
        "may_keep": may(person, DEVICES, row), "crumbs": way((row.code, "")),
    }  # fmt: skip
    return render(request, "sensing/enforcement/device.html", shown)


@login_required
@require_http_methods(FORM)
def certificate_new(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Enter a certificate."""
    row, person = _device(request, key, DEVICES), cast(User, request.user)
    form = CertificateForm(request.POST or None, request.FILES or None)
    back = reverse("sensing:device", args=[row.pk])

    def perform() -> str:
        given = form.cleaned_data
        devices.certificate_add(
            device=row, number=given["number"], issuer=given["issuer"], content=given["file"],
            name=given["file"].name, valid_from=given["valid_from"],
            valid_until=given["valid_until"], by=person, at=timezone.now(),
        )  # fmt: skip
        return back

    title = _("Enter a certificate")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": back, "lead": row.code,
                 "crumbs": way((row.code, back), (title, ""))},
    )  # fmt: skip


def _certificate(request: HttpRequest, key: UUID, permission: str | None = None) -> Any:
    rows = CalibrationCertificate.objects.select_related("device__agency", "file")
    return found(request.user, rows, permission, pk=key)


@login_required
@require_http_methods(FORM)
def certificate_revoke(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Revoke a certificate from a moment on."""
    row, person = _certificate(request, key, DEVICES), cast(User, request.user)
    form = RevokeForm(request.POST or None)
    back = reverse("sensing:device", args=[row.device_id])

    def perform() -> str:
        touched = devices.certificate_revoke(
            certificate=row, since=form.since, why=form.cleaned_data["why"], by=person,
            at=timezone.now(),
        )  # fmt: skip
        if touched:
            text = _("{count} tickets were issued after that moment; look at each.")
            messages.warning(request, text.format(count=len(touched)))
        return back

    title = _("Revoke a certificate")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": back, "lead": f"{row.device.code} · {row.number}",
                 "crumbs": way((row.device.code, back), (title, ""))},
    )  # fmt: skip


@login_required
@require_safe
def certificate_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Send the file of a certificate."""
    row = _certificate(request, key)
    return _sent(row.file, row.file_name)


def _sent(stored: Any, name: str) -> HttpResponseBase:
    try:
        content = path_of(stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        content, as_attachment=not stored.media_type.startswith("image/"), filename=name,
        content_type=stored.media_type,
    )  # fmt: skip
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_safe
def violation_list(request: HttpRequest) -> HttpResponse:
    """List violations, the newest first; plates are shown on the page of each alone."""
    person = required(request, ENFORCE, ISSUE)
    state = request.GET.get("state", "")
    rows = selectors.violations_seen(person, state)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "state": state, "states": [(each, _(text)) for each, text in STATES.items()],
        "rows": [
            (row, _(KINDS[ViolationFile.Kind(row.kind)]), _(STATES[ViolationFile.State(row.state)]))
            for row in page
        ],
        "may_enforce": may(person, ENFORCE, Agency.objects.get(
            code=devices.enforcement_rules().owner)),
        "crumbs": way((_("Violations"), "")),
    }  # fmt: skip
    return render(request, "sensing/enforcement/violations.html", shown)


@login_required
@require_http_methods(FORM)
def violation_new(request: HttpRequest) -> HttpResponseBase:
    """Record what a device saw."""
    person = required(request, ENFORCE)
    rows = [
        row for row in selectors.devices_seen(person)
        if row.kind != devices.Kind.BREATH and may(person, ENFORCE, row)
    ]  # fmt: skip
    form = ViolationForm(request.POST or None, request.FILES or None, devices=rows)

    def perform() -> str:
        given = form.cleaned_data
        occurred = moment_of(given["occurred_on"], given["occurred_time"])
        entered = None
        if given["entered_time"] is not None:
            entered = moment_of(given["occurred_on"], given["entered_time"])
            if entered > occurred:  # the first gate was passed before midnight
                entered -= timedelta(days=1)
        made = violations.violation_record(
            device=next(row for row in rows if row.code == given["device"]),
            occurred_at=occurred, entered_at=entered, plate=given["plate"],
            measured_kmh=given["measured_kmh"], images=given["images"], by=person,
            at=timezone.now(),
            clock=violations.Clock(
                given["time_source"], given["clock_offset_ms"],
                moment_of(given["checked_on"], given["checked_time"]),
            ),
        )  # fmt: skip
        return reverse("sensing:violation", args=[made.pk])

    title = _("Record a violation")
    return answered(
        request, form, "sensing/cameras/form.html", perform,
        lambda: {"title": title, "back": reverse("sensing:violations"),
                 "crumbs": way((_("Violations"), reverse("sensing:violations")), (title, ""))},
    )  # fmt: skip


def _violation(request: HttpRequest, key: UUID, permission: str | None = None) -> ViolationFile:
    rows = ViolationFile.objects.select_related("device", "agency", "certificate", "decided_by")
    return found(request.user, rows, permission, pk=key)


@login_required
@require_http_methods(FORM)
def violation(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show a violation with its custody; issue or drop it. Opening it is a step of its custody."""
    row, person = _violation(request, key), cast(User, request.user)
    if request.POST.get("act") == "issue":
        return _issued(request, row, person)
    form = WhyForm(request.POST or None)
    here = reverse("sensing:violation", args=[row.pk])

    def perform() -> str:
        if request.POST.get("act") != "drop":
            raise Http404
        violations.violation_drop(
            violation=row, by=person, at=timezone.now(), why=form.cleaned_data["why"]
        )
        return here

    def context() -> dict[str, Any]:
        if request.method == "GET":
            violations.violation_open(violation=row, by=person, at=timezone.now())
        row.refresh_from_db()
        return _shown(row, person)

    return answered(request, form, "sensing/enforcement/violation.html", perform, context)


def _issued(request: HttpRequest, row: ViolationFile, person: User) -> HttpResponse:
    """Issue a violation; not within one transaction, so that a refusal stays on record.

    Sent twice it is issued once: the second time it was decided before.
    """
    try:
        violations.violation_issue(violation=row, by=person, at=timezone.now())
    except DomainError as refusal:
        form = WhyForm(request.POST)
        form.full_clean()
        add_refusal(form, refusal)
        row.refresh_from_db()
        shown = {"form": form, **_shown(row, person)}
        return render(request, "sensing/enforcement/violation.html", shown, status=refusal.status)
    return see_other(reverse("sensing:violation", args=[row.pk]))


def _shown(row: ViolationFile, person: User) -> dict[str, Any]:
    steps = row.custody.select_related("by").order_by("number")
    covering, reason = devices.certificate_at(row.device, row.occurred_at)
    return {
        "violation": row, "kind": _(KINDS[ViolationFile.Kind(row.kind)]),
        "state": _(STATES[ViolationFile.State(row.state)]),
        "images": row.images.select_related("file"),
        "steps": [(each, _(ACTS.get(each.act, each.act))) for each in steps],
        "broken": violations.chain_broken_at(row),
        "covering": covering, "uncovered": _(reason) if reason else "",
        "may_issue": row.state == "recorded" and may(person, ISSUE, row),
        "may_export": row.state == "issued" and row.erased_at is None and may(person, ISSUE, row),
        "crumbs": way((_("Violations"), reverse("sensing:violations")), (row.number, "")),
    }  # fmt: skip


@login_required
@require_safe
def violation_image(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Send a picture of a violation; who looked at it is noted."""
    image = ViolationImage.objects.select_related("file").filter(pk=key).first()
    if image is None or image.file is None:
        raise Http404
    row = _violation(request, image.violation_id)
    journal.read(row, ["images"], by=cast(User, request.user), at=timezone.now(), why=row.number)
    return _sent(image.file, image.name)


@login_required
@require_http_methods(["POST"])
def violation_export(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send an issued violation as a sealed package."""
    row = _violation(request, key, ISSUE)
    content = exporting.violation_export(
        violation=row, by=cast(User, request.user), at=timezone.now()
    )
    return HttpResponse(
        content, content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{row.number}.zip"',
                 "Cache-Control": "private, no-store"},
    )  # fmt: skip
