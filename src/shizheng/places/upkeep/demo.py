"""Upkeep's chapter of the demonstration: invented things looked at, faults found and repaired."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.core.access import may
from shizheng.core.demo_year import Chapter, Month, Say, chapters, kept, photo_made
from shizheng.core.models import User
from shizheng.packs.pack import Pack
from shizheng.places.models import CheckDue, Crew, Inspection, RoundList, Thing, Upkeep, WorkOrder
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.actions.crews import crew_form, crew_member_enter
from shizheng.places.upkeep.actions.inspecting import Look, Photo, inspection_record
from shizheng.places.upkeep.actions.listing import list_make
from shizheng.places.upkeep.actions.repairing import (
    order_assign,
    order_begin,
    order_finish,
    order_verify,
    part_use,
    stock_add,
)
from shizheng.places.upkeep.actions.scheduling import checks_refresh
from shizheng.places.upkeep.city import body_of, shifts_body
from shizheng.places.upkeep.definitions import ItemOf, RoundOf, UpkeepBody
from shizheng.places.upkeep.domain.errors import NothingDue
from shizheng.places.upkeep.shifts.actions import crew_shift_begin, declared_shift

ORDER, WEIGHT = 18, 0.05
MONTHS = 4
"""So many months back is told."""
A_ROUND = 24
"""So many things of a round are looked at in a month."""
FAILS, WAITS = 9, 6
"""One look in so many finds a fault; one order in so many waits: the oldest, which is late."""
STOPS, SOON = 12, timedelta(days=30)
"""How long a work list is, and how far it looks ahead."""
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def play(_pack: Pack, month: Month, say: Say) -> None:
    """Look at what is invented in each of the last months, once; then give out a work list."""
    looked_after = Upkeep.objects.filter(is_kept=True).select_related(
        "current", "register", "agency"
    )
    shown = month.until > month.now - timedelta(days=31 * MONTHS)
    for upkeep in looked_after if shown else ():
        if not Thing.objects.filter(register=upkeep.register).exists():
            continue
        checks_refresh(upkeep=upkeep, at=month.now)
        hands = _hands(upkeep)
        if hands is None or _is_told(upkeep, month):
            continue
        telling = Telling(upkeep, month, *hands)
        telling.rounds()
        telling.repairs()
        if month.until >= month.now:
            telling.work_list()
    say(1.0)


def _hands(upkeep: Upkeep) -> tuple[User, User] | None:
    """Return who looks and repairs, and who leads; None where a demonstration has nobody."""
    people = list(User.objects.filter(is_demo=True).order_by("username"))
    leads = [each for each in people if may(each, LEAD, upkeep)]
    does = [each for each in people if may(each, DO, upkeep)]
    if not leads or not does:
        return None
    others = [each for each in does if each not in leads]
    return (others or does)[0], leads[-1]


def _is_told(upkeep: Upkeep, month: Month) -> bool:
    return Inspection.objects.filter(
        upkeep=upkeep, inspected_at__gte=month.since, inspected_at__lt=month.until
    ).exists()


@dataclass
class Telling:
    """One month of looking after the things of one register."""

    upkeep: Upkeep
    month: Month
    hand: User
    lead: User

    @property
    def body(self) -> UpkeepBody:
        """What the pack says of it."""
        return body_of(self.upkeep)

    def rounds(self) -> None:
        """Look at what is due first."""
        for asked in self.body.rounds:
            due = CheckDue.objects.filter(upkeep=self.upkeep, round=asked.id, is_here=True)
            rows = due.select_related("thing").order_by("due_on", "thing__key")[:A_ROUND]
            moments = self._moments(len(rows))
            for number, (row, at) in enumerate(zip(rows, moments, strict=True), 1):
                self._look(row.thing, asked, at, fails=number % FAILS == 0)

    def _moments(self, count: int) -> Sequence[datetime]:
        """Return moments of work, spread over the month."""
        days = max((self.month.until - self.month.since).days, 1)
        morning = self.month.since + 9 * AN_HOUR
        found = [
            morning + A_DAY * (at * days // max(count, 1)) + timedelta(minutes=at % 7 * 40)
            for at in range(count)
        ]
        return [min(each, self.month.now) for each in found]

    def _look(self, thing: Thing, asked: RoundOf, at: datetime, *, fails: bool) -> None:
        said = f"{self.upkeep.code}:{asked.id}:{thing.key}:{at.isoformat()}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        faulty = [item for item in asked.items if item.fault or _bad(item)]
        chosen = faulty[int(digest, 16) % len(faulty)] if fails and faulty else None
        answers = {
            item.id: _answer(item, fails=item is chosen)
            for item in asked.items
            if item.kind not in ("photo", "note") and (item.required or item is chosen)
        }
        photos = [_photo(item) for item in asked.items if item.kind == "photo" and item.required]
        note = gettext("Invented")
        look = Look(asked.id, answers, at, at, digest[:32], digest, photos=photos, note=note)
        with kept("inspection"):
            inspection_record(upkeep=self.upkeep, thing=thing, given=look, by=self.hand, at=at)

    def repairs(self) -> None:
        """Repair what was found; some wait, and what is recent is in work."""
        for part in self.body.parts:
            with kept("stock"):
                count = max(part.least, 4) * 2
                stock_add(
                    upkeep=self.upkeep, part=part.id, count=count, by=self.lead,
                    at=self.month.since,
                )  # fmt: skip
        waiting = WorkOrder.objects.filter(upkeep=self.upkeep, state=WorkOrder.State.OPEN)
        for number, order in enumerate(waiting.order_by("opened_at", "pk"), 1):
            if number % WAITS != 1:
                with kept("repair"):
                    self._repair(order, order.opened_at)

    def _repair(self, order: WorkOrder, opened: datetime) -> None:
        now = self.month.now
        steps = [opened + AN_HOUR, opened + 20 * AN_HOUR, opened + 26 * AN_HOUR, opened + 3 * A_DAY]
        if steps[0] <= now:
            order_assign(order=order, to=self.hand, by=self.lead, at=steps[0])
        if steps[1] <= now:
            order_begin(order=order, by=self.hand, at=steps[1])
        if steps[2] > now:
            return
        if self.body.parts:
            with kept("part"):
                part_use(
                    order=order, part=self.body.parts[0].id, count=1, by=self.hand, at=steps[2]
                )
        told = gettext("Invented: repaired and tried")
        order_finish(order=order, by=self.hand, at=steps[2], result=told, labour_twd=1_500)
        if steps[3] <= now and self.hand != self.lead:
            order_verify(order=order, by=self.lead, at=steps[3], is_sound=True)

    def work_list(self) -> None:
        """Form a crew and give it a list of what is due in the next weeks."""
        with kept("crew"):
            crew = self._crew()
            for asked in self.body.rounds:
                if not RoundList.objects.filter(upkeep=self.upkeep, round=asked.id).exists():
                    self._list(asked, crew)

    def _crew(self) -> Crew:
        agency, now = self.upkeep.agency, self.month.now
        crew = Crew.objects.filter(agency=agency, ended_at=None).first()
        if crew is None:
            crew = crew_form(agency=agency, name=gettext("Invented crew"), by=self.lead, at=now)
            declared = shifts_body()
            for each in declared.shifts if declared else ():
                worked = declared_shift(each.id)
                crew_shift_begin(crew=crew, worked=worked, by=self.lead, at=now)
        crew_member_enter(crew=crew, username=self.hand.username, by=self.lead, at=now)
        return crew

    def _list(self, asked: RoundOf, crew: Crew) -> None:
        until = timezone.localdate(self.month.now) + SOON
        with suppress(NothingDue), transaction.atomic():
            list_make(
                upkeep=self.upkeep, code=asked.id, until=until, most=STOPS, by=self.lead,
                at=self.month.now, crew=crew,
            )  # fmt: skip


def _photo(item: ItemOf) -> Photo:
    made = photo_made()
    return Photo(item.id, made.name, made, made.getbuffer().nbytes)


def _bad(item: ItemOf) -> str | None:
    return next((option.id for option in item.options if option.fault), None)


def _answer(item: ItemOf, *, fails: bool) -> str:
    """Return an answer that passes, or one that does not."""
    if item.kind == "choice":
        good = next((each.id for each in item.options if not each.fault), item.options[0].id)
        return (_bad(item) if fails else None) or good
    if item.kind == "pass":
        return "fail" if fails else "pass"
    low, high = float(item.low or 0), float(item.high if item.high is not None else 100)
    least = low if item.least is None else float(item.least)
    most = high if item.most is None else float(item.most)
    if not fails:
        return f"{(least + most) / 2:g}"
    return f"{(low + least) / 2:g}" if least > low else f"{(most + high) / 2:g}"


chapters.register("upkeep")(Chapter(ORDER, WEIGHT, play))
