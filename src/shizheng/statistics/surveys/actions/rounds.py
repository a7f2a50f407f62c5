"""Holding a survey: its list of addresses, opening it, and who visits which area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.models import Area, User
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.kernel.text import normalise
from shizheng.statistics.models import SurveyAddress, SurveyArea, SurveyAssignment, SurveyRound
from shizheng.statistics.polls.table import Cells, Taken, taken
from shizheng.statistics.surveys.access import ENUMERATE, MANAGE
from shizheng.statistics.surveys.domain.rechecks import drawn_number
from shizheng.statistics.surveys.errors import (
    AreaUnassignable,
    LineUnfit,
    RoundNotOpen,
    RoundOpenAlready,
    RoundWithoutAddresses,
)
from shizheng.statistics.surveys.selectors import definition_of

COLUMNS = ("area", "part", "village", "number", "address")
NEEDED = ("area", "village", "number", "address")
SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a list (地址名冊): its enumeration area, village code, number and text."""

    area: str
    village: str
    number: str
    address: str
    part: str = ""


def locked(row: SurveyRound) -> SurveyRound:
    """Return the round as it is now, held until the transaction ends."""
    return SurveyRound.objects.select_for_update().get(pk=row.pk)


def name_of(row: SurveyRound) -> str:
    """Return how a round is called."""
    return in_language(row.name)


