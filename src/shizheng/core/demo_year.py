"""The year that a demonstration has behind it (示範年度): month by month, room by room.

It is played in the background while the demonstration is served, by the acts of real work. Each
room enters its chapter; playing again goes on where it was broken off.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shizheng.core import loading
from shizheng.core.fresh import Fresh
from shizheng.core.jobs import UNFINISHED, job, report_progress
from shizheng.core.models import Job
from shizheng.kernel.errors import DomainError
from shizheng.kernel.registry import Registry
from shizheng.packs import loader
from shizheng.packs.pack import Pack

NAME = "core.play_year"
MONTHS = 12
log = structlog.get_logger()
PHOTO = Path(__file__).with_name("demo_photo.png")


@dataclass(frozen=True, slots=True)
class Month:
    """One stretch of the year, ``since <= t < until``; ``now`` is the day of the demonstration.

    ``size`` is how many cases the whole year has; None for as many as the pack says.
    """

    since: datetime
    until: datetime
    now: datetime
    size: int | None


Say = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one room does in a month; ``order`` says after which rooms it comes.

    ``weight`` is its share of the time, for the bar that shows how far the year is.
    """

    order: int
    weight: float
    play: Callable[[Pack, Month, Say], object]


chapters: Registry[Chapter] = Registry("Chapters of the demonstration's year")


@contextmanager
def kept(what: str) -> Iterator[None]:
    """Keep what a chapter does inside, or leave it out where a rule refuses it."""
    try:
        with transaction.atomic():
            yield
    except DomainError as refusal:
        log.warning("invented_act_refused", what=what, refusal=refusal.code)


def photo_made() -> io.BytesIO:
    """Return a photo that says it is invented (示範照片), as somebody would send one."""
    made = io.BytesIO(PHOTO.read_bytes())
    made.name = PHOTO.name
    return made


def months_before(now: datetime, count: int = MONTHS) -> Iterator[tuple[datetime, datetime]]:
    """Yield the calendar months of the city up to ``now``, the last one unfinished."""
    first = timezone.localdate(now).replace(day=1)
    starts = [first]
    for _ in range(count):
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    moments = [timezone.make_aware(datetime.combine(day, time())) for day in sorted(starts)]
    yield from zip(moments, [*moments[1:], now], strict=True)


def year_play(pack: Pack, *, now: datetime, size: int | None, say: Say = float) -> None:
    """Play every month up to ``now``, each room after those that it reads."""
    parts = sorted((chapters[name] for name in chapters), key=lambda part: part.order)
    months = list(months_before(now))
    whole = sum(part.weight for part in parts) * len(months) or 1.0
    done = 0.0
    for since, until in months:
        month = Month(since, until, now, size)
        for part in parts:
            part.play(pack, month, _share_of(say, done / whole, part.weight / whole))
            done += part.weight
            say(done / whole)


def _share_of(say: Say, begun: float, weight: float) -> Say:
    return lambda share: say(begun + weight * share)


@job(NAME, retries=3)
def play_year(now: str, size: int | None = None) -> None:
    """Play the year; an installation that is no demonstration has none."""
    if settings.IS_DEMO:
        loading.discover()
        pack = loader.load(settings.PACK)
        year_play(pack, now=datetime.fromisoformat(now), size=size, say=report_progress)


def _progress() -> float:
    under_way = Job.objects.filter(name=NAME, status__in=UNFINISHED)
    share = under_way.values_list("progress", flat=True).first()
    return 1.0 if share is None else float(share)


progress: Fresh[float] = Fresh(_progress)
"""Returns how much of the year was played, 0 to 1, as it was at most a second ago."""


def is_playing() -> bool:
    """Whether the year is still being played."""
    return progress() < 1
