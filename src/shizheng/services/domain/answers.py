"""Reading a whole form: what is shown, what is required, what is computed, what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.services.domain import parsing
from shizheng.services.domain.errors import (
    AnswerMissing,
    AnswerRefused,
    AnswersWrong,
    AnswerUnfit,
    AnswerUnknown,
    Fault,
)
from shizheng.services.domain.facts import Facts
from shizheng.services.domain.names import Vocabulary, blank, shape_of
from shizheng.services.schema.form import Field, FieldKind, Page

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

_UNSHAPED = frozenset({FieldKind.FILE})


@dataclass(slots=True)
class Answers:
    """What a form holds: typed values by field, hidden ones left out, and what is wrong.

    ``shown`` are the ids of the fields that were to be answered, in order; ``required`` those
    that had to be.
    """

    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)

    def require(self) -> None:
        """Refuse a form with faults.

        Raises:
            AnswersWrong: names each of them.
        """
        if self.faults:
            raise AnswersWrong(self.faults)


def choices_of(each: Field, vocabulary: Vocabulary) -> dict[str, Mapping[str, str]]:
    """Return what may be chosen: id to words by language."""
    if each.options_from:
        rows = vocabulary.tables.get(each.options_from, {})
        return {key: table_words(row) for key, row in rows.items()}
    return {option.id: option.label for option in each.options}


def table_words(row: Mapping[str, str]) -> dict[str, str]:
    """Return the name of a row of a look-up table: columns ``name_zh`` and ``name_en``."""
    chinese = row.get("name_zh") or row.get("name") or row["id"]
    return {"zh-Hant": chinese, "en": row.get("name_en") or chinese}


def read_form(
    pages: Iterable[Page],
    raw: Mapping[str, Any],
    *,
    vocabulary: Vocabulary,
    facts: Facts,
    files: Mapping[str, int] | None = None,
    only_page: str | None = None,
) -> Answers:
    """Read the application form of a service.

    Args:
        raw: what was sent, by field.
        files: how many files came, or are there already, under each file field.
        only_page: judge just this page; answers of the others are taken as they are.
    """
    found = Answers()
    known = set(vocabulary.fields)
    for key in raw:
        if key not in known:
            listed = ", ".join(sorted(known)[:20])
            found.faults[str(key)[:60]] = AnswerUnknown(field=str(key)[:60], known=listed or "-")
    reader = _Reader(vocabulary, facts, found, files or {})
    for page in pages:
        if page.show_if and not reader.truth(page.show_if):
            continue
        is_judged = only_page is None or page.id == only_page
        reader.read(page.fields, raw, is_judged=is_judged)
    return found


def read_given(
    fields: Sequence[Field],
    raw: Mapping[str, Any],
    *,
    vocabulary: Vocabulary,
    facts: Facts,
    files: Mapping[str, int] | None = None,
) -> Answers:
    """Read the form of an action; its fields know each other as ``given.x``."""
    found = Answers()
    known = {each.id for each in fields}
    for key in raw:
        if key not in known:
            listed = ", ".join(sorted(known)) or "-"
            found.faults[str(key)[:60]] = AnswerUnknown(field=str(key)[:60], known=listed)
    reader = _Reader(vocabulary, facts, found, files or {}, given=tuple(fields))
    reader.read(fields, raw, is_judged=True)
    return found


class _Reader:
    """Reads fields in order; each may look at those before it."""

    def __init__(
        self, vocabulary: Vocabulary, facts: Facts, found: Answers, files: Mapping[str, int],
        given: tuple[Field, ...] | None = None,
    ) -> None:  # fmt: skip
        self.vocabulary, self.found, self.files = vocabulary, found, files
        self.given = given
        self.scope = vocabulary.scope(
            replace(facts, answers={} if given is None else facts.answers)
        )
        if given is not None:
            self.scope["given"] = {each.id: blank(each) for each in given}

    def truth(self, source: str | None) -> bool:
        return self.vocabulary.truth(source, self.scope, given=self.given or ())

    def _put(self, each: Field, value: Any) -> None:
        self.found.values[each.id] = value
        into = self.scope if self.given is None else self.scope["given"]
        into[each.id] = blank(each) if value is None else value

    def read(self, fields: Iterable[Field], raw: Mapping[str, Any], *, is_judged: bool) -> None:
        for each in fields:
            if each.show_if and not self.truth(each.show_if):
                continue
            self.found.shown.append(each.id)
            if self._is_required(each):
                self.found.required.append(each.id)
            if each.compute:
                value = self.vocabulary.value(each.compute, self.scope, given=self.given or ())
                self._put(each, _plain(value))
                continue
            try:
                self._put(each, self._one(each, raw.get(each.id), is_judged=is_judged))
            except Fault as fault:
                if is_judged:
                    self.found.faults.setdefault(each.id, fault)

    def _one(self, each: Field, raw: Any, *, is_judged: bool) -> Any:
        if each.kind is FieldKind.FILE:
            return self._files(each, raw, is_judged=is_judged)
        if each.kind is FieldKind.TABLE:
            value = self._rows(each, raw, is_judged=is_judged)
        else:
            choices = tuple(choices_of(each, self.vocabulary))
            value = parsing.read_answer(each, raw, choices=choices)
        is_empty = value in (None, ()) or (each.kind is FieldKind.BOOL and not value)
        if is_empty and is_judged and self._is_required(each):
            raise AnswerMissing
        if not is_empty and is_judged and each.check:
            self._check(each, value)
        return value

    def _is_required(self, each: Field) -> bool:
        return each.required or (each.require_if is not None and self.truth(each.require_if))

    def _check(self, each: Field, value: Any) -> None:
        assert each.check is not None  # noqa: S101 - asked by the caller
        compiled = self.vocabulary.compiled(
            each.check, given=self.given or (), value=shape_of(each)
        )
        try:
            holds = compiled.evaluate({**self.scope, "value": value})
        except ExpressionError:
            holds = False
        if holds is not True:
            raise AnswerRefused(words=Choosable(each.message or {}))

    def _files(self, each: Field, raw: Any, *, is_judged: bool) -> Any:
        count = self.files.get(each.id, 0)
        names = tuple(str(name)[:150] for name in raw) if isinstance(raw, list | tuple) else ()
        if not count and not names and is_judged and self._is_required(each):
            raise AnswerMissing
        if max(count, len(names)) > each.max_files:
            raise AnswerUnfit(value=str(count), expected=N_("an allowed number of files"))
        return names

    def _rows(self, each: Field, raw: Any, *, is_judged: bool) -> tuple[dict[str, Any], ...]:
        if raw is None or raw == "":
            return ()
        if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
            raise AnswerUnfit(value=str(raw)[:60], expected=N_("a list of rows"))
        if len(raw) > each.max_rows:
            raise AnswerUnfit(value=str(len(raw)), expected=N_("an allowed number of rows"))
        rows = []
        for number, cells in enumerate(raw):
            if any(cell not in (None, "") for cell in cells.values()):
                rows.append(self._row(each, cells, f"{each.id}.{number}", is_judged=is_judged))
        return tuple(rows)

    def _row(
        self, each: Field, cells: Mapping[str, Any], path: str, *, is_judged: bool
    ) -> dict[str, Any]:
        row: dict[str, Any] = {}
        known = {column.id for column in each.columns}
        for key in cells:
            if key not in known:
                listed = ", ".join(sorted(known))
                fault = AnswerUnknown(field=str(key)[:60], known=listed)
                self.found.faults[f"{path}.{str(key)[:60]}"] = fault
        for column in each.columns:
            try:
                choices = tuple(choices_of(column, self.vocabulary))
                value = parsing.read_answer(column, cells.get(column.id), choices=choices)
                if value is None and column.required and is_judged:
                    raise AnswerMissing
                row[column.id] = blank(column) if value is None else value
            except Fault as fault:
                self.found.faults[f"{path}.{column.id}"] = fault
        return row


class Choosable(dict[str, str]):
    """Words of a definition inside a refusal: shown in whatever language is asked for."""

    def __str__(self) -> str:
        return " / ".join(dict.fromkeys(self.values()))


def _plain(value: Any) -> Any:
    """Return a computed value as an answer: whole decimals as whole numbers."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def calculate(service: "Service", vocabulary: Vocabulary, facts: Facts) -> dict[str, Any]:
    """Return the calculated values of a service (計算), in order; each may read those before."""
    calculated: dict[str, Any] = {}
    for each in service.calc:
        scope = vocabulary.scope(replace(facts, calculated=calculated))
        value = _plain(vocabulary.value(each.value, scope))
        if each.kind in ("integer", "money") and isinstance(value, Decimal):
            value = int(value.to_integral_value(rounding="ROUND_HALF_UP"))
        calculated[each.id] = value
    return calculated


def split_personal(
    service: "Service", values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is kept in the open and what is personal (個資), each as JSON keeps it.

    A table with a personal column is personal as a whole.
    """
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for key, value in values.items():
        if value is None or value == ():
            continue
        each = service.fields[key]
        is_personal = each.personal or any(column.personal for column in each.columns)
        (personal if is_personal else plain)[key] = parsing.stored(value)
    return plain, personal


def joined(service: "Service", *parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored answers as the values that expressions read."""
    return {
        key: parsing.restored(service.fields[key], value)
        for part in parts
        for key, value in part.items()
        if key in service.fields
    }
