"""Background work of cameras: connect, notice silence, count days and repairs, delete footage."""

from datetime import timedelta

from django.utils import timezone

from shizheng.core.jobs import daily, every, job


@every(minutes=5)
@job("sensing.cameras_watch", retries=0)
def cameras_watch() -> None:
    """Connect new cameras, report those without a picture, count today and the repairs."""
    from shizheng.sensing.cameras import connecting
    from shizheng.sensing.cameras.errors import CamerasUnset

    now = timezone.now()
    try:
        connecting.cameras_connect(by=None, at=now)
        connecting.silence_report(at=now)
        connecting.repairs_count(at=now)
    except CamerasUnset:
        return


@daily(at="00:20")
@job("sensing.cameras_count", retries=3)
def cameras_count() -> None:
    """Count yesterday, and the day before once more for heartbeats that came late."""
    from shizheng.sensing.cameras.connecting import day_count
    from shizheng.sensing.cameras.errors import CamerasUnset

    now = timezone.now()
    today = timezone.localdate(now)
    try:
        for days in (2, 1):
            day_count(day=today - timedelta(days=days), at=now)
    except CamerasUnset:
        return


@every(minutes=10)
@job("sensing.footage_expire", retries=3)
def footage_expire() -> None:
    """Delete footage whose time is over, and prove that it is gone."""
    from shizheng.sensing.cameras import footage

    footage.footage_expire(at=timezone.now())
