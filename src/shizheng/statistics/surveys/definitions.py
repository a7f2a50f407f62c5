"""What a pack says of a census or survey: questionnaire, edits, sample, masking, release."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.expression import compile_expression
from shizheng.kernel.expressions.shapes import Kind, Shape
from shizheng.packs.problems import Path
from shizheng.packs.schema import (
    AgencyRef,
    AreaRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Ref,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.services.domain.names import shape_of
from shizheng.services.schema.form import Field as Question
from shizheng.services.schema.form import FieldKind, Page

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=6, decimal_places=4)]
ASKED = frozenset({
    FieldKind.TEXT, FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.MONEY, FieldKind.DATE,
    FieldKind.BOOL, FieldKind.CHOICE, FieldKind.TABLE, FieldKind.TW_ID, FieldKind.TW_RESIDENCE,
})  # fmt: skip
"""Kinds of question that a tablet can ask without a signal."""
NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.MONEY, FieldKind.DECIMAL})
IDENTITIES = frozenset({FieldKind.TW_ID, FieldKind.TW_RESIDENCE})
UNREAD = "a tablet without a signal cannot read this."
REFERENCE = "reference_on"
"""The reference date, under which edits read it."""


class SurveyFieldwork(Part):
    """First and last day in the field (實地調查期間)."""

    from_: date = Field(alias="from")
    to: date


class SurveyEdit(Part):
    """A plausibility rule over the answers of a household (檢誤): ``check`` must be true.

    A hard one is refused until it is corrected; a soft one is taken in and shown to the supervisor.
    """

    id: Key
    check: Text
    message: Words
    is_hard: Flag = False


class SurveyPeople(Part):
    """Which table of the questionnaire lists the people of a household (戶內人口).

    ``identity`` is the number by which a person counted twice is found; only a keyed hash of it is
    kept. Ages are grouped by ``band_years`` up to ``top_age``.
    """

    table: Key
    sex: Key
    age: Key
    identity: Key | None = None
    band_years: Annotated[Whole, Field(ge=1, le=50)] = 5
    top_age: Annotated[Whole, Field(ge=10, le=120)] = 85


class SurveySample(Part):
    """How many addresses of each stratum are drawn (抽樣); without it all are visited (普查)."""

    size: Annotated[Whole, Field(ge=1)]
    strata: Literal["district", "village"] = "district"


class SurveyRecheck(Part):
    """Which share of complete households is asked again, and which questions (複查)."""

    share: Share
    questions: Annotated[tuple[Key, ...], Field(min_length=1)]


class SurveyColumn(Part):
    """A column of the masked file (微資料欄位): how coarse it is, and what it can give away.

    ``key``: others may know it of a person. ``sensitive``: what nobody may learn of a person.
    Numbers are grouped by ``width``, from ``bottom`` to ``top``. The first key is the most useful
    one and is suppressed last.
    """

    of: Key
    role: Literal["key", "sensitive", "other"] = "other"
    width: Annotated[Whole, Field(ge=1)] = 1
    bottom: Whole | None = None
    top: Whole | None = None


class SurveyMasking(Part):
    """How the file for research is masked (去識別規則).

    ``k``: every combination of keys is told of that many people or more. ``l``: among them are so
    many different values of each sensitive column. ``swap_share`` of the people change their area
    with somebody alike elsewhere.
    """

    k: Annotated[Whole, Field(ge=2, le=50)]
    l: Annotated[Whole, Field(ge=1, le=20)] = 1  # noqa: E741 - its name in the literature
    area: Literal["city", "district", "village"] = "district"
    swap_share: Share = Decimal(0)
    columns: Annotated[tuple[SurveyColumn, ...], Field(min_length=1)]


class SurveyEstimate(Part):
    """A number of households that a sample estimates: its mean and total with their error."""

    of: Key
    name: Words


class SurveyRelease(Part):
    """When results become public (發布時間); until then nobody outside sees them."""

    on: date
    at: Clock = "16:00"


@kinds.register("survey/1")
class Survey(Body):
    """A census or survey of households (普查、家戶調查).

    ``proposed`` says what of it no source states and the agency is to confirm.
    """

    name: Words
    summary: Words
    legal_basis: Words
    owner: AgencyRef
    unit: Words
    reference_on: date
    fieldwork: SurveyFieldwork
    source: Words
    proposed: Words | None = None
    edition: Text
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    people: SurveyPeople
    edits: tuple[SurveyEdit, ...] = ()
    sample: SurveySample | None = None
    recheck: SurveyRecheck
    masking: SurveyMasking
    estimates: tuple[SurveyEstimate, ...] = ()
    release: SurveyRelease
    keep_days: Annotated[Whole, Field(ge=1, le=3660)]

    def provides(self) -> Iterator[tuple[str, str]]:
        """A survey may be named by its id."""
        yield "survey", self.id

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions of a household by id, in order."""
        return {each.id: each for page in self.pages for each in page.fields}

    @cached_property
    def person_questions(self) -> dict[str, Question]:
        """The questions of each person by id, in order."""
        table = self.questions.get(self.people.table)
        return {each.id: each for each in table.columns} if table else {}

    def question_of(self, key: str) -> Question | None:
        """Return a question of a person, or else of the household."""
        return self.person_questions.get(key) or self.questions.get(key)

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that rules name questions, that edits can be read, and that dates are in order."""
        if not self.fieldwork.from_ <= self.fieldwork.to < self.release.on:
            message = "fieldwork ends after it begins, and results come after it."
            yield Finding(("fieldwork",), message, "order")
        yield from self._question_findings()
        yield from self._people_findings()
        yield from self._edit_findings()
        yield from self._column_findings()
        for place, each in enumerate(self.estimates):
            asked = self.questions.get(each.of)
            if asked is None or asked.kind not in NUMBERS:
                message = f"“{each.of}” is no number asked of a household."
                yield Finding(("estimates", place, "of"), message, "question")

    def _question_findings(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for number, page in enumerate(self.pages):
            if page.show_if:
                yield Finding(("pages", number, "show_if"), UNREAD, "page")
            for place, each in enumerate(page.fields):
                path = ("pages", number, "fields", place)
                if each.id in seen:
                    yield Finding((*path, "id"), f"“{each.id}” is asked twice.", "question")
                seen.add(each.id)
                yield from _unaskable(each, path)
        for place, key in enumerate(self.recheck.questions):
            if self.question_of(key) is None or key == self.people.table:
                message = f"no question is called “{key}”."
                yield Finding(("recheck", "questions", place), message, "question")

    def _people_findings(self) -> Iterator[Finding]:
        table = self.questions.get(self.people.table)
        if table is None or table.kind is not FieldKind.TABLE:
            yield Finding(("people", "table"), "is no table of the questionnaire.", "question")
            return
        needed = {"sex": {FieldKind.CHOICE}, "age": {FieldKind.INTEGER}, "identity": IDENTITIES}
        for name, fit in needed.items():
            key = getattr(self.people, name)
            asked = self.person_questions.get(key) if key else None
            if key and (asked is None or asked.kind not in fit):
                message = f"“{key}” is no {' or '.join(sorted(fit))} of “{table.id}”."
                yield Finding(("people", name), message, "question")

    def _edit_findings(self) -> Iterator[Finding]:
        context = {key: shape_of(each) for key, each in self.questions.items()}
        for place, edit in enumerate(self.edits):
            yield from _unreadable(("edits", place, "check"), edit.check, context)
        for number, page in enumerate(self.pages):
            for place, each in enumerate(page.fields):
                for name in ("show_if", "require_if"):
                    if source := getattr(each, name):
                        path = ("pages", number, "fields", place, name)
                        yield from _unreadable(path, source, context)

    def _column_findings(self) -> Iterator[Finding]:
        for place, column in enumerate(self.masking.columns):
            path, asked = ("masking", "columns", place), self.question_of(column.of)
            if asked is None or asked.kind is FieldKind.TABLE:
                yield Finding((*path, "of"), f"no question is called “{column.of}”.", "question")
            elif asked.personal or asked.kind in IDENTITIES | {FieldKind.TEXT, FieldKind.DATE}:
                message = f"“{column.of}” names people; it never leaves the raw records."
                yield Finding((*path, "of"), message, "identifier")
            elif asked.kind in NUMBERS and column.role == "key" and column.top is None:
                message = "a number that is a key needs a `top`: the oldest is known to all."
                yield Finding((*path, "top"), message, "top")


def _unaskable(each: Question, path: Path) -> Iterator[Finding]:
    """Yield what a tablet without a signal cannot ask or read of a question."""
    for name in ("compute", "check", "options_from", "prefill"):
        if getattr(each, name):
            yield Finding((*path, name), UNREAD, "field", "Write it as an edit.")
    for asked in (each, *each.columns):
        if asked.kind not in ASKED:
            message = f"“{asked.id}”: a tablet cannot ask for {asked.kind}."
            hint = f"There are: {', '.join(sorted(ASKED))}."
            yield Finding((*path, "kind"), message, "kind", hint)


def _unreadable(path: Path, source: str, context: Mapping[str, Shape]) -> Iterator[Finding]:
    try:
        compile_expression(source, {**context, REFERENCE: shapes.DATE}, result=Kind.BOOL)
    except ExpressionError as refusal:
        yield Finding(path, str(refusal), "edit", str(refusal.hint))


class SurveyRef(Ref):
    """Id of a survey (調查)."""

    namespace = "survey"


class DemoSurveyArea(Part):
    """An invented enumeration area: how many addresses it has, and how many were visited."""

    id: Key
    village: AreaRef
    addresses: Annotated[Whole, Field(ge=1, le=200)]
    visited: Annotated[Whole, Field(ge=0, le=200)]


class DemoSurveyHousehold(Part):
    """What an invented household answers; people as the table of the questionnaire lists them."""

    answers: Mapping[Key, Any]
    people: Annotated[tuple[Mapping[Key, Any], ...], Field(min_length=1)]


@kinds.register("demo_survey/1")
class DemoSurvey(Body):
    """A survey of the demonstration (示範調查); addresses and answers are invented."""

    single = True

    synthetic: Literal[True]
    survey: SurveyRef
    seed: Whole
    enumerators: Annotated[tuple[Key, ...], Field(min_length=1)]
    road: Text
    areas: Annotated[tuple[DemoSurveyArea, ...], Field(min_length=1)]
    households: Annotated[tuple[DemoSurveyHousehold, ...], Field(min_length=1)]
