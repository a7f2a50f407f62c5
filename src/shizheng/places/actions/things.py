"""Acts on things: record, change, retire, correct. Each is one transaction with its journal.

A change holds from a day on; a correction says that it was never otherwise over the span it
touches. Both leave what was believed before on record.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import shapely
from django.db import IntegrityError, transaction
from shapely.geometry.base import BaseGeometry

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.access import EDIT
from shizheng.places.actions.laying import believed, claim, lay, on_day
from shizheng.places.building import Built, Given, built_all
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import (
    KeyTaken,
    NothingChanges,
    NotValidThen,
    ReasonMissing,
    StateUnreachable,
    ThingRefused,
)
from shizheng.places.domain.grids import WGS84
from shizheng.places.domain.values import checked_key
from shizheng.places.frame import frame
from shizheng.places.models import Feature, Register, Thing
from shizheng.places.noticing.actions import notices_make
from shizheng.places.selectors.registers import body_of
from shizheng.places.topology import topology_judge

SHORTEST_REASON = 2


@transaction.atomic
def thing_record(
    *, register: Register, key: str, by: User | None, at: datetime, valid_from: date,
    values: Mapping[str, object], state: str | None = None, geometry: BaseGeometry | None = None,
    epsg: int = WGS84, source: str = "", is_synthetic: bool = False,
) -> Thing:  # fmt: skip
    """Enter a thing into a register from a day on (登記); one that had ended may come back.

    Args:
        by: None for the system itself.
        values: by field, as people write them.
        state: the register's first state where none is given.
        geometry: in the system ``epsg``, longitude or easting first.

    Raises:
        NotPermitted: ``by`` may not edit registers of the owner agency.
        KeyTaken: there is such a thing on that day or later.
        ThingRefused: values or geometry do not keep the register's rules; it lists all of them.
    """
    _may_edit(by, register)
    body = body_of(register)
    given = Given(key, values, state, geometry, source, is_synthetic=is_synthetic)
    built = _built(register, body, given, valid_from, epsg)
    thing = Thing.objects.filter(register=register, key=built.key).first()
    rows = believed(thing) if thing else []
    if any(row.valid_to is None or row.valid_to > valid_from for row in rows):
        raise KeyTaken(key=built.key)
    if thing is None:
        thing = _new(register, built.key, at)
        moment = at
    else:
        moment = claim(thing, thing.version, at)
    lay(thing, register, rows, begin=valid_from, end=None, built=built, at=moment, by=by)
    _tell(
        "recorded", thing, by=by, at=moment, day=valid_from, was={}, built=built,
    )  # fmt: skip
    notices_make(thing=thing, state=built.state, values=built.values, since=valid_from,
                 at=moment, by=by)  # fmt: skip
    return thing


def _new(register: Register, key: str, at: datetime) -> Thing:
    try:
        with transaction.atomic():
            return Thing.objects.create(register=register, key=key, recorded_at=at)
    except IntegrityError:
        raise KeyTaken(key=key) from None


@transaction.atomic
def thing_change(
    *, thing: Thing, seen: int, by: User | None, at: datetime, valid_from: date,
    values: Mapping[str, object] | None = None, state: str | None = None,
    geometry: BaseGeometry | None = None, epsg: int = WGS84, why: str = "", source: str = "",
) -> Thing:  # fmt: skip
    """Say how a thing is from a day on (異動); what was said of later days no longer holds.

    Args:
        seen: version of the thing that ``by`` had before their eyes.
        values: the fields that change; an empty value empties a field.
        geometry: None keeps the place.

    Raises:
        NotPermitted, ChangedMeanwhile, ThingRefused: see there.
        NotValidThen: the thing does not exist on that day.
        StateUnreachable: its state does not lead to ``state``.
        NothingChanges: it is recorded like this already.
    """
    register = thing.register
    _may_edit(by, register)
    moment, rows = claim(thing, seen, at), believed(thing)
    base = on_day(rows, valid_from, thing)
    built = _altered(
        register, base, values=values, state=state, geometry=geometry, epsg=epsg, on=valid_from,
        source=source,
    )  # fmt: skip
    _follows(body_of(register), base.state, built.state)
    if built.digest == base.digest and base.valid_to is None:
        raise NothingChanges(key=thing.key)
    lay(thing, register, rows, begin=valid_from, end=None, built=built, at=moment, by=by)
    _tell(
        "changed", thing, by=by, at=moment, day=valid_from, was=_facts(base), built=built, why=why,
    )  # fmt: skip
    notices_make(thing=thing, state=built.state, values=built.values, since=valid_from,
                 at=moment, by=by)  # fmt: skip
    return thing


@transaction.atomic
def thing_retire(
    *, thing: Thing, seen: int, by: User | None, at: datetime, on: date, why: str
) -> Thing:
    """Say that a thing exists no longer from a day on (除籍).

    Raises:
        NotPermitted, ChangedMeanwhile, NotValidThen: see ``thing_change``.
        ReasonMissing: ``why`` says nothing.
    """
    register = thing.register
    _may_edit(by, register)
    why = _reason(why)
    moment, rows = claim(thing, seen, at), believed(thing)
    last = [row for row in rows if row.valid_to is None or row.valid_to > on]
    if not last:
        raise NotValidThen(key=thing.key, day=on.isoformat())
    lay(thing, register, rows, begin=on, end=None, built=None, at=moment, by=by)
    _tell(
        "retired", thing, by=by, at=moment, day=on, was=_facts(last[0]), built=None, why=why,
    )  # fmt: skip
    return thing


@transaction.atomic
def thing_correct(
    *, thing: Thing, seen: int, by: User | None, at: datetime, day: date, why: str,
    values: Mapping[str, object] | None = None, state: str | None = None,
    geometry: BaseGeometry | None = None, epsg: int = WGS84, source: str = "",
) -> Thing:  # fmt: skip
    """Correct what was recorded of the span of days that holds ``day`` (更正).

    The days stay as they are; only what was said of them is said anew, and why.

    Raises:
        NotPermitted, ChangedMeanwhile, NotValidThen, NothingChanges, ThingRefused: see
            ``thing_change``.
        ReasonMissing: ``why`` says nothing.
    """
    register = thing.register
    _may_edit(by, register)
    why = _reason(why)
    moment, rows = claim(thing, seen, at), believed(thing)
    base = on_day(rows, day, thing)
    built = _altered(
        register, base, values=values, state=state, geometry=geometry, epsg=epsg,
        on=base.valid_from, source=source,
    )  # fmt: skip
    if built.digest == base.digest:
        raise NothingChanges(key=thing.key)
    lay(
        thing, register, rows, begin=base.valid_from, end=base.valid_to, built=built, at=moment,
        by=by,
    )  # fmt: skip
    _tell(
        "corrected", thing, by=by, at=moment, day=base.valid_from, was=_facts(base), built=built,
        why=why,
    )  # fmt: skip
    return thing


def _may_edit(by: User | None, register: Register) -> None:
    if by is not None:
        require(by, EDIT, register)


def _reason(why: str) -> str:
    said = cleaned(why).strip()[:500]
    if len(said) < SHORTEST_REASON:
        raise ReasonMissing(least=SHORTEST_REASON)
    return said


def _built(register: Register, body: RegisterBody, given: Given, on: date, epsg: int) -> Built:
    (found,) = built_all(body, [given], frame=frame(on), epsg=epsg)
    topology_judge(register, body, [found], on=on)
    if found.problems:
        raise ThingRefused(key=found.key, problems=found.problems)
    return found


def _altered(
    register: Register, base: Feature, *, values: Mapping[str, object] | None, state: str | None,
    geometry: BaseGeometry | None, epsg: int, on: date, source: str,
) -> Built:  # fmt: skip
    """Return the base with what changes; a place that is kept goes through the rules anew."""
    body = body_of(register)
    known = {each.id for each in body.fields}
    merged = {k: v for k, v in base.properties.items() if k in known} | dict(values or {})
    shape = geometry
    if shape is None and base.shape is not None:
        shape, epsg = shapely.from_wkb(bytes(base.shape)), WGS84
    given = Given(
        checked_key(body, base.key),
        merged,
        state or base.state,
        shape,
        source or base.source,
        is_synthetic=base.is_synthetic,
    )
    return _built(register, body, given, on, epsg)


def _follows(body: RegisterBody, was: str, state: str) -> None:
    present = body.state(was)
    if state != was and present is not None and state not in present.then:
        names = {each.id: dict(each.name) for each in body.states}
        raise StateUnreachable(
            was=names[was], state=names.get(state, state),
            possible=", ".join(present.then) or "–",
        )  # fmt: skip


def _facts(row: Feature) -> dict[str, Any]:
    return {"state": row.state, "digest": row.digest, "valid_from": row.valid_from.isoformat()}


def _tell(
    verb: str, thing: Thing, *, by: User | None, at: datetime, day: date,
    was: dict[str, Any], built: Built | None, why: str = "",
) -> None:  # fmt: skip
    """Journal and publish an act: names and digests, no values, for some are not for everybody."""
    register = thing.register
    now: dict[str, Any] = {"register": register.code, "key": thing.key, "from": day.isoformat()}
    if built is not None:
        now |= {"state": built.state, "digest": built.digest, "fields": sorted(built.values)}
    action = f"places.thing.{verb}"
    journal.record(action, thing, by=by, at=at, why=cleaned(why).strip()[:500], was=was, now=now)
    outbox.publish(
        action, thing, at=at,
        payload={"register": register.code, "key": thing.key, "valid_from": day.isoformat()},
    )  # fmt: skip
