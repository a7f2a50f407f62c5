"""The flow of a case: states with a holder, and actions as the only way to change them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Limit
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shizheng.packs.schema import AgencyRef, Flag, Key, Part, RoleRef, Words
from shizheng.services.schema.common import Actor, Condition, NoticeRef, ServiceRef
from shizheng.services.schema.form import Field

DESK_LETTERS = frozenset("jkxg")
"""Keys of the desk itself: j and k move, x ticks, g leads elsewhere; no act has one of them."""


class Holder(StrEnum):
    """In whose hands a case is (案件在誰手上); a state says nothing else about time."""

    OFFICE = "office"  # 機關
    APPLICANT = "applicant"  # 申請人
    AGENCY = "agency"  # 他機關
    NOBODY = "nobody"  # 已結


class Outcome(StrEnum):
    """How a case ended (結果)."""

    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NO_ACTION = "no_action"
    REFERRED = "referred"
    DUPLICATE = "duplicate"


class State(Part):
    """One state of a case (狀態). Final states have an outcome and nobody holds them."""

    label: Words
    public_label: Words | None = None
    help: Words | None = None
    holder: Holder = Holder.OFFICE
    final: Flag = False
    outcome: Outcome | None = None
    stamp: Words | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "State":
        if self.final != (self.outcome is not None):
            raise PydanticCustomError("bool", "a final state has an outcome, others have none")
        return self


class Notify(Part):
    """Tell somebody (通知): parties, reporters of linked duplicates, or a role of the agency."""

    to: Literal["applicant", "linked", "followers", "assignee", "agency", "owner"] | RoleRef
    template: NoticeRef


class StartReview(Part):
    """Begin a joint review (會審), or begin again with those agencies that returned it."""

    review: Key
    again: Literal["all", "returned"] = "all"


class Issue(Part):
    """Issue a document (核發), where ``when`` is true."""

    output: Key
    when: Condition | None = None


class Revoke(Part):
    """Revoke a document that was issued (撤銷)."""

    output: Key


class Spawn(Part):
    """Open a linked case of another service (衍生案件) with answers computed from this one."""

    service: ServiceRef
    kind: Literal["child", "follow_on", "related"] = "child"
    answers: dict[Key, Condition] = {}


class Escalate(Part):
    """Tell the next chief (層報) and note it."""

    to: RoleRef
    template: NoticeRef | None = None


class Route(Part):
    """Send the case to an agency; without one, by the rules of routing anew (改分)."""

    agency: AgencyRef | None = None
    is_wrong_handoff: Flag = False


class Effect(Part):
    """One consequence of an action, from a closed list; exactly one key (效果)."""

    pause: Key | None = None
    resume: Key | None = None
    restart: Key | None = None
    stop: Key | None = None
    extend: Key | None = None
    notify: Notify | None = None
    start_review: StartReview | None = None
    close_review: Key | None = None
    charge: Key | None = None
    refund: Key | None = None
    issue: Issue | None = None
    revoke: Revoke | None = None
    spawn: Spawn | None = None
    escalate: Escalate | None = None
    route: Route | None = None
    assign: Literal["actor", "nobody", "chosen"] | None = None
    dispatch: Literal["crew", "again", "stand_down"] | None = None
    begin_steps: Flag | None = None
    complete_step: Key | None = None
    book: Key | None = None
    release: Key | None = None
    act: Key | None = None
    hand_over_marks: Literal["open"] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Effect":
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("bool", "an effect has exactly one key")
        return self

    @property
    def name(self) -> str:
        """The key that is set."""
        return next(iter(self.model_fields_set))

    @property
    def value(self) -> object:
        """What stands under it."""
        return getattr(self, self.name)


class Action(Part):
    """What somebody may do to a case (作為): from which states, by whom, if what, with what effect.

    ``two_person``: a second person with the same right confirms before it takes effect.
    ``edits_form``: the answers of the application may be changed with it (補正).
    ``to`` left out: the state stays. ``letter`` is its key on the officer's
    desk, none of j, k, x and g, which move through the list.
    ``public_note``: everybody reads what was noted; ``party_note``: the parties do.
    """

    label: Words
    help: Words | None = None
    from_: Annotated[tuple[Key, ...], Limit(alias="from", min_length=1)]
    to: Key | None = None
    by: Annotated[tuple[Actor, ...], Limit(min_length=1)]
    require: Condition | None = None
    reason: Words | None = None
    fields: tuple[Field, ...] = ()
    two_person: Flag = False
    do: tuple[Effect, ...] = ()
    public_note: Flag = False
    party_note: Flag = False
    letter: Annotated[str, Limit(pattern=r"^[a-z]$")] | None = None
    edits_form: Flag = False
    is_bulk: Flag = False
