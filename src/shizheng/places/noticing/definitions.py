"""What a register says of letters: who is written to when a thing comes into a state, and what."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import Finding, Key, Part, Whole, Words

if TYPE_CHECKING:
    from shizheng.places.definitions import RegisterBody

ALWAYS = ("key", "register", "owner", "state", "days")
"""Places that every letter may fill in besides the fields of the register."""
Days = Annotated[Whole, Field(ge=0, le=3_650)]


class LetterOf(Part):
    """A letter (函稿): text with ``{places}``; ``days`` before or after the last day."""

    subject: Words
    text: Words
    days: tuple[Days, ...] = ()


class NoticeOf(Part):
    """Whom the owner agency writes to about a thing, and when (通知).

    Args:
        state: written once the thing comes into this state.
        to: the field with the name of who is written to; a name of those who act for owners of
            pipes is told on the site, for all others a letter is to be posted.
        due: the field with the last day of what is ordered; a new last day is a new notice.
        made: the notice itself.
        before: reminders while there is time.
        after: reminders once it has run out.
    """

    id: Key
    name: Words
    state: Key
    to: Key
    due: Key | None = None
    made: LetterOf
    before: LetterOf | None = None
    after: LetterOf | None = None


def notice_findings(body: RegisterBody) -> Iterator[Finding]:
    """Check the notices of a register against its states and fields."""
    names = [each.id for each in body.notices]
    for place, each in enumerate(body.notices):
        at = ("notices", place)
        if each.id in names[:place]:
            yield Finding((*at, "id"), f"“{each.id}” is there twice.", "twice")
        if body.state(each.state) is None:
            yield Finding((*at, "state"), f"no state is called “{each.state}”.", "state")
        to, due = body.field(each.to), body.field(each.due) if each.due else None
        if to is None or to.type != "text":
            yield Finding((*at, "to"), f"no field with text is called “{each.to}”.", "field")
        if each.due and (due is None or due.type != "date"):
            yield Finding((*at, "due"), f"no field with a day is called “{each.due}”.", "field")
        for name in ("made", "before", "after"):
            letter = getattr(each, name)
            if letter is not None:
                yield from _letter((*at, name), letter, body, each, is_made=name == "made")


def _letter(
    at: tuple[str | int, ...], letter: LetterOf, body: RegisterBody, notice: NoticeOf, *,
    is_made: bool,
) -> Iterator[Finding]:  # fmt: skip
    if is_made == bool(letter.days):
        yield Finding((*at, "days"), "only reminders have days, and they need some.", "days")
    if not is_made and notice.due is None:
        yield Finding(at, "reminds of a last day: say in `due` which field has it.", "due")
    known = {*ALWAYS, *(each.id for each in body.fields)}
    for part in ("subject", "text"):
        for language, words in getattr(letter, part).items():
            for name in _places(words):
                if name not in known:
                    message = f"fills in “{name}”, which is neither a field nor one of {', '.join(ALWAYS)}."  # noqa: E501
                    yield Finding((*at, part, language), message, "field")


def _places(words: str) -> list[str]:
    try:
        return [name for _text, name, _spec, _turn in Formatter().parse(words) if name is not None]
    except ValueError:
        return ["{"]
