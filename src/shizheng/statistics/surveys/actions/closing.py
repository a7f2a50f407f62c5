"""Closing a survey: the masked file, its risk, estimates with errors; and the end of keeping."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.statistics.models import (
    MaskedRow,
    SurveyAddress,
    SurveyPerson,
    SurveyRecord,
    SurveyRound,
    SurveyTotal,
)
from shizheng.statistics.polls.table import Cells, Taken, decimal_of, taken
from shizheng.statistics.surveys.access import MANAGE
from shizheng.statistics.surveys.actions.checking import duplicates_find
from shizheng.statistics.surveys.actions.rounds import locked, name_of
from shizheng.statistics.surveys.definitions import Survey
from shizheng.statistics.surveys.domain.disclosure import (
    Coarse,
    Rule,
    masked,
    ranked,
    risk_of,
    swapped,
)
from shizheng.statistics.surveys.domain.estimates import Stratum, estimated
from shizheng.statistics.surveys.domain.weights import poststratified
from shizheng.statistics.surveys.errors import ClosingUnfit, LineUnfit, RoundNotOpen
from shizheng.statistics.surveys.selectors import definition_of, duplicates_waiting

AREA = "area"
TOTAL_COLUMNS = ("area", "sex", "age", "count")
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """How many people there are of an area, sex and age (母體人數)."""

    area: str
    sex: str
    age_band: str
    count: int


@transaction.atomic
def totals_import(
    *, survey: SurveyRound, content: bytes, by: User, at: datetime, encoding: str = "utf-8"
) -> Taken[Known]:
    """Take in how many people there are by area, sex and age, in place of what was there.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it was closed.
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    require(by, MANAGE, survey, at=at)
    row = locked(survey)
    if row.state == SurveyRound.State.CLOSED:
        raise RoundNotOpen(survey=name_of(row))
    seen: set[tuple[str, str, str]] = set()
    is_city = definition_of(row).masking.area == "city"

    def line(cells: Cells) -> Known:
        number = decimal_of(cells["count"])
        key = (cells["area"], cells["sex"], cells["age"])
        if number is None or number != int(number) or not 0 <= number <= MOST_PEOPLE * 100:
            raise LineUnfit(reason=N_("the count is no whole number"))
        if key in seen or not all(key[1:]) or bool(key[0]) == is_city:
            raise LineUnfit(reason=N_("area, sex and age are missing or there twice"))
        seen.add(key)
        return Known(*key, count=int(number))

    found = taken(content, encoding, columns=TOTAL_COLUMNS, needed=TOTAL_COLUMNS, row=line)
    if not found.problems:
        SurveyTotal.objects.filter(round=row).delete()
        SurveyTotal.objects.bulk_create(
            SurveyTotal(round=row, **asdict(each)) for each in found.rows
        )
        journal.record(
            "statistics.survey.totals_imported", row, by=by, at=at, on_behalf_of=row.owner,
            now={"survey": row.code, "lines": len(found.rows)},
        )  # fmt: skip
    return found


@transaction.atomic
def round_close(*, survey: SurveyRound, by: User | None, at: datetime) -> SurveyRound:
    """Close a survey: what comes from now on is late; the masked file and estimates are made.

    Raises:
        NotPermitted: ``by`` does not lead surveys of the agency.
        RoundNotOpen: it is not in the field.
        ClosingUnfit: pairs wait for a decision, or a sample has no numbers of the population.
        MicrodataTooFew, TotalsUnfit: no file can be made.
    """
    if by is not None:
        require(by, MANAGE, survey, at=at)
    row = locked(survey)
    if row.state != SurveyRound.State.OPEN:
        raise RoundNotOpen(survey=name_of(row))
    duplicates_find(survey=row, by=by, at=at)
    body = definition_of(row)
    if duplicates_waiting(row).exists():
        raise ClosingUnfit(reason=N_("pairs of records wait for a decision"))
    if body.sample is not None and not row.totals.exists():
        raise ClosingUnfit(reason=N_("the numbers of the population are missing"))
    row.risk, row.columns = _mask(row, body)
    row.estimates = _estimates(row, body)
    row.state, row.closed_at = SurveyRound.State.CLOSED, at
    row.kept_until = timezone.localdate(at) + timedelta(days=body.keep_days)
    row.save(update_fields=["risk", "columns", "estimates", "state", "closed_at", "kept_until"])
    journal.record(
        "statistics.survey.closed", row, by=by, at=at, on_behalf_of=row.owner,
        now={"survey": row.code, "risk": row.risk},
    )  # fmt: skip
    outbox.publish(
        "statistics.survey.closed", row, at=at,
        payload={"survey": row.code, "release_at": row.release_at.isoformat()},
    )  # fmt: skip
    return row


@dataclass(frozen=True, slots=True)
class _Someone:
    """A counted person as the file needs them: values in full, and where they live."""

    person: SurveyPerson
    values: Mapping[str, Any]
    area: str


def _people(row: SurveyRound, body: Survey) -> list[_Someone]:
    rows = SurveyPerson.objects.filter(round=row, is_counted=True).select_related(
        "record", "village__parent"
    )
    found = []
    for each in rows.defer("village__shape", "village__parent__shape").order_by("record", "number"):
        answers = each.record.answers
        own = answers.get(body.people.table, [])[each.number - 1]
        household = {key: value for key, value in answers.items() if key != body.people.table}
        found.append(_Someone(each, {**household, **own}, _area_of(each, body)))
    return found


