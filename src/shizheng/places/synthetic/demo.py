"""The invented city's chapter of the demonstration: all of it in the first month of the year."""

from django.utils import timezone

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.packs.pack import Pack
from shizheng.places.actions.tallying import register_tally
from shizheng.places.models import Register
from shizheng.places.synthetic.actions import synthetic_city_take_in
from shizheng.places.synthetic.definitions import SyntheticCity
from shizheng.places.synthetic.making import Making

ORDER = 2
WEIGHT = 0.05


def play(pack: Pack, month: Month, say: Say) -> None:
    """Take the invented city in; what was taken in before stays."""
    for body in pack.bodies(SyntheticCity):
        things = body.things if month.size is None else min(body.things, month.size)
        making = Making(body, things, timezone.localdate(month.now))
        synthetic_city_take_in(making=making, at=month.now)
        codes = {each.register_ for each in body.layers}
        for register in Register.objects.filter(code__in=codes).select_related("current"):
            register_tally(register=register, at=month.now)
    say(1.0)


chapters.register("synthetic_city")(Chapter(ORDER, WEIGHT, play))
