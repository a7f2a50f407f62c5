"""Acts on what things have to do with each other."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.places.access import EDIT
from shizheng.places.actions.laying import believed, claim, on_day
from shizheng.places.domain.errors import RelationUnfit
from shizheng.places.models import Relation, Thing
from shizheng.places.selectors.registers import body_of


@transaction.atomic
def things_relate(
    *, thing: Thing, seen: int, code: str, other: Thing, by: User | None, at: datetime,
    valid_from: date,
) -> Relation:  # fmt: skip
    """Say that a thing has to do with another from a day on, as its register declares (建立關聯).

    Saying it again changes nothing.

    Raises:
        NotPermitted, ChangedMeanwhile: see ``thing_change``.
        NotValidThen: one of both does not exist on that day.
        RelationUnfit: not declared, leads to another register, or the thing has its share.
    """
    register = thing.register
    if by is not None:
        require(by, EDIT, register)
    declared = next((each for each in body_of(register).relations if each.id == code), None)
    _refuse_unless(
        declared is not None, thing, other, code, N_("its register has no such relation")
    )
    assert declared is not None  # noqa: S101 - refused above
    fits = declared.to == other.register.code and other.pk != thing.pk
    _refuse_unless(fits, thing, other, code, N_("it leads to things of another register"))
    for each in (thing, other):
        on_day(believed(each), valid_from, each)
    held = Relation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from), thing=thing, code=code, recorded_to=None
    )
    if known := held.filter(other=other, valid_from__lte=valid_from).first():
        return known
    room = declared.most is None or held.count() < declared.most
    _refuse_unless(room, thing, other, code, N_("it has as many as it may have"))
    moment = claim(thing, seen, at)
    made = Relation.objects.create(
        code=code, thing=thing, other=other, valid_from=valid_from, recorded_from=moment,
        recorded_by=by,
    )  # fmt: skip
    _tell("related", made, by, moment)
    return made


@transaction.atomic
def relation_end(
    *, relation: Relation, seen: int, by: User | None, at: datetime, on: date
) -> Relation | None:
    """Say that two things have nothing to do with each other from a day on (解除關聯).

    Returns:
        What is left of it; nothing where it had not begun on that day.
    """
    thing = relation.thing
    if by is not None:
        require(by, EDIT, thing.register)
    moment = claim(thing, seen, at)
    if relation.recorded_to is not None:
        return None
    Relation.objects.filter(pk=relation.pk, recorded_to=None).update(recorded_to=moment)
    _tell("unrelated", relation, by, moment)
    if relation.valid_from >= on:
        return None
    return Relation.objects.create(
        code=relation.code, thing=thing, other=relation.other, valid_from=relation.valid_from,
        valid_to=on, recorded_from=moment, recorded_by=by,
    )  # fmt: skip


def _refuse_unless(is_fit: bool, thing: Thing, other: Thing, code: str, reason: str) -> None:
    if not is_fit:
        raise RelationUnfit(key=thing.key, other=other.key, relation=code, reason=reason)


def _tell(verb: str, relation: Relation, by: User | None, at: datetime) -> None:
    thing, other = relation.thing, relation.other
    now = {
        "relation": relation.code, "other": f"{other.register.code}/{other.key}",
        "from": relation.valid_from.isoformat(),
    }  # fmt: skip
    journal.record(f"places.thing.{verb}", thing, by=by, at=at, now=now)
    outbox.publish(
        f"places.thing.{verb}", thing, at=at,
        payload={"register": thing.register.code, "key": thing.key, **now},
    )  # fmt: skip