def _area_of(person: SurveyPerson, body: Survey) -> str:
    if body.masking.area == "city":
        return ""
    if body.masking.area == "village" or person.village.parent is None:
        return person.village.code
    return person.village.parent.code


def _mask(row: SurveyRound, body: Survey) -> tuple[dict[str, Any], list[str]]:
    """Make the masked file; return its risk before and after, and its columns."""
    rule, columns = _rule(body)
    people = _people(row, body)
    weights = _weights(row, body, people)
    whole = [
        {AREA: each.area, **{c.of: _text(each.values.get(c.of)) for c in body.masking.columns}}
        for each in people
    ]  # fmt: skip
    coarse: list[dict[str, str | None]] = [
        {AREA: each.area, **{c.of: _coarse(each.values.get(c.of), c.width, c.bottom, c.top)
                             for c in body.masking.columns}}
        for each in people
    ]  # fmt: skip
    if body.masking.swap_share and body.masking.area != "city":
        alike = [key for key in rule.keys if key != AREA] or [columns[-1]]
        share = Fraction(body.masking.swap_share)
        coarse = swapped(coarse, AREA, alike, share, secrets.token_hex(16))
    told = masked(coarse, rule)
    salt = secrets.token_hex(16)  # kept nowhere: positions tell nothing of the list
    order = sorted(range(len(told)), key=lambda place: ranked(salt, str(place)))
    MaskedRow.objects.bulk_create(
        MaskedRow(round=row, position=position, values=told[place], weight=weights[place])
        for position, place in enumerate(order, start=1)
    )
    risk = {"before": asdict(risk_of(whole, rule)), "after": asdict(risk_of(told, rule))}
    return {"k": rule.k, "l": rule.l, **risk}, columns


def _rule(body: Survey) -> tuple[Rule, list[str]]:
    rule = body.masking
    keys = [each.of for each in rule.columns if each.role == "key"]
    area = [] if rule.area == "city" else [AREA]
    sensitive = tuple(each.of for each in rule.columns if each.role == "sensitive")
    columns = [*area, *(each.of for each in rule.columns)]
    return Rule((*area, *keys) or (AREA,), rule.k, sensitive, rule.l), columns


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _coarse(value: object, width: int, bottom: int | None, top: int | None) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return _text(value)
    number = decimal_of(str(value))
    if number is None or (width == 1 and bottom is None and top is None):
        return _text(value)
    return Coarse(width, bottom, top).of(int(number))


def _weights(row: SurveyRound, body: Survey, people: Sequence[_Someone]) -> list[Decimal]:
    if body.sample is None or not people:
        return [Decimal(1)] * len(people)
    totals = {(each.area, each.sex, each.age_band): each.count for each in row.totals.all()}
    cells = [(each.area, each.person.sex, each.person.age_band) for each in people]
    return [round(each, 6) for each in poststratified(cells, totals)]


def _estimates(row: SurveyRound, body: Survey) -> list[dict[str, Any]]:
    """Return what the households say of all, by question of the survey."""
    if not body.estimates:
        return []
    by_village = body.sample is not None and body.sample.strata == "village"
    stratum = "village__code" if by_village else "village__parent__code"
    sizes: dict[str, int] = {}
    listed = SurveyAddress.objects.filter(round=row, removed_at=None)
    for code in listed.values_list(stratum, flat=True):
        sizes[code] = sizes.get(code, 0) + 1
    visited = listed.filter(state__in=("complete", "vacant"), is_sampled=True)
    places = dict(visited.values_list("pk", stratum))
    answers = dict(
        SurveyRecord.objects.filter(
            address__in=places, standing="counted", outcome="complete"
        ).values_list("address", "answers")
    )
    found = []
    for each in body.estimates:
        values: dict[str, list[float | None]] = {code: [] for code in sizes}
        for key, code in places.items():
            value = answers[key].get(each.of) if key in answers else None
            if key not in answers or value is not None:
                values[code].append(None if value is None else float(value))
        strata = {code: Stratum(size, values[code]) for code, size in sizes.items()}
        result = estimated(strata)
        if result is not None:
            found.append({"of": each.of, **asdict(result)})
    return found


@transaction.atomic
def records_erase(*, survey: SurveyRound, at: datetime) -> int:
    """Erase the raw answers of a survey whose time of keeping is over; return how many.

    What stays: that an address was visited, and of people sex, age group and village, which the
    published tables count. Done again, or before its time, it does nothing.
    """
    row = locked(survey)
    today = timezone.localdate(at)
    if row.erased_at is not None or row.kept_until is None or row.kept_until >= today:
        return 0
    records = SurveyRecord.objects.filter(address__round=row, erased_at=None)
    erased = records.update(answers={}, erased_at=at)
    SurveyPerson.objects.filter(round=row).update(pseudonym="", age=None)
    SurveyAddress.objects.filter(round=row).update(text="")
    SurveyRound.objects.filter(pk=row.pk).update(erased_at=at)
    journal.record(
        "statistics.survey.records_erased", row, by=None, at=at, on_behalf_of=row.owner,
        now={"survey": row.code, "records": erased},
    )  # fmt: skip
    return erased
