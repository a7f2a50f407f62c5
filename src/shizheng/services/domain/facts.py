"""What rules see of a case: values only, whatever table they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shizheng.services.schema.service import Channel


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where a case is (地點): codes of district and village, zones with their kinds.

    ``owners`` is the owner of the first zone of each kind.
    """

    district: str = ""
    village: str = ""
    zones: tuple[str, ...] = ()
    zone_kinds: tuple[str, ...] = ()
    zone_owner: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)
    district_office: str = ""
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What rules see of a clock."""

    is_running: bool = False
    is_paused: bool = False
    is_overdue: bool = False
    due_on: date | None = None
    extension_count: int = 0


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What rules see of a joint review: answers of the agencies now asked."""

    answers: Mapping[str, str] = field(default_factory=dict)
    round: int = 0


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """What rules see of a fee."""

    amount: int = 0
    is_open: bool = False
    is_paid: bool = False
    is_refunded: bool = False


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What rules see of a document."""

    is_issued: bool = False
    is_valid: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about a case that a rule may look at, as of ``now``.

    ``answers`` are typed (dates are dates); those never given are absent.
    """

    state: str
    channel: Channel | str
    agency: str
    opened_at: datetime
    now: datetime
    today: date
    opened_on: date
    answers: Mapping[str, Any] = field(default_factory=dict)
    calculated: Mapping[str, Any] = field(default_factory=dict)
    place: PlaceFacts = field(default_factory=PlaceFacts)
    description: str = ""
    attachment_count: int = 0
    is_open: bool = True
    reopened_count: int = 0
    days_since_closed: int = 0
    is_signed_in: bool = False
    clocks: Mapping[str, ClockFacts] = field(default_factory=dict)
    reviews: Mapping[str, ReviewFacts] = field(default_factory=dict)
    fees: Mapping[str, FeeFacts] = field(default_factory=dict)
    outputs: Mapping[str, OutputFacts] = field(default_factory=dict)
    children: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    dispatch: str = ""
    open_mark_count: int = 0
    acts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
