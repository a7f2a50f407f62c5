"""What can be booked when: slots, closures, who has which, as far as the asker may know."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from shizheng.core import city
from shizheng.core.access import Person
from shizheng.core.models import PublishedDefinition
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import CalendarOutOfRange, DayKind
from shizheng.places.booking.definitions import BookableBody
from shizheng.places.booking.domain.slots import Slot, open_of, slots_of
from shizheng.places.models import Bookable, Booking, Closure

WEEK = timedelta(days=7)
OFF = frozenset({DayKind.HOLIDAY, DayKind.CLOSURE})


@dataclass(frozen=True, slots=True)
class Shown:
    """A slot as everybody sees it (時段狀態): free, taken, past, or not open for booking yet.

    ``left`` is how many seats nobody has.
    """

    slot: Slot
    state: str
    left: int = 1

    @property
    def name(self) -> str:
        """The slot as the last part of an address: ``2026-12-01T0900``."""
        return name_of(self.slot)


def name_of(slot: Slot) -> str:
    """Return a slot as the last part of an address."""
    return slot.starts.astimezone(zone()).strftime("%Y-%m-%dT%H%M")


def zone() -> tzinfo:
    """Return the time zone of the office."""
    return timezone.get_default_timezone()


def bookables_seen(viewer: Person) -> QuerySet[Bookable]:
    """Return what the pack offers, in its order."""
    rows = Bookable.objects.visible_to(viewer).filter(is_kept=True)
    return rows.select_related("owner").order_by("position", "code")


def body_of(bookable: Bookable) -> BookableBody:
    """Return what the declaration in force says."""
    return _body(bookable.current_id)


@lru_cache(maxsize=256)
def _body(definition: UUID) -> BookableBody:
    """A published version never changes, so that it is read once."""
    row = PublishedDefinition.objects.get(pk=definition)
    return BookableBody.model_validate(row.body)


@lru_cache(maxsize=64)
def _calendar(at: datetime | None, district: str | None) -> WorkCalendar | None:
    """Return the newest working calendar of a district since the pack was loaded ``at``."""
    from shizheng.packs.kinds.calendar import Calendar

    rows = PublishedDefinition.objects.filter(kind="calendar")
    row = rows.order_by("-published_at", "-version").first()
    if row is None:
        return None
    whole = Calendar.model_validate(row.body).work_calendar()
    return whole.for_area(district) if district else whole


def is_off(body: BookableBody, day: date) -> bool:
    """Whether it is closed because of the working calendar; also where that does not reach yet."""
    if body.on_holidays == "open":
        return False
    known = _calendar(city.loaded_at(), body.place.district)
    if known is None:
        return False
    try:
        return known.day(day).kind in OFF
    except CalendarOutOfRange:
        return True


def closed(bookable: Bookable, first: date, last: date) -> list[Closure]:
    """Return the closures that touch the days from ``first`` to ``last``, both included."""
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    rows = Closure.objects.filter(bookable=bookable, starts_at__lt=end, ends_at__gt=start)
    return list(rows)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone())


def offered(bookable: Bookable, first: date, last: date) -> list[Slot]:
    """Return the slots of the days from ``first`` to ``last`` that are open, free or not."""
    body, found = body_of(bookable), []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if not is_off(body, day):
            hours = body.hours_on(day.weekday())
            found += slots_of(day, hours, body.slot_minutes, zone())
    shut = [Slot(each.starts_at, each.ends_at) for each in closed(bookable, first, last)]
    return open_of(found, shut)


def held(bookable: Bookable, first: date, last: date) -> list[Slot]:
    """Return the times of which no seat is left; never who has them."""
    seats = body_of(bookable).seats
    taken = taken_of(bookable, first, last)
    return [slot for slot, count in taken.items() if count >= seats]


def taken_of(bookable: Bookable, first: date, last: date) -> Counter[Slot]:
    """Return how many people have which time."""
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    rows = Booking.objects.filter(
        bookable=bookable, state__in=Booking.HOLDING, starts_at__lt=end, ends_at__gt=start
    )
    return Counter(Slot(*times) for times in rows.values_list("starts_at", "ends_at"))


def week(
    bookable: Bookable, first: date, *, now: datetime, days: int = 7
) -> list[tuple[date, list[Shown]]]:
    """Return days with their slots as everybody sees them."""
    last = first + timedelta(days=days - 1)
    seats, counts = body_of(bookable).seats, taken_of(bookable, first, last)
    taken = [slot for slot, count in counts.items() if count >= seats]
    until = timezone.localdate(now) + timedelta(days=body_of(bookable).rules.ahead_days)
    found: dict[date, list[Shown]] = {first + timedelta(days=number): [] for number in range(days)}
    for slot in offered(bookable, first, last):
        day = slot.starts.date()
        left = seats - sum(count for each, count in counts.items() if slot.meets(each))
        found[day].append(Shown(slot, _state(slot, taken, now, until), max(left, 0)))
    return [*found.items()]


def _state(slot: Slot, taken: Iterable[Slot], now: datetime, until: date) -> str:
    if slot.starts <= now:
        return "past"
    if any(slot.meets(each) for each in taken):
        return "taken"
    return "far" if slot.starts.date() > until else "free"


def slot_named(bookable: Bookable, name: str) -> Slot | None:
    """Return the open slot of that name (``2026-12-01T0900``); None if there is none."""
    try:
        starts = datetime.strptime(name, "%Y-%m-%dT%H%M").replace(tzinfo=zone())
    except ValueError:
        return None
    day = starts.date()
    return next((each for each in offered(bookable, day, day) if each.starts == starts), None)


def use_of(bookable: Bookable, first: date, last: date) -> tuple[int, int]:
    """Return how many seats of the open slots of a span of days were taken, and how many are."""
    slots, taken = offered(bookable, first, last), taken_of(bookable, first, last)
    seats = body_of(bookable).seats
    used = sum(
        min(sum(count for each, count in taken.items() if slot.meets(each)), seats)
        for slot in slots
    )
    return used, len(slots) * seats
