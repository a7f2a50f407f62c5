"""The plan's chapter of the demonstration's year: once it is told, evidence and lights follow.

Then the last quarters are closed, so that their reports can be read.
"""

from django.utils import timezone

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.packs.pack import Pack
from shizheng.plan.quarters.demo import quarters_tell
from shizheng.plan.register.tasks import recompute_lights

ORDER = 30


def play(pack: Pack, month: Month, say: Say) -> None:
    """Light the plan at the end of the year; lights have no past that nobody saw."""
    if month.until == month.now:
        recompute_lights()
        quarters_tell(at=timezone.now())


chapters.register("plan")(Chapter(ORDER, 0.1, play))
