"""Pieces that every part of a service definition uses: conditions, periods, who acts."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, InstanceOf, StringConstraints
from pydantic_core import PydanticCustomError

from shizheng.kernel.errors import DomainError
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.progress import WarningPoint
from shizheng.packs.schema import FileRef, Key, Ref, Text

APPLICANT, PUBLIC, SYSTEM, CREW = "applicant", "public", "system", "crew"
RESERVED_ACTORS = (APPLICANT, PUBLIC, SYSTEM, CREW)
"""Who may act without a role of the pack: a party of the case, anybody, the clock, the crew."""


class ServiceRef(Ref):
    """Id of a service (服務)."""

    namespace = "service"


class RosterRef(Ref):
    """Id of a duty roster (輪值表)."""

    namespace = "duty_roster"


class NoticeRef(Ref):
    """Id of a notice template (通知範本)."""

    namespace = "notice_template"


def _amount(text: str) -> str:
    try:
        Amount.parse(text)
    except DomainError as refusal:
        raise PydanticCustomError("bool", str(refusal).replace("{", "(")) from None
    return text


def _warning(text: str) -> str:
    try:
        WarningPoint.parse(text)
    except DomainError as refusal:
        raise PydanticCustomError("bool", str(refusal).replace("{", "(")) from None
    return text


def _stored(value: object) -> object:
    """Let a published body, where a file stands as its digest, be read again."""
    if isinstance(value, dict) and value.keys() == {"path", "sha256", "size"}:
        return FileRef(**value)
    return value


def _day(value: object) -> object:
    """Read a day as a day: a body is stored as JSON, and a day is no midnight."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
"""An expression of ``kernel.expressions``; checked against the names that its place can use."""
Period = Annotated[Text, AfterValidator(_amount)]
Warn = Annotated[Text, AfterValidator(_warning)]
When = Annotated[datetime | date, BeforeValidator(_day)]
"""A moment, or a day, which stands for nine in the morning."""
Companion = Annotated[InstanceOf[FileRef], BeforeValidator(_stored)]
Actor = Key
"""A role of the pack, or one of ``RESERVED_ACTORS``."""
