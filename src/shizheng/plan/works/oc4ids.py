"""Works as OC4IDS projects with their OCDS contracting processes.

OC4IDS 0.9 is the infrastructure profile of the Open Contracting Data Standard: one project for
each work, with its contract as a summary. Money is in TWD; days become moments of the city's time.

Source: https://standard.open-contracting.org/infrastructure/0.9/en/
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core.files import attachments_of
from shizheng.core.models import Agency, City
from shizheng.core.words import in_language
from shizheng.plan.models import PublicWork, WorkContract, WorkReport
from shizheng.plan.works.domain.months import last_day
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.exporting import rows_asked
from shizheng.plan.works.selectors.watch import curves_in_force

VERSION = "0.9"
PREFIX = "oc4ids-shizheng"
OCID = "ocds-shizheng"
LICENCE = "https://data.gov.tw/license"
STATUS = {
    Stage.PREPARATION: "preparation",
    Stage.TENDER: "preparation",
    Stage.CONSTRUCTION: "implementation",
    Stage.COMPLETED: "completion",
    Stage.ACCEPTED: "maintenance",
    Stage.TERMINATED: "cancelled",
}
CONTRACT_STATUS = {
    Stage.PREPARATION: "pre-award",
    Stage.TENDER: "pre-award",
    Stage.CONSTRUCTION: "active",
    Stage.COMPLETED: "active",
    Stage.ACCEPTED: "closed",
    Stage.TERMINATED: "closed",
}


@require_safe
def works_oc4ids(request: HttpRequest) -> HttpResponse:
    """The filtered list as an OC4IDS project package."""
    works = [row.work for row in rows_asked(request)]
    site = request.build_absolute_uri("/").rstrip("/")
    package = package_of(works, uri=request.build_absolute_uri(), site=site, at=timezone.now())
    return JsonResponse(package, json_dumps_params={"ensure_ascii": False})


def package_of(works: Iterable[PublicWork], *, uri: str, site: str, at: datetime) -> dict[str, Any]:
    """Return works as a package.

    Args:
        uri: the address of the package.
        site: address of the site without a slash at its end.
        at: when it is published, aware.
    """
    city = City.objects.first()
    name = in_language(city.name) if city else "shizheng"
    works = list(works)
    contracts, reports, planned = _contracts(works), _reports(works), curves_in_force(works)
    return {
        "uri": uri,
        "version": VERSION,
        "publishedDate": at.isoformat(timespec="seconds"),
        "publisher": {"name": name},
        "license": LICENCE,
        "projects": [
            _project(work, contracts.get(work.pk), reports.get(work.pk, []), site)
            | _progress(planned.get(work.pk, ()), reports.get(work.pk, []))
            for work in works
        ],
    }


def _contracts(works: list[PublicWork]) -> Mapping[Any, WorkContract]:
    rows = WorkContract.objects.filter(work__in=works).select_related("contractor")
    return {row.work_id: row for row in rows.order_by("version")}


def _reports(works: list[PublicWork]) -> Mapping[Any, list[WorkReport]]:
    found: dict[Any, list[WorkReport]] = {}
    for row in WorkReport.objects.filter(work__in=works, is_standing=True).order_by("month"):
        found.setdefault(row.work_id, []).append(row)
    return found


def _project(
    work: PublicWork, contract: WorkContract | None, reports: list[WorkReport], site: str
) -> dict[str, Any]:
    """Return one work; what is not known is left out, as the standard asks."""
    page = f"{site}{reverse('works:detail', args=[work.number])}"
    project: dict[str, Any] = {
        "id": f"{PREFIX}-{work.number}",
        "updated": _moment(_updated(work, reports)),
        "title": work.name,
        "status": STATUS[Stage(work.stage)],
        "type": "construction",
        "parties": [_authority(work.agency)],
        "publicAuthority": _named(work.agency),
        "documents": [
            {
                "id": "page",
                "documentType": "projectWebsite",
                "title": work.name,
                "url": page,
                "format": "text/html",
            },
            *(photo for report in reports for photo in _photos(report, site)),
        ],
    }
    if work.address or work.geometry:
        project["locations"] = [_location(work)]
    if contract is not None:
        project["period"] = _period(contract.starts_on, work.completed_on or contract.ends_on)
        project["budget"] = {"amount": _money(contract.amount_twd)}
        project["parties"].append(_supplier(contract))
        project["contractingProcesses"] = [_process(work, contract, reports)]
    if work.stage == Stage.ACCEPTED and work.completed_on and contract is not None:
        project["completion"] = {
            "endDate": _moment(work.completed_on),
            "finalValue": _money(contract.amount_twd),
        }
    return project


def _progress(planned: Sequence[tuple[date, Decimal]], reports: list[WorkReport]) -> dict[str, Any]:
    """Return the planned curve as a forecast and what was reported as a metric."""
    done = [(last_day(report.month), report.percent) for report in reports]
    pairs = (("forecasts", planned), ("metrics", done))
    return {
        name: [
            {
                "id": "physicalProgress",
                "observations": [
                    {
                        "id": day.isoformat(),
                        "period": {"endDate": _moment(day)},
                        "measure": float(percent),
                        "unit": {"name": "percent"},
                    }
                    for day, percent in points
                ],
            }
        ]
        for name, points in pairs
        if points
    }


def _updated(work: PublicWork, reports: list[WorkReport]) -> date | datetime:
    return max([work.registered_at, *(report.filed_at for report in reports)])


def _authority(agency: Agency) -> dict[str, Any]:
    return {
        **_named(agency),
        "identifier": {"id": agency.code, "legalName": in_language(agency.name)},
        "roles": ["publicAuthority", "procuringEntity"],
    }


def _named(agency: Agency) -> dict[str, str]:
    return {"id": f"agency-{agency.code}", "name": in_language(agency.name)}


def _supplier(contract: WorkContract) -> dict[str, Any]:
    firm = contract.contractor
    return {
        "id": f"TW-BN-{firm.business_number}",
        "name": firm.name,
        "identifier": {
            "scheme": "TW-BN", "id": firm.business_number, "legalName": firm.name,
        },
        "roles": ["supplier"],
    }  # fmt: skip


def _location(work: PublicWork) -> dict[str, Any]:
    location: dict[str, Any] = {"id": "1"}
    if work.geometry:
        location["geometry"] = work.geometry
    if work.address:
        location["description"] = work.address
        location["address"] = {"streetAddress": work.address, "countryName": "TW"}
    if work.district:
        location["address"] = {
            **location.get("address", {"countryName": "TW"}),
            "locality": in_language(work.district.name),
        }
    return location


def _photos(report: WorkReport, site: str) -> list[dict[str, Any]]:
    return [
        {
            "id": str(photo.pk),
            "documentType": "physicalProgressReport",
            "title": photo.name,
            "url": f"{site}{reverse('download', args=[photo.pk])}",
            "datePublished": _moment(report.filed_at),
            "format": photo.file.media_type,
        }
        for photo in attachments_of(report)
    ]


def _process(work: PublicWork, contract: WorkContract, reports: list[WorkReport]) -> dict[str, Any]:
    ocid = f"{OCID}-{work.number}"
    summary: dict[str, Any] = {
        "ocid": ocid,
        "title": work.name,
        "status": CONTRACT_STATUS[Stage(work.stage)],
        "nature": ["construction"],
        "suppliers": [
            {
                "id": f"TW-BN-{contract.contractor.business_number}",
                "name": contract.contractor.name,
            }
        ],
        "contractValue": _money(contract.amount_twd),
        "contractPeriod": _period(contract.starts_on, contract.ends_on, days=contract.days),
    }
    paid = [
        {
            "id": f"{report.month:%Y-%m}",
            "date": _moment(last_day(report.month)),
            "value": _money(report.paid_twd),
        }
        for report in reports
        if report.paid_twd
    ]
    if paid:
        summary["transactions"] = paid
    return {"id": ocid, "summary": summary}


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "TWD"}


def _period(first: date, last: date, *, days: int | None = None) -> dict[str, Any]:
    length = (last - first).days + 1 if days is None else days
    return {
        "startDate": _moment(first), "endDate": _moment(last), "durationInDays": max(length, 0),
    }  # fmt: skip


def _moment(day: date | datetime) -> str:
    """Return a day as the midnight with which it begins in the city, as the standard asks."""
    if not isinstance(day, datetime):
        day = timezone.make_aware(datetime.combine(day, time()))
    return timezone.localtime(day).isoformat(timespec="seconds")
