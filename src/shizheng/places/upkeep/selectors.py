"""What is due, what is broken, how things stand: each as far as the reader may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from shizheng.core.access import Person, Viewer, may
from shizheng.core.models import Agency, RoleGrant, User
from shizheng.places.models import (
    CheckDue,
    Crew,
    CrewMember,
    Escalation,
    Feature,
    Inspection,
    RescueSheet,
    RoundList,
    RoundStop,
    SparePart,
    Thing,
    Upkeep,
    WorkOrder,
)
from shizheng.places.selectors.registers import body_of as register_body
from shizheng.places.upkeep.access import DO, RESCUE, crews_with
from shizheng.places.upkeep.actions.escalating import stage_of
from shizheng.places.upkeep.city import body_of, features_on
from shizheng.places.upkeep.definitions import PartOf, SeasonOf
from shizheng.places.upkeep.domain.cycles import months_after
from shizheng.places.upkeep.domain.judging import condition_of
from shizheng.places.upkeep.domain.ranking import Candidate, Ranked, ranked

MOST_STOPS_KEPT = 600
"""So many stops go onto a phone at once."""


def upkeeps_seen(viewer: Person) -> QuerySet[Upkeep]:
    """Return what is looked after, as far as ``viewer`` may know, in the pack's order."""
    rows = Upkeep.objects.visible_to(viewer).filter(is_kept=True)
    return rows.select_related("agency", "register", "current").order_by("position", "code")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one upkeep stands today (維護概況)."""

    upkeep: Upkeep
    things: int
    due: int
    overdue: int
    orders: int
    late: int


def standings(viewer: Person, *, on: date) -> list[Standing]:
    """Return how every upkeep stands, in three questions for all of them."""
    rows = list(upkeeps_seen(viewer))
    checks = _by_upkeep(
        CheckDue.objects.filter(is_here=True),
        things=Count("thing", distinct=True),
        due=Count("pk", filter=Q(due_on__lte=on + timedelta(days=30))),
        overdue=Count("pk", filter=Q(due_on__lt=on)),
    )
    orders = _by_upkeep(
        WorkOrder.objects.filter(state__in=WorkOrder.WAITING),
        orders=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)),
    )  # fmt: skip
    none = {"things": 0, "due": 0, "overdue": 0, "orders": 0, "late": 0}
    return [
        Standing(row, **(none | checks.get(row.pk, {}) | orders.get(row.pk, {}))) for row in rows
    ]


def _by_upkeep(rows: QuerySet[Any], **counted: Any) -> dict[UUID, dict[str, int]]:
    found = rows.order_by().values("upkeep").annotate(**counted)
    return {row.pop("upkeep"): row for row in found}


def checks_due(viewer: Person, upkeep: Upkeep, code: str, *, until: date) -> QuerySet[CheckDue]:
    """Return what is due for a round by a day, what weighs most first."""
    rows = CheckDue.objects.visible_to(viewer).filter(
        upkeep=upkeep, round=code, is_here=True, due_on__lte=until
    )
    return rows.select_related("thing", "district").order_by("-consequence", "due_on", "thing__key")


def lists_seen(viewer: Person, upkeep: Upkeep) -> QuerySet[RoundList]:
    """Return work lists, the newest first, with how many stops each has and had done."""
    rows = RoundList.objects.visible_to(viewer).filter(upkeep=upkeep)
    return (
        rows.annotate(stop_count=Count("stops"), done_count=Count("stops__inspection"))
        .select_related("assigned_to", "agency", "crew", "district")
        .order_by("-made_at", "-pk")
    )


def helpers_of(upkeep: Upkeep, *, at: datetime) -> list[User]:
    """Return the people who may inspect and repair for the agency, by name."""
    rows = User.objects.filter(is_active=True, grants__agency=upkeep.agency).distinct()
    return [each for each in rows.order_by("display_name", "pk")[:200] if may(each, DO, upkeep)]


def given_to(person: User) -> Q:
    """Return the condition of stops on a list of a person, or of a crew or agency of theirs."""
    shared = Viewer(person).within(DO, agency="round_list__agency")
    return (
        Q(round_list__assigned_to=person)
        | Q(round_list__crew__in=crews_with(person.pk))
        | (Q(round_list__agency__isnull=False) & shared)
    )


def walks(person: User, upkeep: Upkeep, thing: Thing, code: str) -> bool:
    """Whether a thing waits for a round on a list that was given to somebody or their agency."""
    rows = RoundStop.objects.filter(
        thing=thing, inspection=None, round_list__upkeep=upkeep, round_list__round=code,
        round_list__state=RoundList.State.OPEN,
    )  # fmt: skip
    return rows.meeting(given_to(person)).exists()


def walkers(*, at: datetime) -> list[Agency]:
    """Return the agencies that have inspectors, to whom a work list can be given."""
    grants = RoleGrant.objects.filter(agency__isnull=False, person__is_active=True)
    found = {
        grant.agency_id
        for grant in grants.select_related("role")
        if grant.agency_id and DO in grant.role.permissions and grant.is_in_force(at)
    }
    return list(Agency.objects.filter(pk__in=found).order_by("code"))


def crews_of(agency: Agency) -> list[Crew]:
    """Return the crews of an agency, by name."""
    return list(Crew.objects.filter(agency=agency, ended_at=None).order_by("name", "pk"))


def in_crew(person: User, crew: Crew) -> bool:
    """Whether somebody belongs to a crew now."""
    return CrewMember.objects.filter(crew=crew, person=person, ended_at=None).exists()


def orders_seen(viewer: Person, **wanted: str) -> QuerySet[WorkOrder]:
    """Return work orders, what is due first first.

    Args:
        wanted: ``state`` (``waiting`` for all that is not repaired), ``upkeep``, ``severity``,
            ``mine``; empty ones narrow nothing.
    """
    rows = WorkOrder.objects.visible_to(viewer)
    state = wanted.get("state", "")
    if state == "waiting":
        rows = rows.filter(state__in=WorkOrder.WAITING)
    elif state in WorkOrder.State.values:
        rows = rows.filter(state=state)
    if wanted.get("upkeep"):
        rows = rows.filter(upkeep__code=wanted["upkeep"])
    if wanted.get("severity") in ("urgent", "serious", "minor"):
        rows = rows.filter(severity=wanted["severity"])
    if wanted.get("mine") and isinstance(viewer, User):
        shared = Q(crew__in=crews_with(viewer.pk), assigned_to=None)
        rows = rows.filter(Q(assigned_to=viewer) | shared)
    return rows.select_related(
        "upkeep__current",
        "upkeep__register",
        "thing__register",
        "assigned_to",
        "crew",
        "district",
    ).order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """An order that is open as a season draws near, and how far up it was told."""

    order: WorkOrder
    season: SeasonOf
    begins: date
    days_left: int
    age_days: int
    told: tuple[Escalation, ...]


def season_rows(viewer: Person, *, at: datetime) -> list[SeasonRow]:
    """Return what has to be repaired before a season begins, the oldest fault first."""
    today = timezone.localdate(at)
    found = []
    for upkeep in upkeeps_seen(viewer):
        season = body_of(upkeep).season
        if season is None:
            continue
        begins, _stage = stage_of(season, today)
        rows = orders_seen(viewer, state="waiting", upkeep=upkeep.code)
        for order in rows.prefetch_related("escalations"):
            told = tuple(each for each in order.escalations.all() if each.season_on == begins)
            age = max((at - order.opened_at).days, 0)
            left = (begins - today).days
            found.append(SeasonRow(order, season, begins, left, age, told))
    return sorted(found, key=lambda row: (row.days_left, -row.age_days, row.order.number))


@dataclass(frozen=True, slots=True)
class Condition:
    """How a thing stands (物件狀況): what everybody may know of its inspections."""

    word: str
    on: date


def condition_seen(thing: Thing) -> Condition | None:
    """Return the condition that the newest looks of all rounds leave, the worst of them."""
    found = CheckDue.objects.filter(thing=thing).aggregate(Min("last_score"), Max("last_on"))
    if found["last_score__min"] is None:
        return None
    return Condition(condition_of(found["last_score__min"]), found["last_on__max"])


def inspections_of(viewer: Person, thing: Thing) -> QuerySet[Inspection]:
    """Return the inspections of a thing that ``viewer`` may read, the newest first."""
    rows = Inspection.objects.visible_to(viewer).filter(thing=thing)
    return rows.select_related("upkeep__current", "by").order_by("-inspected_at", "-pk")


@dataclass(frozen=True, slots=True)
class StockRow:
    """A part with what there is of it (備品)."""

    part: PartOf
    there: int
    used_in_year: int

    @property
    def is_short(self) -> bool:
        """Whether less is there than is to be kept."""
        return self.there < self.part.least


def stock_of(upkeep: Upkeep, *, at: datetime) -> list[StockRow]:
    """Return the parts that the declaration names, with what is there and was used in a year."""
    from django.db.models import Sum

    rows = SparePart.objects.filter(upkeep=upkeep).annotate(
        used=Sum(
            "moves__count",
            filter=Q(moves__count__lt=0, moves__at__gte=at - timedelta(days=365)),
        )
    )
    known = {row.code: row for row in rows}
    found = []
    for part in body_of(upkeep).parts:
        row = known.get(part.id)
        used = getattr(row, "used", None) or 0
        found.append(StockRow(part, row.there if row else 0, -used))
    return found


def renewal_of(upkeep: Upkeep, *, on: date, budget_twd: int | None = None) -> list[Ranked]:
    """Return the things by how much they need renewal; nothing where the pack has no rule."""
    rule = body_of(upkeep).renewal
    if rule is None:
        return []
    scores = {
        row["thing"]: row
        for row in CheckDue.objects.filter(upkeep=upkeep, is_here=True)
        .order_by()
        .values("thing")
        .annotate(score=Min("last_score"), consequence=Max("consequence"))
    }
    candidates = []
    rows = features_on(upkeep.register, on).values_list(
        "thing_id", "key", "valid_from", "properties"
    )
    for thing, key, valid_from, properties in rows.iterator(chunk_size=2_000):
        known: Mapping[str, Any] = scores.get(thing) or {}
        built = properties.get(rule.since) if rule.since else None
        candidates.append(
            Candidate(
                key, date.fromisoformat(str(built)) if built else valid_from, known.get("score"),
                known.get("consequence") or body_of(upkeep).risks[-1].consequence,
            )
        )  # fmt: skip
    return ranked(rule, candidates, on=on, budget_twd=budget_twd)


def titles_of(register_code: str, rows: Iterable[Feature]) -> dict[UUID, str]:
    """Return how things are called, by key: their title field, else their number."""
    found = {}
    for row in rows:
        title = register_body(row.register).title or ""
        found[row.thing_id] = str(row.properties.get(title) or row.key)
    return found


def stops_kept(person: User) -> list[RoundStop]:
    """Return the stops of one's open lists, and of those of one's agency, in order."""
    rows = RoundStop.objects.filter(
        round_list__state=RoundList.State.OPEN, inspection=None
    ).meeting(given_to(person))
    return list(
        rows.select_related("round_list__upkeep__current", "round_list__upkeep__register", "thing")
        .order_by("round_list__due_on", "round_list", "position")[:MOST_STOPS_KEPT]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """The newest rescue plan of a kind of a building, and whether it is to be drawn anew."""

    row: RescueSheet
    age_days: int
    is_old: bool


def sheets_seen(viewer: Person, months: Mapping[str, int], *, on: date) -> list[Sheet]:
    """Return the newest plan of each kind of each building that ``viewer`` may open.

    Args:
        months: kind of plan to the months after which it is old.
    """
    rows = RescueSheet.objects.allowed_to(viewer, RESCUE).select_related("thing__register")
    newest: dict[tuple[UUID, str], RescueSheet] = {}
    for row in rows.order_by("thing__key", "kind", "drawn_on", "added_at"):
        newest[row.thing_id, row.kind] = row
    return [
        Sheet(row, (on - row.drawn_on).days,
              months_after(row.drawn_on, months.get(row.kind, 12)) < on)
        for row in newest.values()
    ]  # fmt: skip
