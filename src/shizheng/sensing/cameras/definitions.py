"""What a pack says of security cameras: their register, heartbeats, footage, and faces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Flag,
    Key,
    Part,
    Ref,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import RegisterBody, RegisterRef
from shizheng.places.upkeep.definitions import UpkeepBody
from shizheng.sensing.definitions import ObservedPropertyRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class UpkeepRef(Ref):
    """Id of how things are looked after (檢查維護)."""

    namespace = "upkeep"


class CameraFieldsOf(Part):
    """Which field of the register says what; ``duty`` is true where duty officers may look."""

    name: Key
    precinct: Key
    view: Key
    duty: Key


class HeartbeatOf(Part):
    """What a camera or its recorder sends while there is a picture (心跳訊號).

    A heartbeat of 1 vouches for the time until the next one, but no longer than ``silent_minutes``;
    0 says that there is no picture. Silence beyond that is ``fault`` of the upkeep.
    """

    property: ObservedPropertyRef
    silent_minutes: Annotated[Whole, Field(ge=1, le=1_440)]
    fault: Key


class PurposeOf(Part):
    """For what footage may be asked, and by which law (調閱事由)."""

    id: Key
    name: Words
    ground: Words


class FootageOf(Part):
    """Limits of what may be asked and handed out (調閱規則); all of them with their source."""

    kept_days: Annotated[Whole, Field(ge=1, le=366)]
    longest_hours: Annotated[Whole, Field(ge=1, le=744)]
    most_cameras: Annotated[Whole, Field(ge=1, le=200)]
    release_days: Annotated[Whole, Field(ge=1, le=366)]
    purposes: Annotated[tuple[PurposeOf, ...], Field(min_length=1)]
    source: Words


class PolicyOf(Part):
    """The record of a decision that lets faces be searched (人臉辨識政策紀錄)."""

    number: Text
    decided_on: date
    decided_by: Words
    ground: Words
    scope: Words
    until: date


class PublicOf(Part):
    """Which stills everybody may see near water (公開畫面), and how: small, with time and source.

    ``field`` of the register is true for cameras that look at water or a road and not at people's
    doors; they must be released for operation too. A still is made ``width_px`` wide, so that no
    face and no plate can be told, is called old after ``old_minutes``, and is not shown after
    ``gone_minutes``.
    """

    field: Key
    width_px: Annotated[Whole, Field(ge=80, le=480)] = 320
    old_minutes: Annotated[Whole, Field(ge=1, le=120)] = 15
    gone_minutes: Annotated[Whole, Field(ge=1, le=1_440)] = 180
    source: Words


class FaceSearchOf(Part):
    """Searching footage by faces (人臉搜尋); off unless a policy record is given."""

    is_on: Flag = False
    policy: PolicyOf | None = None


@kinds.register("cameras/1")
class CamerasBody(Body):
    """Public security cameras (治安要點監視系統)."""

    single = True

    name: Words
    owner: AgencyRef
    register_: RegisterRef = Field(alias="register")
    upkeep: UpkeepRef
    fields: CameraFieldsOf
    heartbeat: HeartbeatOf
    footage: FootageOf
    face_search: FaceSearchOf = FaceSearchOf()
    public: PublicOf | None = None

    def purpose(self, code: str) -> PurposeOf | None:
        """Return the purpose of that id, if there is one."""
        return next((each for each in self.footage.purposes if each.id == code), None)

    def face_policy(self, on: date) -> PolicyOf | None:
        """Return the policy record by which faces may be searched on a day; None: they may not."""
        given = self.face_search.policy
        if not self.face_search.is_on or given is None:
            return None
        return given if given.decided_on <= on <= given.until else None

    def findings(self, pack: Pack) -> Iterator[Finding]:
        """Check fields, audience, fault and purposes; faces are not searched without a record."""
        register = next((r for r in pack.bodies(RegisterBody) if r.id == self.register_), None)
        if register is not None:
            yield from self._register(register)
        upkeep = next((u for u in pack.bodies(UpkeepBody) if u.id == self.upkeep), None)
        if upkeep is not None and upkeep.register_ != self.register_:
            message = f"looks after “{upkeep.register_}”, not “{self.register_}”."
            yield Finding(("upkeep",), message, "register")
        if upkeep is not None and upkeep.fault(self.heartbeat.fault) is None:
            message = f"no kind of fault is called “{self.heartbeat.fault}”."
            yield Finding(("heartbeat", "fault"), message, "fault")
        names = [each.id for each in self.footage.purposes]
        for place, name in enumerate(names):
            if name in names[:place]:
                where = ("footage", "purposes", place, "id")
                yield Finding(where, f"“{name}” is there twice.", "twice")
        if self.public is not None and self.public.gone_minutes < self.public.old_minutes:
            yield Finding(("public", "gone_minutes"), "is before old_minutes.", "order")
        yield from self._faces()

    def _register(self, register: RegisterBody) -> Iterator[Finding]:
        for place in ("name", "precinct", "view", "duty"):
            name = getattr(self.fields, place)
            if register.field(name) is None:
                yield Finding(("fields", place), f"the register has no field “{name}”.", "field")
        precinct = register.field(self.fields.precinct)
        if precinct is not None and not register.codes_of(precinct):
            yield Finding(("fields", "precinct"), "is a field with a codelist.", "codes")
        marked = register.field(self.public.field) if self.public else None
        if self.public is not None and (marked is None or marked.type != "boolean"):
            message = f"the register has no yes-or-no field “{self.public.field}”."
            yield Finding(("public", "field"), message, "field")
        if register.seen_by != "restricted":
            message = f"“{register.id}” is not restricted, and where cameras look is."
            yield Finding(("register",), message, "audience")

    def _faces(self) -> Iterator[Finding]:
        given = self.face_search
        if given.is_on and given.policy is None:
            message = (
                "face search cannot be switched on without a policy record: give number, "
                "decided_on, decided_by, ground, scope and until, or leave is_on false."
            )
            yield Finding(("face_search", "is_on"), message, "face_search")
        if given.policy is not None and given.policy.until < given.policy.decided_on:
            yield Finding(("face_search", "policy", "until"), "is before decided_on.", "order")
