"""Writing the rows of a file: which thing is new, which changed, what is said of whom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F

from shizheng.core.models.keys import new_keys
from shizheng.core.rows import add_values, put_values
from shizheng.kernel.errors import DomainError
from shizheng.places.actions.laying import layer_changed
from shizheng.places.building import FIELDS, Act, Built, copied, values_of
from shizheng.places.domain.errors import KeyTwice
from shizheng.places.domain.periods import Span, overlaid
from shizheng.places.models import Feature, ImportRow, ImportRun, Thing


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file as it would be kept, from which day on, or why it would not.

    ``refusal`` is what is wrong with the day.
    """

    number: int
    built: Built
    valid_from: date
    refusal: DomainError | None = None


class _Known(NamedTuple):
    """A thing that is there, or comes to be."""

    pk: UUID
    key: str
    recorded_at: datetime


class _State(NamedTuple):
    """What is believed of a thing over a span of days, as far as a verdict needs it."""

    thing: UUID
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    digest: str


def rows_write(run: ImportRun, rows: Sequence[Row]) -> Counter[str]:
    """Write rows into the register and the report of the run; return how many were what."""
    known = _known(run, rows)
    verdicts = [*_verdicts(run, rows, known)]
    counts = Counter(verdicts)
    fresh = [row for row, verdict in zip(rows, verdicts, strict=True)
             if verdict == "added" and row.built.key not in known]  # fmt: skip
    keys = new_keys(len(fresh))
    new = [_Known(pk, row.built.key, run.begun_at) for pk, row in zip(keys, fresh, strict=True)]
    act = Act.of(run.register, at=run.begun_at, by=run.begun_by)
    added = [
        values_of(row.built, act=act, thing=thing, valid_from=row.valid_from, valid_to=None)
        for thing, row in zip(new, fresh, strict=True)
    ]
    laid = [(known[row.built.key], row) for row, verdict in zip(rows, verdicts, strict=True)
            if verdict in ("added", "changed") and row.built.key in known]  # fmt: skip
    ended, anew = _laid(act, laid)
    if noted := sum(bool(row.built.notes) for row in [*fresh, *(row for _, row in laid)]):
        counts["noted"] = noted
    add_values(
        Thing, ("id", "register_id", "key", "version", "recorded_at"),
        [(each.pk, run.register_id, each.key, 1, run.begun_at) for each in new],
    )  # fmt: skip
    put_values(Feature, ["recorded_to"], ended)
    add_values(Feature, FIELDS, added + anew)
    if laid:
        Thing.objects.filter(pk__among=[thing.pk for thing, _ in laid]).update(
            version=F("version") + 1, recorded_at=run.begun_at
        )
    if added or anew or ended:
        layer_changed(run.register)
    _report(run, rows)
    return counts


def _known(run: ImportRun, rows: Sequence[Row]) -> dict[str, _Known]:
    things = Thing.objects.filter(
        register=run.register_id, key__among=[row.built.key for row in rows]
    )
    told = things.order_by().values_list("pk", "key", "recorded_at")
    return {key: _Known(pk, key, at) for pk, key, at in told}


def _verdicts(run: ImportRun, rows: Sequence[Row], known: dict[str, _Known]) -> Iterable[str]:
    believed: dict[UUID, list[_State]] = {}
    if known:
        states = Feature.objects.filter(
            thing_id__among=[each.pk for each in known.values()], recorded_to=None
        )
        for told in states.order_by().values_list(
            "thing_id", "valid_from", "valid_to", "recorded_from", "digest"
        ):
            believed.setdefault(told[0], []).append(_State(*told))
    for row in rows:
        thing = known.get(row.built.key)
        yield _verdict(run, row, believed.get(thing.pk, ()) if thing else ())


def _verdict(run: ImportRun, row: Row, states: Sequence[_State]) -> str:
    if row.built.problems:
        return "refused"
    if not states:
        return "added"
    if any(state.recorded_from == run.begun_at for state in states):
        row.built.problems.append(KeyTwice(key=row.built.key))
        return "refused"
    holding = [
        state for state in states if state.valid_to is None or state.valid_to > row.valid_from
    ]
    is_one = len(holding) == 1 and holding[0].valid_to is None
    if is_one and holding[0].digest == row.built.digest:
        return "unchanged"
    return "changed"


Ends = list[tuple[int, datetime]]


def _laid(act: Act, laid: Sequence[tuple[_Known, Row]]) -> tuple[Ends, list[tuple[Any, ...]]]:
    """Return the keys of the states that end and when, and those that are recorded anew."""
    ended: Ends = []
    anew: list[tuple[Any, ...]] = []
    if not laid:
        return ended, anew
    believed: dict[UUID, list[Feature]] = {}
    for state in Feature.objects.filter(
        thing_id__among=[thing.pk for thing, _ in laid], recorded_to=None
    ):
        believed.setdefault(state.thing_id, []).append(state)
    for thing, row in laid:
        moment = max(act.at, thing.recorded_at)
        spans: list[Span[Feature | Built]] = [
            Span(state.valid_from, state.valid_to, state) for state in believed.get(thing.pk, ())
        ]
        change = overlaid(spans, row.valid_from, None, row.built)
        ended += [
            (span.content.pk, moment) for span in change.ended if isinstance(span.content, Feature)
        ]
        anew += [
            copied(span.content, valid_from=span.valid_from, valid_to=span.valid_to, at=moment)
            if isinstance(span.content, Feature)
            else values_of(
                span.content, act=replace(act, at=moment), thing=thing, valid_from=span.valid_from,
                valid_to=span.valid_to,
            )
            for span in change.added
        ]  # fmt: skip
    return ended, anew


def _report(run: ImportRun, rows: Sequence[Row]) -> None:
    """Keep what was wrong with which row, and what was put right in which."""
    found: list[tuple[Any, ...]] = []
    for row in rows:
        start = (run.pk, row.number, row.built.key[:80])
        if row.built.problems:
            found += [
                (*start, True, problem.code, _kept(problem.parameters))
                for problem in row.built.problems
            ]
        else:
            found += [(*start, False, note["code"], _kept(note)) for note in row.built.notes]
    add_values(ImportRow, ("run_id", "number", "key", "is_refused", "code", "parameters"), found)


def _kept(parameters: Any) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | dict) else str(value)
        for name, value in dict(parameters).items()
    }
