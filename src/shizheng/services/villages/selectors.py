"""What is shown of villages: to everybody, and to their chiefs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from shizheng.core.access import Person, Viewer
from shizheng.core.models import Area, User
from shizheng.core.words import in_language
from shizheng.kernel.text import normalise
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import (
    Case,
    CaseLink,
    Service,
    VillageProfile,
    VillageRecord,
    VillageReport,
)
from shizheng.services.versions import definition_by
from shizheng.services.villages.actions import KEEP

MOST_CASES = 20
MOST_RECORDS = 100


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village in a list."""

    area: Area
    chief: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case as everybody may read it: its line, its state, since when."""

    number: str
    line: str
    state: dict[str, str]
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VillagePage:
    """Everything that the page of a village shows."""

    area: Area
    profile: VillageProfile | None
    open_cases: list[CaseShown]
    done_cases: list[CaseShown]
    open_count: int
    done_count: int
    records: dict[str, list[VillageRecord]]
    expense_total: int
    expense_years: list[tuple[int, int, int]] = field(default_factory=list)


def districts() -> list[tuple[Area, int]]:
    """Return the districts with the number of their villages."""
    rows = Area.objects.filter(kind="district", valid_to=None).defer("shape")
    return [(row, row.villages) for row in rows.annotate(villages=Count("children"))]


def villages_listed(*, district: str = "", query: str = "") -> list[VillageRow]:
    """Return the villages of a district whose name holds what was typed."""
    rows = Area.objects.filter(kind="village", valid_to=None).select_related("parent")
    rows = rows.defer("shape", "parent__shape").order_by("code")
    if district:
        rows = rows.filter(parent__code=district)
    wanted = normalise(query).strip().casefold()
    found = [row for row in rows if not wanted or wanted in _names(row)]
    profiles = VillageProfile.objects.filter(area__in=found) if found else []
    chiefs = {each.area_id: each.chief_name for each in profiles}
    return [VillageRow(row, chiefs.get(row.pk, "")) for row in found]


def _names(area: Area) -> str:
    return " ".join([*area.name.values(), area.code]).casefold()


def villages_kept(person: Person, at: datetime | None = None) -> QuerySet[Area]:
    """Return the villages that a person keeps as their chief."""
    mine = Viewer(person, at).within(KEEP, agency=None, area="pk")
    rows: QuerySet[Area] = Area.objects.filter(mine, kind="village", valid_to=None)
    return rows.select_related("parent").defer("shape", "parent__shape").order_by("code")


def village_page(area: Area, viewer: Person) -> VillagePage:
    """Return the page of a village as ``viewer`` may see it."""
    cases = _public_cases(area)
    open_cases, done_cases = cases.filter(is_open=True), cases.filter(is_open=False)
    records = VillageRecord.objects.visible_to(viewer).filter(area=area, withdrawn_at=None)
    by_kind: dict[str, list[VillageRecord]] = {
        str(kind): list(records.filter(kind=kind)[:MOST_RECORDS]) for kind in VillageRecord.Kind
    }
    expenses = records.filter(kind=VillageRecord.Kind.EXPENSE).order_by()
    years = expenses.values("on__year").annotate(total=Sum("amount"), count=Count("pk"))
    sums = sorted((row["on__year"], row["count"], row["total"]) for row in years)
    return VillagePage(
        area=area,
        profile=VillageProfile.objects.filter(area=area).first(),
        open_cases=[_shown(each) for each in open_cases.order_by("-opened_at")[:MOST_CASES]],
        done_cases=[_shown(each) for each in done_cases.order_by("-closed_at")[:MOST_CASES]],
        open_count=open_cases.count(),
        done_count=done_cases.count(),
        records=by_kind,
        expense_total=sum(total for _, _, total in sums),
        expense_years=sums[::-1],
    )


def _public_cases(area: Area) -> QuerySet[Case]:
    """Return cases of a village whose service shows their area; a duplicate is shown once."""
    rows = Service.objects.exclude(current=None).values_list("pk", "current")
    shown = [key for key, version in rows if _shows_area(definition_by(version))]
    joined = CaseLink.objects.filter(kind=CaseLink.Kind.DUPLICATE, undone_at=None)
    return Case.objects.filter(
        Q(village=area, access_class="normal", service__in=shown),
        ~Q(pk__in=joined.values("case")),
    ).select_related("service")


def _shows_area(definition: Definition) -> bool:
    return bool({"area", "place"} & set(definition.access.public))


def _shown(case: Case) -> CaseShown:
    definition = definition_by(case.version_id)
    state = definition.states[case.state]
    has_line = "summary" in definition.access.public
    return CaseShown(
        number=case.number,
        line=case.title if has_line else in_language(definition.name),
        state=dict(state.public_label or state.label),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
    )


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report of a chief and how far it is."""

    report: VillageReport
    state: dict[str, str]
    joined_to: str


def reports_of(person: User, most: int = 50) -> list[ReportShown]:
    """Return what a chief reported, newest first, and to which case a duplicate was joined."""
    rows = list(
        VillageReport.objects.filter(person=person)
        .select_related("case")
        .order_by("-sent_at")[:most]
    )
    joined = _joined([row.case for row in rows])
    return [
        ReportShown(
            row,
            dict(definition_by(row.case.version_id).states[row.case.state].label),
            joined.get(row.case_id, ""),
        )
        for row in rows
    ]


def _joined(cases: Sequence[Case]) -> dict[object, str]:
    links = CaseLink.objects.filter(case__in=cases, kind="duplicate", undone_at=None)
    return dict(links.values_list("case", "to__number"))
