"""The service definition: one file says everything about one service of the city."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Limit

import shizheng.services.kinds  # noqa: F401 - enters the smaller kinds
from shizheng.packs.schema import AgencyRef, Body, Finding, Key, Text, Words, kinds
from shizheng.services.domain.lint import every_expression, lint
from shizheng.services.domain.names import Vocabulary
from shizheng.services.repairs.checking import closing_findings
from shizheng.services.roadworks.checking import following_findings
from shizheng.services.schema.flow import Action, Effect, State
from shizheng.services.schema.form import Calculation, Eligibility, Field, Page
from shizheng.services.schema.service import (
    Access,
    Example,
    Guide,
    InFlight,
    Intake,
    Retention,
    RouteRule,
    Satisfaction,
)
from shizheng.services.schema.subjects import (
    BlockersOf,
    BookingOf,
    ComparedOf,
    DispatchOf,
    FeeOf,
    OutputOf,
    ReviewOf,
    StepOf,
)
from shizheng.services.schema.timing import ClockOf

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Row = dict[str, str]
Category = Literal["report", "apply", "complain", "ask", "book", "internal"]


@kinds.register("service/1")
class Service(Body):
    """A service (服務): what people report, apply for or complain about, from intake to archive.

    ``start`` is the state of a new case, ``opening`` what follows at once. ``tables`` are look-up
    tables of this version, rows by their column ``id``. ``title`` gives one line for lists.
    """

    name: Words
    summary: Words
    keywords: tuple[Text, ...] = ()
    category: Category
    icon: Key | None = None
    owner: AgencyRef
    effective_from: date | None = None
    guide: Guide
    intake: Intake
    access: Access = Access()
    pages: tuple[Page, ...] = ()
    tables: dict[Key, tuple[Row, ...]] = {}
    calc: tuple[Calculation, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    routing: Annotated[tuple[RouteRule, ...], Limit(min_length=1)]
    start: Key
    opening: tuple[Effect, ...] = ()
    states: Annotated[dict[Key, State], Limit(min_length=2)]
    actions: Annotated[dict[Key, Action], Limit(min_length=1)]
    clocks: dict[Key, ClockOf] = {}
    reviews: dict[Key, ReviewOf] = {}
    fees: dict[Key, FeeOf] = {}
    outputs: dict[Key, OutputOf] = {}
    dispatch: DispatchOf | None = None
    steps: dict[Key, StepOf] = {}
    blockers: BlockersOf | None = None
    compared: tuple[ComparedOf, ...] = ()
    bookings: dict[Key, BookingOf] = {}
    satisfaction: Satisfaction | None = None
    retention: Retention = Retention()
    in_flight: InFlight = InFlight()
    title: Text | None = None
    examples: tuple[Example, ...] = ()

    def provides(self) -> Iterator[tuple[str, str]]:
        """A service may be named by its id."""
        yield "service", self.id

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Lint states, actions, clocks, fields and words, then run the examples."""
        yield from lint(self, pack)
        yield from closing_findings(self, pack)
        yield from following_findings(self, pack)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field of the application form by id, in order."""
        return {field.id: field for page in self.pages for field in page.fields}

    def issuing_fields(self, output: str) -> tuple[Field, ...]:
        """Return the fields of the actions that issue a document: its values may read them."""
        return tuple(
            field
            for action in self.actions.values()
            if any(effect.issue and effect.issue.output == output for effect in action.do)
            for field in action.fields
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the expressions of this version may read, compiled as needed."""
        return Vocabulary(self)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every expression of this version as it is written."""
        return tuple(source for _, source, *_ in every_expression(self))

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        """States that are not final, in order."""
        return tuple(key for key, state in self.states.items() if not state.final)

    @cached_property
    def main_clock(self) -> str | None:
        """Key of the clock that the case is judged by: the one marked, else the first."""
        marked = [key for key, clock in self.clocks.items() if clock.is_main]
        return next(iter([*marked, *self.clocks]), None)

    def table(self, key: str) -> dict[str, Row]:
        """Return a look-up table by its rows' ids; every row has every column."""
        rows = self.tables.get(key, ())
        columns = {column for row in rows for column in row}
        return {row["id"]: {column: row.get(column, "") for column in columns} for row in rows}
