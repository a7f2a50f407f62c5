"""Joint plans of a year: begun by a reviewer, made by a job, accepted as proposals to owners."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from shizheng.analysis.digging.values import (
    DigRequest,
    JointRules,
    Pins,
    Section,
    Standing,
    Year,
)
from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.digging.access import REVIEW
from shizheng.places.digging.city import DiggingRules, bans_on, digging_rules, sections_of
from shizheng.places.digging.errors import NothingToPlan, PinUnknown, PlanMoved
from shizheng.places.digging.models import DigPermit, DigPlan, DigProposal, PlannedDig

STANDING = ("granted", "in_progress", "stopped", "backfilled")
MOST_PINS = 500


@transaction.atomic
def plan_begin(
    *, year: int, by: User, at: datetime, pins: str = "", previous: DigPlan | None = None
) -> DigPlan:
    """Begin a joint plan of what owners plan for a year; a job makes it (啟動聯合挖掘排程).

    Args:
        pins: one a line: ``number day``, ``number + number``, ``number / number``.
        previous: an earlier plan of the year; what need not move stays as it is there.

    Raises:
        NotPermitted: ``by`` does not review for the road agency.
        NothingToPlan: nobody plans anything in that year.
        PinUnknown: a line says no pin.
    """
    rules = digging_rules()
    if not may_plan(by, rules.agency):
        raise NotPermitted(permission=REVIEW)
    rows = list(
        PlannedDig.objects.filter(
            state__in=PlannedDig.LIVE, record=None, earliest__year=year
        ).order_by("filed_at", "number")
    )
    if not rows:
        raise NothingToPlan(year=year)
    Agency.objects.select_for_update().get(pk=rules.agency.pk)  # one number at a time
    number = f"JP-{year}-{DigPlan.objects.filter(year=year).count() + 1:03d}"
    plan = DigPlan.objects.create(
        number=number, year=year, agency=rules.agency, previous=previous,
        pins=pins_read(pins, {row.number for row in rows}), asked=_asked(rows, year, rules),
        asked_by=by, asked_at=at,
    )  # fmt: skip
    facts = {"number": number, "requests": len(rows)}
    journal.record("places.dig_plan.begun", plan, by=by, at=at, now=facts)
    from shizheng.places.digging.tasks import make_plan

    make_plan.enqueue(key=str(plan.pk), plan=str(plan.pk))
    return plan


def may_plan(person: User, agency: Agency) -> bool:
    """Whether a person plans for the road agency."""
    from shizheng.core.access import Viewer

    rows = Agency.objects.filter(Viewer(person).within(REVIEW, agency="pk"), pk=agency.pk)
    return rows.exists()


def pins_read(text: str, known: set[str]) -> dict[str, Any]:
    """Return what people pinned, by kind.

    Raises:
        PinUnknown: a line is no pin, or names what is not in the plan.
    """
    starts: dict[str, str] = {}
    together: list[list[str]] = []
    apart: list[list[str]] = []
    for line in cleaned(text).splitlines()[:MOST_PINS]:
        said = line.strip()
        if not said:
            continue
        for mark, kept in (("+", together), ("/", apart)):
            names = [each.strip() for each in said.split(mark)]
            if len(names) == 2 and set(names) <= known and names[0] != names[1]:
                kept.append(names)
                break
        else:
            name, _space, day = said.partition(" ")
            starts[name] = _pinned_day(said, name, day, known)
    return {"starts": starts, "together": together, "apart": apart}


def _pinned_day(said: str, name: str, day: str, known: set[str]) -> str:
    if name not in known:
        raise PinUnknown(text=said[:80])
    try:
        return parse_date(day.strip()).isoformat()
    except DomainError:
        raise PinUnknown(text=said[:80]) from None


def pins_written(pins: Mapping[str, Any]) -> str:
    """Return pins as people write them."""
    lines = [f"{name} {day}" for name, day in pins.get("starts", {}).items()]
    lines += [" + ".join(names) for names in pins.get("together", [])]
    lines += [" / ".join(names) for names in pins.get("apart", [])]
    return "\n".join(lines)


def _asked(rows: Iterable[PlannedDig], year: int, rules: DiggingRules) -> dict[str, Any]:
    """Return what a plan is made of, as it is now; days after the last are first days after."""
    tz = rules.tz
    requests = [
        {
            "id": row.number, "owner": row.owner, "title": row.title,
            "kind": _kind(rules, row.owner), "sections": row.sections,
            "earliest": row.earliest.isoformat(),
            "latest": (row.latest + timedelta(1)).isoformat(), "days": row.days,
            "received_on": row.filed_at.astimezone(tz).date().isoformat(),
            "fixed": row.first.isoformat() if row.first and row.state == "agreed" else None,
        }
        for row in rows
    ]  # fmt: skip
    permits = DigPermit.objects.filter(
        state__in=STANDING, last__gte=date(year - 1, 12, 1), first__lt=date(year + 1, 2, 1)
    ).select_related("record")
    standing = [
        {
            "id": row.number, "owner": row.record.owner, "sections": row.sections,
            "start": row.first.isoformat(), "end": (row.last + timedelta(1)).isoformat(),
        }
        for row in permits
    ]  # fmt: skip
    crews = {owner.id: owner.crews for owner in rules.body.owners if owner.crews}
    return {"requests": requests, "standing": standing, "crews": crews}


def _kind(rules: DiggingRules, owner: str) -> str:
    found = rules.body.owner(owner)
    return found.kind if found else ""


def year_of(plan: DigPlan, rules: DiggingRules, on: date) -> Year:
    """Return a plan's year as values: requests and pins as asked, sections and bans of a day.

    Raises:
        SectionUnknown: a section has left the register.
    """
    asked = plan.asked
    known: set[str] = {
        each for part in ("requests", "standing") for row in asked[part] for each in row["sections"]
    }
    sections: dict[str, Section] = sections_of(sorted(known), rules, on)
    pins = plan.pins
    return Year(
        sections=sections,
        requests=tuple(_request(row) for row in asked["requests"]),
        bans=bans_on(sections, rules.body),
        standing=tuple(
            Standing(
                row["id"], row["owner"], "", tuple(row["sections"]),
                date.fromisoformat(row["start"]), date.fromisoformat(row["end"]),
            )
            for row in asked["standing"]
        ),
        crews={(owner, ""): count for owner, count in asked["crews"].items()},
        rules=_rules(rules),
        pins=Pins(
            {name: date.fromisoformat(day) for name, day in pins.get("starts", {}).items()},
            tuple(frozenset(names) for names in pins.get("together", [])),
            frozenset(frozenset(names) for names in pins.get("apart", [])),
        ),
    )  # fmt: skip


def _rules(rules: DiggingRules) -> JointRules:
    return rules.body.joint.rules()


def _request(row: Mapping[str, Any]) -> DigRequest:
    return DigRequest(
        id=row["id"], owner=row["owner"], kind=row["kind"], sections=tuple(row["sections"]),
        earliest=date.fromisoformat(row["earliest"]), latest=date.fromisoformat(row["latest"]),
        days=row["days"], received_on=date.fromisoformat(row["received_on"]),
        fixed=date.fromisoformat(row["fixed"]) if row["fixed"] else None,
    )  # fmt: skip


def plan_make(
    *, plan: DigPlan, at: datetime, progress: Callable[[int, int], None] | None = None
) -> DigPlan:
    """Make a plan that was begun, check it independently, and keep the result at once (排程).

    Whoever dies in the middle has changed nothing; whoever makes it again makes the same.
    """
    if plan.state != DigPlan.State.WAITING:
        return plan
    from shizheng.analysis.digging.planning import plan_year  # the solver, when it is needed
    from shizheng.places.digging.results import plan_read, result_of

    rules = digging_rules()
    try:
        year = year_of(plan, rules, at.astimezone(rules.tz).date())
        before = plan_read(plan.previous.result) if plan.previous else None
        planned = plan_year(year, previous=before, progress=progress)
    except (DomainError, ValueError) as problem:
        return _failed(plan, problem, at)
    result, problems = result_of(year, planned)
    with transaction.atomic():
        waiting = DigPlan.objects.filter(pk=plan.pk, state=DigPlan.State.WAITING)
        if waiting.update(
            state=DigPlan.State.DONE, result=result, problems=problems, done_at=at,
            openings_before=planned.first_come.opened_sections,
            openings_after=planned.plan.opened_sections,
        ):  # fmt: skip
            facts = {"number": plan.number, **result["figures"]}
            journal.record("places.dig_plan.made", plan, by=None, at=at, now=facts)
    plan.refresh_from_db()
    return plan


def _failed(plan: DigPlan, problem: Exception, at: datetime) -> DigPlan:
    from shizheng.core import words

    said = str(problem)
    if isinstance(problem, DomainError):
        refusal = words.said(problem)
        said = f"{refusal.message} {refusal.hint}"
    DigPlan.objects.filter(pk=plan.pk, state=DigPlan.State.WAITING).update(
        state=DigPlan.State.FAILED, failure=said[:500], done_at=at
    )
    plan.refresh_from_db()
    return plan


@transaction.atomic
def plan_accept(*, plan: DigPlan, by: User, at: datetime) -> DigPlan:
    """Accept a plan: its days are proposed to the owners, who agree or refuse (採行).

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PlanMoved: it is not done, was accepted, or breaks a rule.
    """
    require(by, REVIEW, plan)
    done = DigPlan.objects.filter(pk=plan.pk, state=DigPlan.State.DONE)
    if plan.problems or not done.update(
        state=DigPlan.State.ACCEPTED, accepted_by=by, accepted_at=at
    ):
        raise PlanMoved(number=plan.number)
    plan.refresh_from_db()
    made = _propose(plan, at)
    facts = {"number": plan.number, "proposals": made}
    journal.record("places.dig_plan.accepted", plan, by=by, at=at, now=facts)
    outbox.publish("places.dig_plan.accepted", plan, at=at, payload=facts)
    return plan


def _propose(plan: DigPlan, at: datetime) -> int:
    """Write the proposals of a plan; older ones that nobody answered no longer count."""
    rows = {
        row.number: row
        for row in PlannedDig.objects.filter(
            state__in=(PlannedDig.State.OPEN, PlannedDig.State.PROPOSED), record=None
        )
    }
    made = [
        DigProposal(
            plan=plan, planned=rows[name], first=date.fromisoformat(opening["start"]),
            last=date.fromisoformat(opening["last"]), made_at=at,
            partners=[each for each in opening["partners"] if each != name],
        )
        for opening in plan.result["openings"]
        for name in opening["partners"]
        if name in rows
    ]  # fmt: skip
    keys = [each.planned_id for each in made]
    DigProposal.objects.filter(planned__in=keys, state=DigProposal.State.WAITING).update(
        state=DigProposal.State.REFUSED, answered_at=at, answer=plan.number
    )
    DigProposal.objects.bulk_create(made)
    PlannedDig.objects.filter(pk__in=keys).update(state=PlannedDig.State.PROPOSED)
    for each in made:
        facts = {"planned": each.planned.number, "owner": each.planned.owner, "plan": plan.number}
        outbox.publish("places.dig_proposal.made", each, at=at, payload=facts)
    return len(made)
