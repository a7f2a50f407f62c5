"""Clocks of a service: how long, from when, when they stand still, whom they warn."""

from typing import Annotated, Literal

from pydantic import Field as Limit

from shizheng.packs.schema import Flag, Key, Part, RoleRef, Text, Whole, Words
from shizheng.services.schema.common import Condition, NoticeRef, Period, Warn
from shizheng.services.schema.flow import Effect


class Allowance(Part):
    """An allowance and the condition under which it holds; the first that is true counts."""

    when: Condition | None = None
    amount: Period
    source: Text | None = None


class Extension(Part):
    """How far a clock may be extended (展延): how often, by how much at most, with what notice.

    Source: 行政程序法 art. 51(2): once, within the same length, told before the first end.
    """

    times: Annotated[Whole, Limit(ge=1, le=12)] = 1
    max: Period | None = None
    before_due: Flag = True
    notify: NoticeRef | None = None


class Breach(Part):
    """What happens when a clock ran out (逾期), at once or after a while, once each."""

    after: Period | None = None
    do: Annotated[tuple[Effect, ...], Limit(min_length=1)]


class WarningOf(Part):
    """Who is told before a clock runs out (預警), and with what."""

    at: Warn
    to: Literal["assignee", "agency", "applicant"] | RoleRef = "assignee"
    template: NoticeRef | None = None


class ClockOf(Part):
    """One clock of a case (時效): it runs from ``start`` until a state of ``stop_in``.

    ``start``: states whose entry starts it. ``pause_in``: states in which it stands still.
    ``restart_in``: states whose entry starts it anew, as after a cure (補正後重新起算).
    """

    label: Words
    amounts: Annotated[tuple[Allowance, ...], Limit(min_length=1)]
    rule: Key = "tw_apa48"
    start: Annotated[tuple[Key, ...], Limit(min_length=1)]
    stop_in: Annotated[tuple[Key, ...], Limit(min_length=1)]
    pause_in: tuple[Key, ...] = ()
    restart_in: tuple[Key, ...] = ()
    extend: Extension | None = None
    warn: tuple[WarningOf, ...] = ()
    breach: tuple[Breach, ...] = ()
    is_main: Flag = False
    is_public: Flag = False
    source: Text | None = None
