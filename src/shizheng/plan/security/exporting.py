"""Restricted files: findings and the machine room as CSV, software as CycloneDX, STIX bundles.

Whoever takes one is noted, as whoever opens a page is.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core.access import found
from shizheng.core.models import User
from shizheng.core.spreadsheets import cell
from shizheng.plan.models import HostMonth, InformationSystem, SecurityIncident
from shizheng.plan.security.actions.moving import thing_read
from shizheng.plan.security.domain import sbom
from shizheng.plan.security.domain.hosts import COLUMNS
from shizheng.plan.security.gate import restricted
from shizheng.plan.security.selectors import detail

FINDING_COLUMNS = (
    "number", "kind", "agency", "system", "title", "severity", "control", "owner", "found_on",
    "first_due_on", "due_on", "fixed_on", "is_synthetic",
)  # fmt: skip


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    answer = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@restricted
@require_safe
def findings_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list of findings."""
    rows = detail.findings_listed(
        viewer=cast(User, request.user), state=request.GET.get("state", ""),
        agency=request.GET.get("agency", ""), on=timezone.localdate(),
    )  # fmt: skip
    return _csv(
        "security-findings",
        FINDING_COLUMNS,
        (
            (
                row.number, row.kind, row.agency.code, row.system.number if row.system else None,
                row.title, row.severity, row.control, row.owner.username, row.found_on,
                row.first_due_on, row.due_on, row.fixed_on, row.is_synthetic,
            )
            for row in rows
        ),
    )  # fmt: skip


@restricted
@require_safe
def room_csv(request: HttpRequest) -> HttpResponse:
    """The figures of hosts, in the columns in which they are sent, and what they used before."""
    rows = HostMonth.objects.visible_to(cast(User, request.user)).filter(is_standing=True)
    rows = rows.select_related("host").order_by("month", "host__name")
    return _csv(
        "machine-room",
        (*COLUMNS, "kwh_before"),
        (
            (
                row.host.name, row.month.strftime("%Y-%m"), row.utilisation, row.availability,
                row.kwh, row.host.kwh_before,
            )
            for row in rows
        ),
    )  # fmt: skip


@restricted
@require_safe
def software_json(request: HttpRequest, number: str) -> HttpResponse:
    """A system's software as CycloneDX 1.6."""
    person = cast(User, request.user)
    rows = InformationSystem.objects.select_related("agency")
    system = found(person, rows, number=number)
    current = system.software_lists.filter(is_current=True).first()
    if current is None:
        raise Http404
    thing_read(thing=system, by=person, at=timezone.now())
    components = [
        sbom.Component(row.kind, row.name, row.version, row.group, row.purl, row.licence)
        for row in current.components.all()
    ]
    document = sbom.document_of(
        system.number, system.name, current.number, components, at=current.imported_at
    )
    answer = JsonResponse(
        document, content_type="application/vnd.cyclonedx+json; version=1.6",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )  # fmt: skip
    answer.headers["Content-Disposition"] = f'attachment; filename="{system.number}.cdx.json"'
    return answer


@restricted
@require_safe
def bundle_json(request: HttpRequest, incident: str, number: int) -> HttpResponse:
    """What the joint-defence group was told, word for word."""
    person = cast(User, request.user)
    rows = SecurityIncident.objects.select_related("agency")
    known = found(person, rows, number=incident)
    told = known.shares.filter(number=number).first()
    if told is None:
        raise Http404
    thing_read(thing=known, by=person, at=timezone.now())
    answer = HttpResponse(told.bundle, content_type="application/stix+json;version=2.1")
    answer.headers["Content-Disposition"] = f'attachment; filename="{incident}-{number}.stix.json"'
    return answer
