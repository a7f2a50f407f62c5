"""The names that expressions of a service may read, and what each of them holds for a case."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.expression import Expression, compile_expression
from shizheng.kernel.expressions.shapes import Kind, Shape
from shizheng.services.domain.facts import (
    ClockFacts,
    Facts,
    FeeFacts,
    OutputFacts,
    ReviewFacts,
)
from shizheng.services.schema.form import Calculation, Field, FieldKind

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

_NULLABLE = Kind.NULL
_TEXTS = frozenset({
    FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.TIME, FieldKind.CHOICE, FieldKind.EMAIL,
    FieldKind.PHONE, FieldKind.ADDRESS, FieldKind.AREA, FieldKind.TW_ID, FieldKind.TW_RESIDENCE,
    FieldKind.TW_BUSINESS, FieldKind.TW_PARCEL,
})  # fmt: skip
_SHAPES = {
    FieldKind.INTEGER: Shape(Kind.INT | _NULLABLE),
    FieldKind.MONEY: Shape(Kind.INT | _NULLABLE),
    FieldKind.DECIMAL: Shape(Kind.NUMBER | _NULLABLE),
    FieldKind.DATE: Shape(Kind.DATE | _NULLABLE),
    FieldKind.MOMENT: Shape(Kind.MOMENT | _NULLABLE),
    FieldKind.BOOL: shapes.BOOL,
    FieldKind.CHOICES: shapes.list_of(shapes.STRING),
    FieldKind.FILE: shapes.list_of(shapes.STRING),
}
_CALCULATED = {
    "integer": Shape(Kind.NUMBER | _NULLABLE),
    "decimal": Shape(Kind.NUMBER | _NULLABLE),
    "money": Shape(Kind.NUMBER | _NULLABLE),
    "text": Shape(Kind.STRING | _NULLABLE),
    "bool": shapes.BOOL,
    "date": Shape(Kind.DATE | _NULLABLE),
}
_GEOMETRY = frozenset({FieldKind.POINT, FieldKind.LINE, FieldKind.POLYGON})


def record(fields: Mapping[str, Shape]) -> Shape:
    """Return the shape of a value with just these fields."""
    return Shape(Kind.MAP, None, dict(fields))


_CASE = record({
    "state": shapes.STRING, "channel": shapes.STRING, "agency": shapes.STRING,
    "district": shapes.STRING, "village": shapes.STRING, "description": shapes.STRING,
    "zones": shapes.list_of(shapes.STRING), "zone_kinds": shapes.list_of(shapes.STRING),
    "zone_owner": shapes.STRING, "district_office": shapes.STRING, "opened": shapes.DATE,
    "today": shapes.DATE, "reopened": shapes.INT, "days_since_closed": shapes.INT,
    "attachments": shapes.INT, "has_place": shapes.BOOL, "is_open": shapes.BOOL,
    "signed_in": shapes.BOOL, "hour": shapes.INT, "open_marks": shapes.INT,
})  # fmt: skip
_CLOCK = record({
    "running": shapes.BOOL, "paused": shapes.BOOL, "overdue": shapes.BOOL,
    "due": Shape(Kind.DATE | _NULLABLE), "extensions": shapes.INT,
})  # fmt: skip
_REVIEW = record({
    "started": shapes.BOOL, "done": shapes.BOOL, "agreed": shapes.BOOL, "objected": shapes.BOOL,
    "returned": shapes.BOOL, "waiting": shapes.INT, "round": shapes.INT,
})  # fmt: skip
_FEE = record({
    "amount": shapes.INT, "open": shapes.BOOL, "paid": shapes.BOOL, "refunded": shapes.BOOL,
})  # fmt: skip
_OUTPUT = record({"issued": shapes.BOOL, "valid": shapes.BOOL})
_COUNTS = record({
    "total": shapes.INT, "open": shapes.INT, "done": shapes.INT, "blocked": shapes.INT,
})  # fmt: skip
_DISPATCH = record({"sent": shapes.BOOL, "acknowledged": shapes.BOOL, "missed": shapes.BOOL})
_ROW = shapes.map_of(shapes.STRING)
RESERVED = frozenset({
    "case", "calc", "fees", "reviews", "clocks", "outputs", "children", "steps", "dispatch",
    "tables", "given", "value", "row", "acts",
})  # fmt: skip


def shape_of(field: Field) -> Shape:
    """Return the shape of a field's answer: texts are never null, an empty one is ``""``."""
    if field.kind in _TEXTS:
        return shapes.STRING
    if field.kind in _GEOMETRY:
        return Shape(Kind.MAP | _NULLABLE)
    if field.kind is FieldKind.TABLE:
        return shapes.list_of(record({each.id: shape_of(each) for each in field.columns}))
    return _SHAPES[field.kind]


