"""Reading what a tablet sent of a household: typed answers, people, and the edits that fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.expression import Expression, compile_expression
from shizheng.kernel.expressions.shapes import Kind
from shizheng.services.domain import parsing
from shizheng.services.domain.errors import AnswerMissing, AnswerUnfit, AnswerUnknown, Fault
from shizheng.services.domain.names import blank, shape_of
from shizheng.services.schema.form import Field, FieldKind
from shizheng.statistics.surveys.definitions import IDENTITIES, REFERENCE, Survey

Hidden = Callable[[str], str]


@dataclass(slots=True)
class Read:
    """Answers as they are kept, the edits that failed, and faults by question."""

    answers: dict[str, Any] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)


def answers_read(survey: Survey, raw: Mapping[str, Any], hidden: Hidden) -> Read:
    """Return the answers of a household.

    Args:
        raw: what was sent, by question; people as a list of rows.
        hidden: returns the keyed hash of a person's number; the number itself is not kept.
    """
    found, values = Read(), {key: blank(each) for key, each in survey.questions.items()}
    for key in raw:
        if key not in survey.questions:
            known = ", ".join(survey.questions)
            found.faults[str(key)[:60]] = AnswerUnknown(field=str(key)[:60], known=known)
    for key, each in survey.questions.items():
        if each.show_if and not _truth(survey, each.show_if, values):
            continue
        try:
            value = _one(each, raw.get(key), found.faults)
        except Fault as fault:
            found.faults[key] = fault
            continue
        if any(name.startswith(f"{key}.") for name in found.faults):
            continue
        if value is not None and value != ():
            values[key] = value
            found.answers[key] = _kept(each, value, hidden)
        elif _is_asked(survey, each, values):
            found.faults[key] = AnswerMissing()
    if not found.faults:
        found.failed = [each.id for each in survey.edits if not _truth(survey, each.check, values)]
    return found


def _is_asked(survey: Survey, each: Field, values: Mapping[str, Any]) -> bool:
    return each.required or bool(each.require_if and _truth(survey, each.require_if, values))


def _one(each: Field, raw: Any, faults: dict[str, Fault]) -> Any:
    if each.kind is not FieldKind.TABLE:
        return parsing.read_answer(each, raw, choices=tuple(option.id for option in each.options))
    if raw in (None, ""):
        return ()
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        raise AnswerUnfit(value=str(raw)[:60], expected=N_("a list of rows"))
    if len(raw) > each.max_rows:
        raise AnswerUnfit(value=str(len(raw)), expected=N_("an allowed number of rows"))
    return tuple(_row(each, cells, number, faults) for number, cells in enumerate(raw))


def _row(
    each: Field, cells: Mapping[str, Any], number: int, faults: dict[str, Fault]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in each.columns:
        try:
            value = _one(column, cells.get(column.id), faults)
            if value is None and column.required:
                raise AnswerMissing
            row[column.id] = blank(column) if value is None else value
        except Fault as fault:
            faults[f"{each.id}.{number}.{column.id}"] = fault
    return row


def _kept(each: Field, value: Any, hidden: Hidden) -> Any:
    """Return an answer as JSON keeps it, with numbers of persons as keyed hashes."""
    if each.kind is FieldKind.TABLE:
        return [
            {column.id: _kept(column, row[column.id], hidden) for column in each.columns}
            for row in value
        ]
    if each.kind in IDENTITIES:
        return hidden(value) if value else ""
    return parsing.stored(value)


def _truth(survey: Survey, source: str, values: Mapping[str, Any]) -> bool:
    """Whether a condition holds; one that cannot be told does not."""
    try:
        given = {**values, REFERENCE: survey.reference_on}
        return compiled(survey, source).evaluate(given) is True
    except ExpressionError:
        return False


_kept_expressions: dict[tuple[str, int, str], Expression] = {}


def compiled(survey: Survey, source: str) -> Expression:
    """Return a condition over the answers of a household, compiled once."""
    key = (survey.id, survey.version, source)
    if key not in _kept_expressions:
        context = {name: shape_of(each) for name, each in survey.questions.items()}
        _kept_expressions[key] = compile_expression(
            source, {**context, REFERENCE: shapes.DATE}, result=Kind.BOOL
        )
    return _kept_expressions[key]


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a household: keyed hash of the number, sex, age."""

    pseudonym: str
    sex: str
    age: int | None


def people_of(survey: Survey, answers: Mapping[str, Any]) -> Sequence[Someone]:
    """Return the people of kept answers, in the order in which they were listed."""
    names = survey.people
    return [
        Someone(
            str(row.get(names.identity, "")) if names.identity else "",
            str(row.get(names.sex, "")), row.get(names.age),
        )
        for row in answers.get(names.table, ())
    ]  # fmt: skip
