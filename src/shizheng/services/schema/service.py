"""Intake, access, words for residents, and what follows a case: retention, versions, examples."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator
from pydantic import Field as Limit
from pydantic_core import PydanticCustomError

from shizheng.packs.schema import AgencyRef, DistrictRef, Flag, Key, Part, Text, Whole, Words
from shizheng.services.schema.common import Condition, Period, When
from shizheng.services.schema.subjects import DuplicatesOf


class Channel(StrEnum):
    """How a case comes in (受理管道)."""

    WEB = "web"
    COUNTER = "counter"
    PHONE = "phone"
    API = "api"
    BATCH = "batch"
    SYSTEM = "system"


class Location(Part):
    """Whether a case has a place, and which shapes it may have."""

    geometry: tuple[Literal["point", "line", "polygon"], ...] = ("point",)
    required: Flag = True
    within_city: Flag = True


class Attachments(Part):
    """Photos and papers that anyone may add to the report."""

    required: Flag = False
    max_files: Annotated[Whole, Limit(ge=1, le=20)] = 3
    accept: tuple[Literal["pdf", "jpg", "png", "webp", "mp4"], ...] = ("jpg", "png", "webp")


class Window(Part):
    """When one may apply (受理期間), and how often one person may have an open case."""

    opens: date | None = None
    closes: date | None = None
    per_party: Annotated[Whole, Limit(ge=1, le=1_000)] | None = None


class Intake(Part):
    """How a case comes in."""

    channels: Annotated[tuple[Channel, ...], Limit(min_length=1)]
    open311: Flag = False
    group: Words | None = None
    location: Location | None = None
    attachments: Attachments | None = None
    description: Literal["required", "optional", "none"] = "none"
    contact: Literal["required", "optional", "none"] = "required"
    sign_in: Literal["required", "optional"] = "optional"
    duplicates: DuplicatesOf | None = None
    window: Window | None = None


class Access(Part):
    """Who may read a case, and what the page by number shows everybody (機密等級)."""

    class_: Annotated[Literal["normal", "personal"], Limit(alias="class")] = "normal"
    public: tuple[
        Literal[
            "state", "service", "area", "place", "opened", "closed", "due", "agency", "summary"
        ],
        ...,
    ] = ("state", "service", "opened", "closed")
    open_data: Flag = False


class Guide(Part):
    """What a resident should know before starting (申辦須知)."""

    who: Words
    needs: tuple[Words, ...] = ()
    how_long: Words
    cost: Words
    after: Words
    law: tuple[Words, ...] = ()
    contact: Words | None = None


class RouteRule(Part):
    """Which agency gets the case (分案): the first rule that is true.

    ``to``: an agency; ``to_owner_of_asset``: the owner of the zone in which the place lies, with
    ``of_kind`` of a zone of that kind alone; ``to_district_office``: the office of the district.
    """

    when: Condition | None = None
    to: AgencyRef | None = None
    to_owner_of_asset: Flag = False
    of_kind: Key | None = None
    to_district_office: Flag = False


class Migration(Part):
    """How open cases of older versions move (案件移轉): state to state, answer to answer."""

    states: dict[Key, Key] = {}
    answers: dict[Key, Key] = {}


class InFlight(Part):
    """What publishing this version does to drafts and open cases of older ones."""

    drafts: Literal["fast_forward", "stay", "discard"] = "stay"
    cases: Literal["stay", "migrate"] = "stay"
    migrate: Migration = Migration()


def _in_days(text: str) -> str:
    if not text.endswith(("d", "mo", "y")) or text.endswith("wd"):
        raise PydanticCustomError("keep", "Write days (d), months (mo) or years (y).")
    return text


KeepingPeriod = Annotated[Period, AfterValidator(_in_days)]


class Retention(Part):
    """How long closed cases keep personal data (保存年限), by outcome; ``hold_if`` keeps them.

    ``removes`` are what goes beside the parties, their messages, files and personal answers; of a
    personal case both go anyway.
    """

    keep: KeepingPeriod = "5y"
    outcomes: dict[Key, KeepingPeriod] = {}
    removes: tuple[Literal["description", "address"], ...] = ("description",)
    hold_if: Condition | None = None


class Satisfaction(Part):
    """The question after closing (滿意度)."""

    question: Words
    within: Period = "14d"


class Act(Part):
    """One act of an example."""

    act: Key
    by: Key = "system"
    at: When | None = None
    answers: dict[Key, Any] = {}


class ReviewAnswer(Part):
    """What an agency answered in an example."""

    review: Key
    agency: AgencyRef
    answer: Literal["agree", "conditions", "object", "return"] = "agree"
    at: When | None = None


class Paid(Part):
    """A payment in an example."""

    fee: Key
    at: When | None = None


class Wait(Part):
    """Time passes in an example: warnings, silence and breaches happen."""

    until: When


class Example(Part):
    """A case in small that must come out as stated; run by the check and as a test (範例)."""

    name: Text
    received: When
    channel: Channel = Channel.WEB
    answers: dict[Key, Any] = {}
    district: DistrictRef | None = None
    zones: tuple[Text, ...] = ()
    steps: tuple[Act | ReviewAnswer | Paid | Wait, ...] = ()
    expect: dict[Text, Any]
