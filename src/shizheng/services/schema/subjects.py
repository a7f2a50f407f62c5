"""Reviews, money, documents, crews, steps and bookings of a service, each by its key."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as Limit
from pydantic_core import PydanticCustomError

from shizheng.packs.schema import AgencyRef, Flag, Key, Part, RoleRef, Text, Whole, Words
from shizheng.services.schema.common import (
    Companion,
    Condition,
    NoticeRef,
    Period,
    RosterRef,
    ServiceRef,
)

NUMBER_PLACES = frozenset({"prefix", "yyy", "yyyy", "mm", "dd", "sequence", "case"})


def _number(pattern: str) -> str:
    places = dict.fromkeys(NUMBER_PLACES - {"sequence"}, "")
    try:
        is_counted = pattern.format(**places, sequence=1) != pattern.format(**places, sequence=2)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        known = ", ".join(sorted(NUMBER_PLACES))
        raise PydanticCustomError("bool", f"has a place that is none of: {known}") from error
    if not is_counted:
        raise PydanticCustomError("bool", "has no (sequence), so that numbers would repeat")
    return pattern


NumberPattern = Annotated[Text, AfterValidator(_number)]


class ReviewPart(Part):
    """One agency of a joint review (會審機關), asked only where ``when`` is true."""

    agency: AgencyRef
    when: Condition | None = None
    due: Period | None = None
    subject: Words | None = None


class ReviewOf(Part):
    """A joint review (聯合審查): agencies in parallel, each with its own clock.

    ``agencies`` is an expression giving codes of agencies, as of the owners of chosen places.
    ``silence``: what an agency that says nothing in time is taken to have said.
    ``on_agreed`` and the like name actions that the system then takes.
    """

    label: Words
    parts: tuple[ReviewPart, ...] = ()
    agencies: Condition | None = None
    due: Period = "7wd"
    join: Literal["all", "any"] = "all"
    silence: Literal["deemed_agree", "deemed_object", "escalate"] = "escalate"
    on_agreed: Key | None = None
    on_objected: Key | None = None
    on_returned: Key | None = None
    is_visible_to_applicant: Flag = False


class FeeOf(Part):
    """A fee (規費) that the applicant pays: how much, by when, by which ways.

    ``on_paid`` names the action that the system takes when the whole amount is there.
    ``refund_shares``: how much of it (0 to 1) the effect ``refund`` gives back, by why; what is
    not named goes back whole. Source: 規費法 arts. 18 and 19.
    """

    label: Words
    amount: Condition
    due: Period = "7d"
    methods: tuple[Literal["card", "transfer", "store", "counter"], ...] = ("card",)
    ledger: Text | None = None
    on_paid: Key | None = None
    on_expired: Key | None = None
    basis: Words | None = None
    refund_shares: dict[
        Literal["voided", "revoked", "refused", "withdrawn"],
        Annotated[Decimal, Limit(ge=0, le=1, max_digits=5, decimal_places=4)],
    ] = {}


class OutputOf(Part):
    """A document that the case gives out (證明、函): its template, number, values and life.

    ``number`` is filled with prefix, yyy (year of the Republic), yyyy, mm, dd, sequence (from 1
    each year) and case. ``values`` may also read ``given`` of the actions that issue it.
    ``on_made`` and ``on_failed`` name actions that the system then takes: the second where it
    could not be made, as when no font has a character of a name.
    """

    label: Words
    template: Companion
    values: dict[Key, Condition] = {}
    number: NumberPattern = "{prefix}-{yyy}-{sequence:05d}"
    sign: Flag = True
    valid_for: Period | None = None
    is_public: Flag = False
    language: Literal["zh-Hant", "en", "both"] = "zh-Hant"
    on_made: Key | None = None
    on_failed: Key | None = None


class DispatchOf(Part):
    """Sending a crew (派工): from which roster, how soon it must acknowledge.

    ``attempts`` crews are asked one after the other; then ``on_missed`` is taken by the system.
    """

    roster: RosterRef
    acknowledge_minutes: Annotated[Whole, Limit(ge=1, le=1_440)] = 10
    attempts: Annotated[Whole, Limit(ge=1, le=20)] = 5
    on_acknowledged: Key | None = None
    on_missed: Key | None = None
    notify: NoticeRef | None = None


class StepOf(Part):
    """One permit of a master case (主案之步驟): who gives it, after which, in how long.

    ``service``: the permit is a case of its own; ``answers`` fill its form from those here.
    """

    label: Words
    agency: AgencyRef
    service: ServiceRef | None = None
    after: tuple[Key, ...] = ()
    days: Period
    when: Condition | None = None
    basis: Words | None = None
    answers: dict[Key, Condition] = {}


class BlockersOf(Part):
    """Who decides on steps that cannot go on (卡關事項), and within how long.

    ``late`` tells them, and who handles the case, that the day promised for a step, or that of a
    decision, has passed.
    """

    decided_by: Annotated[tuple[RoleRef, ...], Limit(min_length=1)]
    within: Period = "14d"
    template: NoticeRef | None = None
    late: NoticeRef | None = None


class ComparedOf(Part):
    """A figure that was promised beside what came of it (承諾與實績)."""

    label: Words
    promised: Condition
    realised: Condition
    unit: Words


class BookingOf(Part):
    """Use of shared places at shared times (共用時段): two cases may not hold the same.

    ``register`` names a register of places (場地簿) that several services share: the same place in
    it is taken for all of them. Without one the places are those of this booking alone.

    ``resources`` gives a list of texts, ``first`` and ``last`` days, both included. ``table``
    describes them for the public catalogue: names, and if known ``longitude``, ``latitude``,
    ``owner`` (code of an agency), ``kind_zh``, ``kind_en``, ``note_zh`` and ``note_en``.
    """

    label: Words
    resources: Condition
    first: Condition
    last: Condition
    register_: Annotated[Key | None, Limit(alias="register")] = None
    clash: Literal["refuse", "warn"] = "refuse"
    table: Key | None = None
    is_public: Flag = False


class DuplicatesOf(Part):
    """When another report may be the same (疑似重複): near, recent, alike."""

    within_m: Annotated[Whole, Limit(ge=1, le=5_000)] = 50
    within: Period = "30d"
    least: Annotated[Decimal, Limit(ge=0, le=1, max_digits=4, decimal_places=3)] = Decimal("0.5")
    same: tuple[Key, ...] = ()
