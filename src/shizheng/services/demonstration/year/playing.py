"""The services' chapter of the demonstration's year: each case in one go, none twice."""

import structlog
from django.db import transaction
from django.utils import timezone

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.demonstration.definitions import DemoCase, DemoCases
from shizheng.services.demonstration.stories import Telling
from shizheng.services.demonstration.year.definitions import DemoYear
from shizheng.services.demonstration.year.generating import Year

ORDER = 10
log = structlog.get_logger()


def play(pack: Pack, month: Month, say: Say) -> None:
    """Tell the cases that were opened in a month; those that were told before stay."""
    bodies, cases = pack.bodies(DemoYear), next(iter(pack.bodies(DemoCases)), None)
    for body in bodies:
        if cases is None:
            return
        today = timezone.localdate(month.now)
        year = Year(body, cases, month.size or body.size, today)
        telling = Telling(cases, month.now)
        first, last = timezone.localdate(month.since), timezone.localdate(month.until)
        days = [first.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
        for number, day in enumerate(days):
            if timezone.localdate(month.since) <= day < last or day == today:
                for case in year.on(day):
                    _tell(telling, case)
            say((number + 1) / len(days))
    if month.until == month.now:
        clocks_sweep(at=month.now)


def _tell(telling: Telling, case: DemoCase) -> None:
    """Tell one case; a story that this pack's rules do not allow ends where they refuse."""
    try:
        with transaction.atomic():
            telling.tell_one(case)
    except DomainError as refusal:
        log.warning("invented_case_refused", refusal=refusal.code)


chapters.register("services")(Chapter(ORDER, 1.0, play))
