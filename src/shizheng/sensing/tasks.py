"""Background work of the room: sealing what is a day old, letting go what is kept no longer."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from shizheng.core.jobs import daily, every, job
from shizheng.sensing import moments
from shizheng.sensing.air import tasks as of_air
from shizheng.sensing.alerting import tasks as of_alerting
from shizheng.sensing.cameras import tasks as of_cameras
from shizheng.sensing.demonstration.demo import demo_devices
from shizheng.sensing.energy import tasks as of_energy
from shizheng.sensing.enforcement import tasks as of_enforcement
from shizheng.sensing.store import retention
from shizheng.sensing.store.sealing import sealed
from shizheng.sensing.water import tasks as of_water

__all__ = [
    "demo_devices",
    "let_go",
    "of_air",
    "of_alerting",
    "of_cameras",
    "of_energy",
    "of_enforcement",
    "of_water",
    "seal",
]

HOT = timedelta(hours=24)


@every(hours=1)
@job("sensing.seal")
def seal() -> None:
    """Seal readings that are a day old, and what came late to sealed spans."""
    sealed(until_us=moments.of(timezone.now() - HOT))


@daily(at="00:20")
@job("sensing.count_days")
def count_days() -> int:
    """Count what arrived yesterday of what should have, and what came late."""
    from shizheng.sensing.checking.days import days_count

    return days_count(timezone.localdate() - timedelta(days=1))


@daily(at="03:40")
@job("sensing.let_go")
def let_go() -> None:
    """Sum up and delete readings that are kept no longer."""
    retention.let_go(at=datetime.now(UTC))