def blank(field: Field) -> Any:
    """Return what a field that was not answered is to an expression."""
    if field.kind in _TEXTS:
        return ""
    if field.kind is FieldKind.BOOL:
        return False
    if field.kind in (FieldKind.CHOICES, FieldKind.FILE, FieldKind.TABLE):
        return ()
    return None


class Vocabulary:
    """What the expressions of one service may read (運算式可用的名稱), compiled as needed."""

    def __init__(self, service: "Service") -> None:
        self.service = service
        self.fields = service.fields
        self.tables = {key: service.table(key) for key in service.tables}
        self.shapes: dict[str, Shape] = {
            **{key: shape_of(field) for key, field in self.fields.items()},
            "case": _CASE,
            "calc": record({each.id: _CALCULATED[each.kind] for each in service.calc}),
            "fees": record(dict.fromkeys(service.fees, _FEE)),
            "reviews": record(dict.fromkeys(service.reviews, _REVIEW)),
            "clocks": record(dict.fromkeys(service.clocks, _CLOCK)),
            "outputs": record(dict.fromkeys(service.outputs, _OUTPUT)),
            "children": _COUNTS,
            "steps": _COUNTS,
            "dispatch": _DISPATCH,
            "acts": record({key: self._act(key) for key in service.actions}),
            "tables": record({
                key: Shape(Kind.MAP, record(dict.fromkeys(self._columns(rows), shapes.STRING)))
                for key, rows in self.tables.items()
            }),
        }  # fmt: skip
        self._compiled: dict[tuple[str, str], Expression] = {}

    def _act(self, key: str) -> Shape:
        """Return what rules read of an act once it was done: its form, as last given."""
        fields = self.service.actions[key].fields
        return record({"done": shapes.BOOL, **{each.id: shape_of(each) for each in fields}})

    def _acts(self, facts: Facts) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "done": key in facts.acts,
                **{
                    each.id: facts.acts.get(key, {}).get(each.id, blank(each))
                    for each in action.fields
                },
            }
            for key, action in self.service.actions.items()
        }

    @staticmethod
    def _columns(rows: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
        return next(iter(rows.values()), {})

    def compiled(
        self, source: str, *, given: Iterable[Field] = (), value: Shape | None = None,
        row: Iterable[Field] = (), only: frozenset[str] | None = None,
    ) -> Expression:  # fmt: skip
        """Return the expression, checked against the names of its place.

        Args:
            given: fields of an action's own form, readable as ``given.x``.
            value: the answer itself, for a check.
            row: columns of the row in which the answer stands.
            only: the fields that may be read; None for all.

        Raises:
            ExpressionError: it reads or does what it cannot.
        """
        given, row = tuple(given), tuple(row)
        key = (source, "|".join(each.id for each in (*given, *row)) + str(value) + str(only))
        if key not in self._compiled:
            names = self.shapes
            if only is not None:
                names = {k: v for k, v in names.items() if k not in self.fields or k in only}
            names = {**names, "given": record({each.id: shape_of(each) for each in given})}
            if value is not None:
                names["value"] = value
            if row:
                names["row"] = record({each.id: shape_of(each) for each in row})
            self._compiled[key] = compile_expression(source, names)
        return self._compiled[key]

    def scope(self, facts: Facts, *, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the value of every name for a case."""
        service, answers = self.service, facts.answers
        calc, fees = facts.calculated, facts.fees
        reviews, none = facts.reviews, ReviewFacts()
        return {
            **{key: answers.get(key, blank(field)) for key, field in self.fields.items()},
            "case": _case(facts),
            "calc": {each.id: calc.get(each.id, _nothing(each)) for each in service.calc},
            "fees": {key: _fee(fees.get(key, FeeFacts())) for key in service.fees},
            "reviews": {
                key: review_record(reviews.get(key, none), each.join)
                for key, each in service.reviews.items()
            },
            "clocks": {key: _clock(facts.clocks.get(key, ClockFacts())) for key in service.clocks},
            "outputs": {
                key: _output(facts.outputs.get(key, OutputFacts())) for key in service.outputs
            },
            "children": _counts(facts.children),
            "steps": _counts(facts.steps),
            "dispatch": {
                "sent": bool(facts.dispatch),
                "acknowledged": facts.dispatch == "acknowledged",
                "missed": facts.dispatch == "missed",
            },
            "acts": self._acts(facts),
            "tables": self.tables,
            "given": given or {},
        }

    def truth(
        self, source: str | None, scope: Mapping[str, Any], *, given: Iterable[Field] = ()
    ) -> bool:
        """Whether a condition holds; none holds always, one that cannot be computed does not."""
        if source is None:
            return True
        try:
            return self.compiled(source, given=given).evaluate(scope) is True
        except ExpressionError:
            return False

    def value(self, source: str, scope: Mapping[str, Any], *, given: Iterable[Field] = ()) -> Any:
        """Return what an expression gives, None where it cannot be computed."""
        try:
            return self.compiled(source, given=given).evaluate(scope)
        except ExpressionError:
            return None


def _nothing(each: Calculation) -> Any:
    return False if each.kind == "bool" else None


def _case(facts: Facts) -> dict[str, Any]:
    place = facts.place
    return {
        "state": facts.state, "channel": str(facts.channel), "agency": facts.agency,
        "district": place.district, "village": place.village, "description": facts.description,
        "zones": place.zones, "zone_kinds": place.zone_kinds, "zone_owner": place.zone_owner,
        "district_office": place.district_office, "opened": facts.opened_on,
        "today": facts.today, "reopened": facts.reopened_count,
        "days_since_closed": facts.days_since_closed, "attachments": facts.attachment_count,
        "has_place": place.is_given, "is_open": facts.is_open, "signed_in": facts.is_signed_in,
        "hour": facts.now.hour, "open_marks": facts.open_mark_count,
    }  # fmt: skip


def _clock(facts: ClockFacts) -> dict[str, Any]:
    return {
        "running": facts.is_running, "paused": facts.is_paused, "overdue": facts.is_overdue,
        "due": facts.due_on, "extensions": facts.extension_count,
    }  # fmt: skip


def _fee(facts: FeeFacts) -> dict[str, Any]:
    return {
        "amount": facts.amount, "open": facts.is_open, "paid": facts.is_paid,
        "refunded": facts.is_refunded,
    }  # fmt: skip


def _output(facts: OutputFacts) -> dict[str, Any]:
    return {"issued": facts.is_issued, "valid": facts.is_valid}


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {key: counts.get(key, 0) for key in ("total", "open", "done", "blocked")}


def review_record(facts: ReviewFacts, join: str) -> dict[str, Any]:
    """Return what rules read of a review."""
    from shizheng.services.domain.reviews import standing_of

    found = standing_of(facts.answers.values(), join)
    return {
        "started": bool(facts.answers), "done": found.is_done, "agreed": found.is_agreed,
        "objected": found.is_objected, "returned": found.is_returned, "waiting": found.waiting,
        "round": facts.round,
    }  # fmt: skip
