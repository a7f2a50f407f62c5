"""The effects of linked cases, steps and shared places."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shizheng.core.models import Agency
from shizheng.services.actions.run import Run, effects
from shizheng.services.domain import parsing
from shizheng.services.domain.answers import Choosable, table_words
from shizheng.services.masters.children import child_open
from shizheng.services.masters.domain.schedule import in_order
from shizheng.services.masters.errors import BookingClash, BookingUnreadable, TooDeep
from shizheng.services.masters.places import register_of
from shizheng.services.models import (
    Booking,
    Case,
    CaseStanding,
    CaseStep,
    PlaceRegister,
    Service,
)
from shizheng.services.schema.flow import Spawn

Given = Mapping[str, Any]
MOST_RESOURCES = 100
DEEPEST = 5


@effects.register("spawn")
def spawn(run: Run, value: Spawn, given: Given) -> None:
    """Open a linked case of another service (衍生案件); it knows its parent.

    Raises:
        TooDeep: cases open cases without end.
    """
    service = Service.objects.select_related("owner", "current").get(code=value.service)
    answers = computed(run, value.answers, given)
    if _depth(run.case) >= DEEPEST:
        raise TooDeep(number=run.case.number)
    run.after.append(lambda: child_open(run, service, answers, kind=value.kind))
    assert run.event is not None  # noqa: S101 - effects work inside an event
    run.event.given.setdefault("spawned", []).append(service.code)


def computed(run: Run, sources: Mapping[str, str], given: Given | None = None) -> dict[str, Any]:
    """Return the answers that expressions give for the form of another case."""
    scope = run.scope(given)
    answers = {
        key: parsing.stored(run.service.vocabulary.value(source, scope))
        for key, source in sources.items()
    }
    return {key: value for key, value in answers.items() if value is not None}


def _depth(case: Case) -> int:
    """Return how many cases lie above a case; services that open each other must end somewhere."""
    depth, above = 0, case.parent
    while above is not None and depth <= DEEPEST:
        depth, above = depth + 1, above.parent
    return depth


@effects.register("begin_steps")
def begin_steps(run: Run, value: bool, given: Given) -> None:
    """Enter the steps of a master case that its answers call for (建立步驟); twice adds none."""
    scope, vocabulary = run.scope(), run.service.vocabulary
    known = set(CaseStep.objects.filter(case=run.case).values_list("key", flat=True))
    # By key first: PostgreSQL does not keep the order in which a definition was written.
    wanted = {
        key: step
        for key, step in sorted(run.service.steps.items())
        if vocabulary.truth(step.when, scope)
    }
    after = {
        key: [before for before in step.after if before in wanted] for key, step in wanted.items()
    }
    codes = {str(step.agency) for step in wanted.values()}
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=codes)}
    CaseStep.objects.bulk_create(
        CaseStep(
            case=run.case, key=key, position=position, label=dict(wanted[key].label),
            agency=agencies[str(wanted[key].agency)], amount=wanted[key].days, after=after[key],
            status=CaseStep.Status.WAITING,
        )
        for position, key in enumerate(in_order(after))
        if key not in known
    )  # fmt: skip
    run.know([agency.pk for agency in agencies.values()], CaseStanding.Reason.STEP)


@effects.register("complete_step")
def complete_step(run: Run, key: str, given: Given) -> None:
    """Note a step of this case as done (步驟完成)."""
    done_on = run.at.astimezone(run.tz).date()
    rows = CaseStep.objects.filter(case=run.case, key=key).exclude(status__in=("done", "dropped"))
    rows.filter(started_on=None).update(started_on=done_on)
    rows.update(status=CaseStep.Status.DONE, finished_on=done_on)


@effects.register("book")
def book(run: Run, key: str, given: Given) -> None:
    """Take the places of the case for its days (占用場地); nobody else gets them meanwhile.

    What the case had taken before is given back in the same act (改期).

    Raises:
        BookingUnreadable: no place or no days.
        BookingClash: a place is taken on one of the days.
    """
    definition, scope = run.service.bookings[key], run.scope(given)
    vocabulary = run.service.vocabulary
    resources = vocabulary.value(definition.resources, scope) or ()
    first, last = (
        vocabulary.value(definition.first, scope),
        vocabulary.value(definition.last, scope),
    )
    named = list(dict.fromkeys(str(each)[:120] for each in resources))[:MOST_RESOURCES]
    if not named or not isinstance(first, date) or not isinstance(last, date) or last < first:
        raise BookingUnreadable
    # Two cases that want the same place wait for each other here, on PostgreSQL by this row.
    register = register_of(run.service, key)
    PlaceRegister.objects.get_or_create(code=register)
    PlaceRegister.objects.select_for_update(no_key=True).get(pk=register)
    taken = _taken(run.case, register, named, first, last).first()
    if taken is not None and definition.clash == "refuse":
        raise BookingClash(
            resource=_named(run, key, taken.resource), first=taken.first, last=taken.last
        )
    if taken is not None and run.event is not None:
        run.event.given["clash"] = taken.resource
    release(run, key, given)
    Booking.objects.bulk_create(
        Booking(
            case=run.case, key=key, register=register, resource=each, first=first, last=last
        )
        for each in named
    )  # fmt: skip


def _taken(
    case: Case, register: str, named: list[str], first: date, last: date
) -> "QuerySet[Booking, Booking]":
    """Return what other cases, of whatever service, have taken of a register on those days."""
    rows = Booking.objects.filter(
        register=register, resource__in=named, released_at=None, first__lte=last, last__gte=first
    )
    return rows.exclude(case=case).order_by("first", "resource")


def _named(run: Run, key: str, resource: str) -> object:
    """Return the name of a place where the service describes its places, else its id."""
    table = run.service.bookings[key].table
    row = run.service.table(table).get(resource) if table else None
    return Choosable(table_words(row)) if row else resource


@effects.register("release")
def release(run: Run, key: str, given: Given) -> None:
    """Give the places back (釋出場地)."""
    Booking.objects.filter(case=run.case, key=key, released_at=None).update(released_at=run.at)
