"""What a pack says of digging up roads: categories, clocks, conflicts, bans and joint digging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from shizheng.analysis.digging.categories import Category, CategoryRules, Risk, Terms
from shizheng.analysis.digging.conflicts import ConflictRules
from shizheng.analysis.digging.values import Ban, BanKind, JointRules
from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import RegisterBody, RegisterRef, ServiceRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


def _amount(text: str) -> str:
    try:
        Amount.parse(text)
    except DomainError as error:
        raise ValueError(str(error)) from error
    return text


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f"must be a time of day such as 16:30, got {text}")
    return text


Amounted = Annotated[str, AfterValidator(_amount)]
Metres = Annotated[float, Field(ge=0, le=2_000, allow_inf_nan=False)]
Days = Annotated[Whole, Field(ge=0, le=3_660)]
Few = Annotated[Whole, Field(ge=0, le=10)]


class TermsOf(Part):
    """Notice before the start, if any, and time to answer."""

    notice: Amounted | None = None
    answer: Amounted

    def terms(self) -> Terms:
        """Return them as values."""
        return Terms(Amount.parse(self.notice) if self.notice else None, Amount.parse(self.answer))


class CategoryOf(Part):
    """A category of works (案件類別); the first that fits is taken.

    ``risks``: answers about danger that lead here; ``most_working_days``: the longest works.
    """

    id: Key
    name: Words
    risks: tuple[Literal["urgent", "emergency"], ...] = ()
    most_working_days: Annotated[Whole, Field(ge=1, le=365)] | None = None
    by_traffic_order: Flag = False
    permit: TermsOf
    advance: TermsOf | None = None
    validity_days: Annotated[Whole, Field(ge=0, le=60)] = 0

    def category(self) -> Category:
        """Return it as a value."""
        return Category(
            id=self.id,
            permit=self.permit.terms(),
            most_working_days=self.most_working_days,
            by_traffic_order=self.by_traffic_order,
            risks=frozenset(Risk(risk) for risk in self.risks),
            advance=self.advance.terms() if self.advance else None,
            validity_days=self.validity_days,
        )


class OwnerOf(Part):
    """An owner of pipes (管線單位) and what it lays.

    ``operates``: operators of dangerous pipes, as the register writes them, for which its people
    sign on site; ``crews``: how many crews it has at work at once.
    """

    id: Key
    name: Words
    kind: Key
    operates: tuple[Text, ...] = ()
    crews: Annotated[Whole, Field(ge=1, le=500)] | None = None


class MethodOf(Part):
    """A way of digging (施工方式)."""

    id: Key
    name: Words


class PhotosOf(Part):
    """Photos that a report from the site needs at least (現場照片)."""

    begin: Few = 0
    backfill: Few = 0
    restore: Few = 0


class PriceOf(Part):
    """What the city charges for work that it does instead of the owner (代辦費單價)."""

    id: Key
    name: Words
    unit: Literal["m2", "each"] = "m2"
    twd: Annotated[Whole, Field(ge=0, le=10_000_000)]
    source: Words


class TrafficOf(Part):
    """What a road of a class carries where nobody counted (推估交通量).

    ``capacity`` and ``flow`` at the peak: passenger car units an hour, both directions together.
    """

    capacity: Annotated[Whole, Field(ge=1, le=20_000)]
    flow: Annotated[Whole, Field(ge=0, le=20_000)]


class RoadsOf(Part):
    """Fields of the register of road sections, and what follows from them (道路履歷).

    ``traffic``: by class of road, for sections of which the register has no capacity or flow.
    ``rough_above``: IRI in m/km above which a section is listed as rough; ``repair_days``: days
    to repair a defect within warranty; ``tests``, ``covers``: registers with a field ``section``.
    """

    iri: Key | None = None
    warranty: Key | None = None
    contractor: Key | None = None
    capacity: Key | None = None
    flow: Key | None = None
    road_class: Key | None = None
    lanes: Key | None = None
    traffic: dict[Key, TrafficOf] = Field(default_factory=dict)
    rough_above: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = 4.0
    repair_days: Annotated[Whole, Field(ge=1, le=365)] = 14
    tests: RegisterRef | None = None
    covers: RegisterRef | None = None


PermitState = Literal[
    "waiting", "granted", "refused", "returned", "cancelled", "revoked", "in_progress", "stopped",
    "backfilled", "closed",
]  # fmt: skip


class BanOf(Part):
    """A time in which roads may not be opened (禁挖期間), on sections by name or on all."""

    id: Key
    name: Words
    kind: Literal["holiday", "event"]
    from_: date = Field(alias="from")
    to: date
    sections: tuple[Text, ...] = ()
    source: Words

    def ban(self) -> Ban:
        """Return it as a value."""
        sections = frozenset(self.sections) if self.sections else None
        return Ban(self.id, BanKind(self.kind), self.from_, self.to, sections)


class NearOf(Part):
    """How near in metres and days two works conflict."""

    metres: Metres
    days: Days


class HazardOf(Part):
    """A register of dangerous pipes; within ``buffer_m`` their operator signs on site."""

    register_: RegisterRef = Field(alias="register")
    buffer_m: Metres


class JointOf(Part):
    """How works may share an opening (聯合挖掘); see ``analysis.digging.values.JointRules``."""

    most_partners: Annotated[Whole, Field(ge=1, le=20)]
    days_per_partner: Days
    rest_days: Days
    apart: tuple[tuple[Key, Key], ...] = ()

    def rules(self) -> JointRules:
        """Return them as values."""
        return JointRules(
            self.most_partners,
            self.days_per_partner,
            self.rest_days,
            frozenset(frozenset(pair) for pair in self.apart),
        )


class CasesOf(Part):
    """The service in which a permit runs as a case (挖掘許可案件): opened with the first permit.

    Args:
        on: state of the newest permit of a work to the action that the system then takes on the
            case; the case stays as it is where the action does not begin in its state.
    """

    service: ServiceRef
    on: dict[PermitState, Key]


@kinds.register("digging/1")
class DiggingBody(Body):
    """Digging up roads (道路挖掘管理); ``source`` says which figures are proposed only."""

    single = True

    source: Words
    responsible: AgencyRef
    sections: RegisterRef
    categories: Annotated[tuple[CategoryOf, ...], Field(min_length=1)]
    change_answer: Amounted
    last_hour: Annotated[str, AfterValidator(_clock)]
    silence_grants: Flag
    moratorium_days: Days
    warranty_days: Days
    near: NearOf
    hazards: tuple[HazardOf, ...] = ()
    joint: JointOf
    bans: tuple[BanOf, ...] = ()
    owners: Annotated[tuple[OwnerOf, ...], Field(min_length=1)]
    methods: tuple[MethodOf, ...] = ()
    photos: PhotosOf = PhotosOf()
    prices: tuple[PriceOf, ...] = ()
    restore_within_days: Days = 30
    roads: RoadsOf = RoadsOf()
    cases: CasesOf | None = None
    is_sample: Flag = False

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check names, spans of bans, categories for works of every kind, and the register."""
        for where in ("categories", "bans", "owners", "methods", "prices"):
            names = [each.id for each in getattr(self, where)]
            for place, name in enumerate(names):
                if name in names[:place]:
                    yield Finding((where, place, "id"), f"“{name}” is there twice.", "twice")
        for place, ban in enumerate(self.bans):
            if ban.to <= ban.from_:
                yield Finding(("bans", place, "to"), f"must be after {ban.from_}.", "order")
        yield from self._every_works_has_a_category()
        register = next((r for r in pack.bodies(RegisterBody) if r.id == self.sections), None)
        if register is not None and register.geometry.kind != "line":
            yield Finding(("sections",), f"“{self.sections}” keeps no lines.", "lines")
        if register is not None and not register.field("paved_on"):
            yield Finding(("sections",), f"“{self.sections}” has no field paved_on.", "paved_on")
        if register is not None:
            yield from self._roads_have_fields(register)

    def _roads_have_fields(self, register: RegisterBody) -> Iterator[Finding]:
        for name in ("iri", "warranty", "contractor", "capacity", "flow", "road_class", "lanes"):
            field = getattr(self.roads, name)
            if field is not None and not register.field(field):
                problem = f"“{self.sections}” has no field {field}."
                yield Finding(("roads", name), problem, "fields")
        classes = register.field(self.roads.road_class or "")
        known = register.codes_of(classes) if classes else {}
        for code in self.roads.traffic:
            if code not in known:
                message = f"no class of road is “{code}”."
                yield Finding(("roads", "traffic", code), message, "codes")

    def _every_works_has_a_category(self) -> Iterator[Finding]:
        plain = [each for each in self.categories if not each.risks]
        risks = {risk for each in self.categories for risk in each.risks}
        for risk in ("urgent", "emergency"):
            if risk not in risks:
                yield Finding(("categories",), f"none is for {risk} works.", "every")
        if not any(each.most_working_days is None for each in plain):
            yield Finding(("categories",), "none is for works of any length.", "every")
        if not any(each.by_traffic_order for each in plain):
            yield Finding(("categories",), "none is for works with a traffic order.", "every")

    def category_rules(self) -> CategoryRules:
        """Return categories and clocks as values."""
        return CategoryRules(
            categories=tuple(each.category() for each in self.categories),
            change_answer=Amount.parse(self.change_answer),
            last_hour=time.fromisoformat(self.last_hour),
            silence_grants=self.silence_grants,
        )

    def conflict_rules(self) -> ConflictRules:
        """Return how near is too near."""
        return ConflictRules(near_m=self.near.metres, near_days=self.near.days)

    def owner(self, code: str) -> OwnerOf | None:
        """Return the owner of that id, if there is one."""
        return next((each for each in self.owners if each.id == code), None)

    def price(self, code: str) -> PriceOf | None:
        """Return the price of that id, if there is one."""
        return next((each for each in self.prices if each.id == code), None)
