"""Acts on idle space: publish, apply, answer, recall; the register shows what is offered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import shapely
from django.db import IntegrityError, transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.places.actions.things import thing_change, thing_record
from shizheng.places.models import Register
from shizheng.places.telling import tell
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.ledger import Use, locked, use_set
from shizheng.places.tenure.actions.photos import Photo, store_photo
from shizheng.places.tenure.city import (
    answer_due,
    idle_rules,
    reason_of,
    said,
    today_at,
)
from shizheng.places.tenure.domain.errors import (
    AmountUnfit,
    AnsweredAlready,
    NotIdle,
    SpaceTaken,
    TermUnfit,
    TooManyOpen,
    WayUnknown,
)
from shizheng.places.tenure.models import PropertyItem, Space, SpaceApplication, SpaceUse

LONGEST = timedelta(days=5 * 366)
State = SpaceApplication.State


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered (空間資料); ``kind`` is a code of the register."""

    name: str
    kind: str
    area_m2: Decimal
    longitude: float
    latitude: float
    address: str = ""
    limits: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants (使用需求): ``starts_on <= day < ends_on``."""

    use: str
    purpose: str
    starts_on: date
    ends_on: date
    organisation: str = ""


@transaction.atomic
def space_publish(*, item: PropertyItem, offer: Offer, by: User, at: datetime) -> Space:
    """Publish what stands idle (公告閒置空間): a thing of the register from today on.

    Raises:
        NotPermitted: ``by`` does not manage the property.
        NotIdle: it does not stand idle, or is published.
        AmountUnfit: it has no area.
        ThingRefused: what the register's rules say against it.
    """
    require(by, MANAGE, item)
    rules, item = idle_rules(), locked(item)
    since = item.idle_since
    if item.use != Use.IDLE or since is None or not item.is_held:
        raise NotIdle(number=item.number)
    if item.spaces.exclude(state=Space.State.WITHDRAWN).exists():
        raise NotIdle(number=item.number)
    if offer.area_m2 <= 0 or (item.area_m2 is not None and offer.area_m2 > item.area_m2):
        raise AmountUnfit(value="–")
    register = Register.objects.select_for_update().get(code=rules.register_)
    key = f"S-{1_001 + Space.objects.count()}"
    name, address, limits = said(offer.name, 80), said(offer.address, 200), said(offer.limits, 500)
    thing = thing_record(
        register=register, key=key, by=None, at=at, valid_from=today_at(at), state="offered",
        values={
            "name": name, "kind": offer.kind, "managing_agency": in_language(item.agency.name),
            "address": address, "floor_m2": str(offer.area_m2), "idle_since": since.isoformat(),
            "limits": limits,
        },
        geometry=shapely.Point(offer.longitude, offer.latitude), source=item.number,
        is_synthetic=item.is_synthetic,
    )  # fmt: skip
    made = Space.objects.create(
        item=item, agency=item.agency, thing=thing, key=key, name=name, kind=offer.kind,
        area_m2=offer.area_m2, address=address, limits=limits, idle_since=since,
        idle_days=(today_at(at) - since).days, published_at=at,
    )  # fmt: skip
    if offer.photo is not None:
        store_photo(made, offer.photo, by=by, at=at)
    _told("published", made, by, at, idle_days=made.idle_days)
    return made


@transaction.atomic
def space_withdraw(*, space: Space, why: str, by: User, at: datetime) -> Space:
    """Take a space back from the offer (撤回公告); who waits is told.

    Raises:
        NotPermitted, ReasonMissing: see there.
        SpaceTaken: it is in use; recall it first.
    """
    require(by, MANAGE, space)
    reason = reason_of(why)
    locked(space.item)
    rows = Space.objects.filter(pk=space.pk, state=Space.State.OFFERED)
    if not rows.update(state=Space.State.WITHDRAWN, ended_at=at):
        raise SpaceTaken(name=space.name)
    space.refresh_from_db()
    _show(space, "withdrawn", at)
    _refuse_waiting(space, reason, by, at)
    _told("withdrawn", space, by, at, why=reason)
    return space


@transaction.atomic
def space_apply(*, space: Space, wish: Wish, by: User, at: datetime) -> SpaceApplication:
    """Apply to use a space for a time (申請使用); the agency answers by a day.

    Raises:
        SpaceTaken: it is not offered.
        WayUnknown: no such kind of use is declared.
        TermUnfit: the days cannot be.
        ReasonMissing: it does not say what for.
        TooManyOpen: ``by`` has too many open, or waits for this one.
    """
    rules = idle_rules()
    locked(space.item)
    space = Space.objects.get(pk=space.pk)
    if space.state != Space.State.OFFERED:
        raise SpaceTaken(name=space.name)
    uses = [each.id for each in rules.uses]
    if wish.use not in uses:
        raise WayUnknown(way=wish.use, known=", ".join(uses))
    if not today_at(at) <= wish.starts_on < wish.ends_on <= wish.starts_on + LONGEST:
        raise TermUnfit
    purpose = reason_of(wish.purpose)
    mine = SpaceApplication.objects.filter(person=by, state=State.WAITING)
    if mine.count() >= rules.most_open:
        raise TooManyOpen(most=rules.most_open)
    made = SpaceApplication(
        space=space, person=by, organisation=said(wish.organisation, 80), use=wish.use,
        purpose=purpose, starts_on=wish.starts_on, ends_on=wish.ends_on, asked_at=at,
        due_at=answer_due(rules.answer, at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise TooManyOpen(most=1) from None
    _told("applied", space, by, at, application=str(made.pk), due_at=made.due_at.isoformat())
    return made


@transaction.atomic
def application_decide(
    *, application: SpaceApplication, accept: bool, answer: str, by: User, at: datetime
) -> SpaceApplication:
    """Answer an application (准駁); of an accepted one the use begins, and others are refused.

    Raises:
        NotPermitted, ReasonMissing: see there.
        AnsweredAlready: it was answered or withdrawn.
        SpaceTaken: the space is not offered any more.
    """
    require(by, MANAGE, application)
    words = reason_of(answer)
    space = application.space
    item = locked(space.item)
    space.refresh_from_db()
    rows = SpaceApplication.objects.filter(pk=application.pk, state=State.WAITING)
    state = State.ACCEPTED if accept else State.REFUSED
    if accept and space.state != Space.State.OFFERED:
        raise SpaceTaken(name=space.name)
    if not rows.update(state=state, answer=words, decided_at=at, decided_by=by):
        raise AnsweredAlready
    application.refresh_from_db()
    _tell_answer(application, at)
    _told(str(state), space, by, at, application=str(application.pk), why=words)
    if accept:
        SpaceUse.objects.create(
            space=space, application=application, starts_on=application.starts_on,
            ends_on=application.ends_on,
        )  # fmt: skip
        Space.objects.filter(pk=space.pk).update(state=Space.State.LENT)
        space.refresh_from_db()
        _show(space, "lent", at, use_ends_on=application.ends_on.isoformat())
        use_set(item, Use.LENT, by=by, at=at)
        _refuse_waiting(space, N_("The space was given to another application."), by, at)
    return application


@transaction.atomic
def application_withdraw(*, application: SpaceApplication, by: User, at: datetime) -> None:
    """Take one's application back (撤回申請).

    Raises:
        AnsweredAlready: it was answered, or is somebody else's.
    """
    rows = SpaceApplication.objects.filter(pk=application.pk, person=by, state=State.WAITING)
    if not rows.update(state=State.WITHDRAWN, decided_at=at):
        raise AnsweredAlready
    _told("application_withdrawn", application.space, by, at, application=str(application.pk))


@transaction.atomic
def use_recall(*, use: SpaceUse, ends_on: date, why: str, by: User, at: datetime) -> SpaceUse:
    """Ask for a space back (通知收回), no earlier than the declared notice allows.

    Raises:
        NotPermitted, ReasonMissing: see there.
        TermUnfit: earlier than the notice, or later than the use ends anyway.
        AnsweredAlready: the use is over.
    """
    require(by, MANAGE, use)
    reason = reason_of(why)
    earliest = today_at(at) + timedelta(days=idle_rules().recall_days)
    if not earliest <= ends_on <= use.ends_on and ends_on != use.ends_on:
        raise TermUnfit
    if ends_on <= use.starts_on:
        raise TermUnfit
    rows = SpaceUse.objects.filter(pk=use.pk, ended_at=None)
    if not rows.update(ends_on=ends_on, recalled_at=at, why=reason):
        raise AnsweredAlready
    use.refresh_from_db()
    _show(use.space, "lent", at, use_ends_on=ends_on.isoformat())
    _notify(use, at, reason)
    _told("recalled", use.space, by, at, why=reason, ends_on=ends_on.isoformat())
    return use


@transaction.atomic
def uses_turn(*, at: datetime) -> tuple[int, int]:
    """Send recall notices that are due, and end uses whose day has come (到期收回).

    Returns:
        How many notices were sent, how many uses ended.
    """
    today = today_at(at)
    near = today + timedelta(days=idle_rules().recall_days)
    sent = ended = 0
    running = SpaceUse.objects.filter(ended_at=None).select_related(
        "space__item", "space__thing", "application__person"
    )
    for use in running.filter(ends_on__lte=near, recalled_at=None, ends_on__gt=today):
        SpaceUse.objects.filter(pk=use.pk).update(recalled_at=at)
        _notify(use, at, "")
        _told("recalled", use.space, None, at, ends_on=use.ends_on.isoformat())
        sent += 1
    for use in running.filter(ends_on__lte=today):
        item = locked(use.space.item)
        SpaceUse.objects.filter(pk=use.pk).update(ended_at=at)
        Space.objects.filter(pk=use.space_id).update(state=Space.State.OFFERED)
        use.space.refresh_from_db()
        _show(use.space, "offered", at, use_ends_on="")
        use_set(item, Use.IDLE, by=None, at=at, idle_since=today)
        _told("given_back", use.space, None, at)
        ended += 1
    return sent, ended


def _notify(use: SpaceUse, at: datetime, why: str) -> None:
    tell(
        [use.application.person], key=f"recall:{use.pk}:{use.ends_on}", at=at,
        template="places.space_recall", subject=N_("{name} is to be given back on {day}"),
        text=N_("Your temporary use of {name} ends: give it back on {day}. {why}"),
        name=use.space.name, day=use.ends_on, why=why,
    )  # fmt: skip


def _tell_answer(application: SpaceApplication, at: datetime) -> None:
    is_yes = application.state == State.ACCEPTED
    tell(
        [application.person], key=f"space:{application.pk}", template="places.space_answer", at=at,
        subject=N_("You may use {name}") if is_yes else N_("You may not use {name}"),
        text=N_("The answer to your application for {name}: {answer}"),
        name=application.space.name, answer=application.answer,
    )  # fmt: skip


def _refuse_waiting(space: Space, why: str, by: User, at: datetime) -> None:
    waiting = SpaceApplication.objects.filter(space=space, state=State.WAITING)
    for each in waiting.select_related("person", "space"):
        SpaceApplication.objects.filter(pk=each.pk).update(
            state=State.REFUSED, answer=why, decided_at=at, decided_by=by
        )
        each.refresh_from_db()
        _tell_answer(each, at)


def _show(space: Space, state: str, at: datetime, **values: str) -> None:
    """Bring the thing of the register to what holds from today on."""
    thing = space.thing
    thing.refresh_from_db()
    thing_change(
        thing=thing, seen=thing.version, by=None, at=at, valid_from=today_at(at), state=state,
        values=values, source=space.item.number,
    )  # fmt: skip


def _told(
    verb: str, space: Space, by: User | None, at: datetime, *, why: str = "", **more: object
) -> None:
    facts = {"space": space.key, "state": space.state, **more}
    journal.record(f"places.space.{verb}", space, by=by, at=at, why=why, now=facts)
    outbox.publish(f"places.space.{verb}", space, at=at, payload=facts)
