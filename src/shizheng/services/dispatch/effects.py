"""The effect ``dispatch``."""

from collections.abc import Mapping
from typing import Any

from shizheng.services.actions.run import Run, effects
from shizheng.services.dispatch.sending import crew_send, stand_down


@effects.register("dispatch")
def dispatch(run: Run, value: str, given: Mapping[str, Any]) -> None:
    """Send the first crew on duty, the next one again, or stand down who is out (派工)."""
    if value == "stand_down":
        stand_down(run)
    else:
        crew_send(run)
