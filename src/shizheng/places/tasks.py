"""Background work of the room's subjects, entered where a worker looks for it."""

from shizheng.places.digging import demo as of_works
from shizheng.places.digging import tasks as of_digging
from shizheng.places.synthetic import demo
from shizheng.places.tenure import tasks as of_tenure
from shizheng.places.upkeep import tasks as of_upkeep

__all__ = ["demo", "of_digging", "of_tenure", "of_upkeep", "of_works"]