def addresses_import(
    *, survey: SurveyRound, content: bytes, by: User, at: datetime, encoding: str = "utf-8"
) -> Taken[Listed]:
    """Take in a CSV file of addresses; one wrong line stops all, and every wrong line is told.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it was closed.
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    known = set(_villages())
    seen: set[str] = set()

    def row(cells: Cells) -> Listed:
        listed = Listed(**{name: cells[name] for name in COLUMNS})
        _check(listed, known, seen)
        seen.add(listed.number)
        return listed

    found = taken(content, encoding, columns=COLUMNS, needed=NEEDED, row=row)
    if not found.problems:
        addresses_add(survey=survey, listed=found.rows, by=by, at=at)
    return found


def _villages() -> list[str]:
    rows = Area.objects.filter(kind=Area.Kind.VILLAGE, valid_to=None)
    return list(rows.values_list("code", flat=True))


def _check(listed: Listed, villages: set[str], seen: set[str]) -> None:
    reason = ""
    if not all((listed.area, listed.number, listed.address)):
        reason = N_("area, number or address is missing")
    elif len(listed.area) > 30 or len(listed.number) > 30 or len(listed.address) > 200:
        reason = N_("a cell is too long")
    elif listed.village not in villages:
        reason = N_("there is no village of this code")
    elif listed.number in seen:
        reason = N_("the number is there twice")
    if reason:
        raise LineUnfit(reason=reason)


@transaction.atomic
def addresses_add(
    *, survey: SurveyRound, listed: Sequence[Listed], by: User | None, at: datetime
) -> int:
    """Add addresses to the list of a survey; those that are there already stay as they are.

    What is added to a sample that was drawn is not of it.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it was closed.
    """
    if by is not None:
        require(by, MANAGE, survey, at=at)
    row = locked(survey)
    if row.state == SurveyRound.State.CLOSED:
        raise RoundNotOpen(survey=name_of(row))
    there = set(SurveyAddress.objects.filter(round=row).values_list("number", flat=True))
    villages = {each.code: each for each in Area.objects.filter(
        code__in={each.village for each in listed}).defer("shape")}  # fmt: skip
    areas = {each.code: each for each in SurveyArea.objects.filter(round=row)}
    is_whole = row.state == SurveyRound.State.PLANNED or definition_of(row).sample is None
    new = []
    for each in listed:
        if each.number in there:
            continue
        if each.area not in areas:
            areas[each.area] = SurveyArea.objects.create(
                round=row, code=each.area, part=normalise(each.part)[:100]
            )
        new.append(SurveyAddress(
            round=row, area=areas[each.area], village=villages[each.village], listed_at=at,
            number=each.number, text=normalise(each.address), is_sampled=is_whole,
        ))  # fmt: skip
    SurveyAddress.objects.bulk_create(new)
    for code, area in areas.items():
        area.villages.add(*{each.village for each in new if each.area.code == code})
    journal.record(
        "statistics.survey.addresses_added", row, by=by, at=at, on_behalf_of=row.owner,
        now={"survey": row.code, "addresses": len(new)},
    )  # fmt: skip
    return len(new)


@transaction.atomic
def round_open(
    *, survey: SurveyRound, by: User | None, at: datetime, seed: str, is_synthetic: bool = False
) -> SurveyRound:
    """Open a survey for its fieldwork; a sample is drawn by a seed that anybody can replay.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundOpenAlready: it was opened before.
        RoundWithoutAddresses: there is nobody to visit.
    """
    if by is not None:
        require(by, MANAGE, survey, at=at)
    row = locked(survey)
    if row.state != SurveyRound.State.PLANNED:
        raise RoundOpenAlready(survey=name_of(row))
    drawn = _sample_draw(row, seed)
    if not drawn:
        raise RoundWithoutAddresses(survey=name_of(row))
    row.state, row.opened_at, row.is_synthetic = SurveyRound.State.OPEN, at, is_synthetic
    row.save(update_fields=["state", "opened_at", "is_synthetic"])
    journal.record(
        "statistics.survey.opened", row, by=by, at=at, on_behalf_of=row.owner,
        now={"survey": row.code, "seed": seed, "addresses": drawn},
    )  # fmt: skip
    return row


def _sample_draw(row: SurveyRound, seed: str) -> int:
    """Mark the addresses to be visited; return how many they are."""
    rule = definition_of(row).sample
    rows = SurveyAddress.objects.filter(round=row, removed_at=None)
    if rule is None:
        return rows.count()
    stratum = "village__parent__code" if rule.strata == "district" else "village__code"
    strata: dict[str, list[str]] = {}
    for number, code in rows.order_by("number").values_list("number", stratum):
        strata.setdefault(code or "", []).append(number)
    chosen = [
        number for code, numbers in strata.items()
        for number in drawn_number(numbers, rule.size, f"{seed}:{code}")
    ]  # fmt: skip
    rows.update(is_sampled=False)
    return rows.filter(number__in=chosen).update(is_sampled=True)


@transaction.atomic
def area_assign(
    *, area: SurveyArea, person: User, by: User | None, at: datetime, reason: str = ""
) -> SurveyAssignment:
    """Give an enumeration area to somebody; to another one only with the reason (指派、改派).

    What the one before wrote down without a signal is still taken in when it comes.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it was closed.
        AreaUnassignable: ``person`` is no enumerator of the agency, or the reason is missing.
    """
    if by is not None:
        require(by, MANAGE, area, at=at)
    row, reason = locked(area.round), normalise(reason).strip()[:300]
    if row.state == SurveyRound.State.CLOSED:
        raise RoundNotOpen(survey=name_of(row))
    if not may(person, ENUMERATE, row, at=at):
        raise _unassignable(area, person, N_("they are no enumerator of the agency"))
    current = SurveyAssignment.objects.filter(area=area, ended_at=None).first()
    if current is not None and current.person_id == person.pk:
        return current
    if current is not None and len(reason) < SHORTEST_REASON:
        raise _unassignable(area, person, N_("the reason for the change is missing"))
    if current is not None:
        SurveyAssignment.objects.filter(pk=current.pk).update(ended_at=at)
    made = SurveyAssignment.objects.create(
        area=area, person=person, made_at=at, made_by=by, reason=reason if current else ""
    )
    journal.record(
        "statistics.survey.area_assigned", area, by=by, at=at, on_behalf_of=row.owner, why=reason,
        was={"person": str(current.person_id)} if current else None,
        now={"survey": row.code, "area": area.code, "person": str(person.pk)},
    )  # fmt: skip
    return made


def _unassignable(area: SurveyArea, person: User, reason: str) -> AreaUnassignable:
    return AreaUnassignable(area=area.code, person=str(person), reason=reason)
