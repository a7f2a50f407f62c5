"""What a pack says of city property: occupation, sales with a deadline, idle space, land bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.packs.schema import AgencyRef, Body, Finding, Key, Part, Whole, Words, kinds
from shizheng.places.definitions import RegisterBody, RegisterRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


def _amount(text: str) -> str:
    try:
        Amount.parse(text)
    except DomainError as error:
        raise ValueError(str(error)) from error
    return text


Amounted = Annotated[str, AfterValidator(_amount)]
Days = Annotated[Whole, Field(ge=1, le=3_660)]


class WayOf(Part):
    """A way in which an occupation ends (占用處理方式): lease, buy, sue; or another one."""

    id: Key
    name: Words


class OccupationOf(Part):
    """What becomes of occupied property (占用處理): a case of ``service`` is opened."""

    service: Key
    ways: Annotated[tuple[WayOf, ...], Field(min_length=1)]


class SaleOf(Part):
    """A sale with a deadline (專案讓售): the last day on which a household may apply.

    ``remind_days``: so many days before it, whoever has not applied is written to.
    """

    id: Key
    name: Words
    agency: AgencyRef
    last_on: date
    remind_days: tuple[Days, ...] = ()
    source: Words


class UseOf(Part):
    """A kind of temporary use (短期使用類別)."""

    id: Key
    name: Words


class IdleOf(Part):
    """Idle space (閒置空間).

    Args:
        register_: keeps what is published; its things have the fields that ``tenure`` writes.
        publish_days: so long after falling idle the agency publishes.
        answer: time to answer an application.
        recall_days: notice before a temporary use ends.
        most_open: applications that one person may have open.
    """

    register_: RegisterRef = Field(alias="register")
    publish_days: Days
    answer: Amounted
    recall_days: Days
    most_open: Annotated[Whole, Field(ge=1, le=100)] = 5
    uses: Annotated[tuple[UseOf, ...], Field(min_length=1)]


class IndustryOf(Part):
    """The bank of land for industry (產業用地儲備).

    Args:
        check_days: a plot that was not checked for so long is unverified.
        answer: time to answer an enquiry.
        most_open: enquiries that one person may have open.
    """

    register_: RegisterRef = Field(alias="register")
    check_days: Days
    answer: Amounted
    most_open: Annotated[Whole, Field(ge=1, le=100)] = 3


@kinds.register("tenure/1")
class TenureBody(Body):
    """City property and its use (市有財產); ``source`` says which figures are proposed only."""

    single = True

    source: Words
    property_register: RegisterRef
    occupation: OccupationOf | None = None
    sales: tuple[SaleOf, ...] = ()
    idle: IdleOf | None = None
    industry: IndustryOf | None = None

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check names, and that the registers keep what is written to them."""
        for where, names in self._names():
            for place, name in enumerate(names):
                if name in names[:place]:
                    yield Finding((*where, place, "id"), f"“{name}” is there twice.", "twice")
        registers = {each.id: each for each in pack.bodies(RegisterBody)}
        for part, needed in (("idle", IDLE_FIELDS), ("industry", INDUSTRY_FIELDS)):
            given = getattr(self, part)
            register = registers.get(given.register_) if given else None
            for name in needed if register else ():
                if register and not register.field(name):
                    at = (part, "register")
                    yield Finding(at, f"“{register.id}” has no field {name}.", "field")
            states = IDLE_STATES if part == "idle" else INDUSTRY_STATES
            for name in states if register else ():
                if register and register.state(name) is None:
                    at = (part, "register")
                    yield Finding(at, f"“{register.id}” has no state {name}.", "state")

    def _names(self) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        yield ("sales",), [each.id for each in self.sales]
        if self.occupation:
            yield ("occupation", "ways"), [each.id for each in self.occupation.ways]
        if self.idle:
            yield ("idle", "uses"), [each.id for each in self.idle.uses]

    def sale(self, code: str) -> SaleOf | None:
        """Return the sale of that id, if there is one."""
        return next((each for each in self.sales if each.id == code), None)


IDLE_FIELDS = ("name", "managing_agency", "address", "floor_m2", "idle_since", "limits",
               "use_ends_on")  # fmt: skip
IDLE_STATES = ("offered", "lent", "withdrawn")
INDUSTRY_FIELDS = ("name", "zoning", "price_from_twd", "price_to_twd", "power_kw", "water_m3_day",
                   "road_width_m", "willingness", "checked_on", "owner_contact")  # fmt: skip
INDUSTRY_STATES = ("available", "unverified", "matched", "withdrawn")
