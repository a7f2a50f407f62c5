"""The smaller kinds of definition beside the service: notices, zones, rosters, questions."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field as Limit

from shizheng.packs.schema import (
    AgencyRef,
    AreaRef,
    Body,
    Cells,
    Finding,
    Flag,
    Key,
    Part,
    RoleRef,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.services.schema.common import Companion, ServiceRef


@kinds.register("notice_template/1")
class NoticeTemplate(Body):
    """Words of a notice (通知範本), versioned; ``{number}`` and the like are filled in."""

    subject: Words
    text: Words
    short: Words | None = None
    channels: tuple[Literal["in_app", "email", "sms", "line", "webhook"], ...] = ("in_app", "email")
    is_urgent: Flag = False

    def provides(self) -> Iterator[tuple[str, str]]:
        """A template may be named by its id."""
        yield "notice_template", self.id

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report places to fill in that no notice knows."""
        from shizheng.services.domain.notices import unknown_places

        for path, words in ((("subject",), self.subject), (("text",), self.text)):
            for language, text in words.items():
                for place in unknown_places(text):
                    message = f"`{{{place}}}` is not filled in by any notice."
                    yield Finding((*path, language), message, "place")


@kinds.register("quiet_hours/1")
class QuietHours(Body):
    """When notices that are not urgent wait (勿擾時段)."""

    single = True

    first: Annotated[str, Limit(pattern=r"^[0-2][0-9]:[0-5][0-9]$")] = "21:30"
    last: Annotated[str, Limit(pattern=r"^[0-2][0-9]:[0-5][0-9]$")] = "08:00"
    channels: tuple[Literal["email", "sms", "line"], ...] = ("sms", "line")


class ZoneOf(Part):
    """A zone (權管範圍): who owns what lies in it; ``kind`` is what sort of asset.

    A zone of works (工程範圍) names the contract, the contractor, and the days between which the
    contractor answers for defects (施工及保固期間).
    """

    id: Key
    name: Words
    kind: Key
    owner: AgencyRef
    contract: Text | None = None
    contractor: Words | None = None
    first: date | None = None
    last: date | None = None

    @property
    def detail(self) -> dict[str, Any]:
        """What is told of the contract, as JSON."""
        found = {
            "contract": self.contract,
            "contractor": self.contractor and dict(self.contractor),
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
        }
        return {key: value for key, value in found.items() if value}


@kinds.register("zones/1")
class Zones(Body):
    """Zones of owners of assets (權管範圍), shapes in a GeoJSON file with the same ids."""

    source: Text
    shapes: Companion
    zones: Annotated[tuple[ZoneOf, ...], Limit(min_length=1)]

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report zones that stand twice."""
        seen: set[str] = set()
        for index, zone in enumerate(self.zones):
            if zone.id in seen:
                yield Finding(("zones", index, "id"), f"“{zone.id}” stands twice.", "unique")
            seen.add(zone.id)


class Crew(Part):
    """A crew on duty (值勤班): who, where, for what, when.

    ``days``: weekdays, Monday 1; ``starts`` and ``ends``: local times, an end before the start is
    of the next day. ``holidays``: ``kept`` holds whatever the calendar says, ``off`` rests on days
    on which offices are closed (one of the whole week also works make-up days), ``only`` stands on
    those alone.
    """

    id: Key
    name: Words
    agency: AgencyRef
    areas: Annotated[tuple[AreaRef, ...], Cells] = ()
    services: Annotated[tuple[ServiceRef, ...], Cells] = ()
    days: Annotated[tuple[Annotated[Whole, Limit(ge=1, le=7)], ...], Cells] = (1, 2, 3, 4, 5, 6, 7)
    starts: Annotated[str, Limit(pattern=r"^[0-2][0-9]:[0-5][0-9]$")] = "00:00"
    ends: Annotated[str, Limit(pattern=r"^[0-2][0-9]:[0-5][0-9]$")] = "00:00"
    holidays: Literal["off", "kept", "only"] = "kept"
    telephone: Text | None = None
    order: Whole = 0


@kinds.register("duty_roster/1")
class DutyRoster(Body):
    """Crews that answer at any hour (輪值表)."""

    name: Words
    crews: Annotated[tuple[Crew, ...], Limit(min_length=1)]

    def provides(self) -> Iterator[tuple[str, str]]:
        """A roster may be named by its id."""
        yield "duty_roster", self.id

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report crews that stand twice."""
        seen: set[str] = set()
        for index, crew in enumerate(self.crews):
            if crew.id in seen:
                yield Finding(("crews", index, "id"), f"“{crew.id}” stands twice.", "unique")
            seen.add(crew.id)


class Question(Part):
    """A question people ask, with its answer (常見問答)."""

    id: Key
    question: Words
    answer: Words
    agency: AgencyRef
    services: Annotated[tuple[ServiceRef, ...], Cells] = ()
    keywords: Annotated[tuple[Text, ...], Cells] = ()
    is_public: Flag = True


@kinds.register("knowledge/1")
class Knowledge(Body):
    """What the call centre answers from (知識庫), versioned; public entries are a list for all."""

    source: Text
    questions: Annotated[tuple[Question, ...], Limit(min_length=1)]

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report questions that stand twice."""
        seen: set[str] = set()
        for index, question in enumerate(self.questions):
            if question.id in seen:
                yield Finding(
                    ("questions", index, "id"), f"“{question.id}” stands twice.", "unique"
                )
            seen.add(question.id)


class ReplyOf(Part):
    """A text that officers start an answer from (答覆範本)."""

    id: Key
    title: Words
    text: Words
    services: Annotated[tuple[ServiceRef, ...], Cells] = ()


@kinds.register("reply_templates/1")
class ReplyTemplates(Body):
    """Texts that officers start from (答覆範本)."""

    replies: Annotated[tuple[ReplyOf, ...], Limit(min_length=1)]


class CallCentreOf(Part):
    """Languages and channels that a call centre speaks (話務): languages by code, with names.

    ``writes``: in which language somebody is written to who speaks the language.
    """

    languages: Annotated[dict[Text, Words], Limit(min_length=1)]
    writes: dict[Text, Text] = {}
    channels: tuple[Literal["phone", "text", "chat"], ...] = ("phone", "text", "chat")


@kinds.register("call_centre/1")
class CallCentre(Body):
    """The call centre of a city (話務中心): its name, number, role and channels."""

    single = True

    name: Words
    telephone: Text
    agency: AgencyRef
    role: RoleRef
    answers: CallCentreOf
    services: Annotated[tuple[ServiceRef, ...], Limit(min_length=1)]
