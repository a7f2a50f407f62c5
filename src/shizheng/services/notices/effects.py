"""The effect ``notify``."""

from collections.abc import Mapping
from typing import Any

from shizheng.services.actions.run import Run, effects
from shizheng.services.notices.writing import notice_write
from shizheng.services.schema.flow import Notify


@effects.register("notify")
def notify(run: Run, value: Notify, given: Mapping[str, Any]) -> None:
    """Tell somebody (通知)."""
    notice_write(run, to=str(value.to), template=str(value.template), given=given)
