"""The chapter of figures in the demonstration's year: every indicator at the end of each month."""

from datetime import timedelta

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.packs.pack import Pack
from shizheng.statistics.indicators.making import indicators_make
from shizheng.statistics.models import Vintage

ORDER = 20
LATER = timedelta(hours=5, minutes=30)


def play(pack: Pack, month: Month, say: Say) -> None:
    """Make the figures of a month as the daily run would on its last night; none are made twice."""
    at = min(month.until + LATER, month.now)
    if not Vintage.objects.filter(made_at__gte=at).exists():
        indicators_make(at=at).raise_failures()


chapters.register("statistics")(Chapter(ORDER, 0.3, play))
