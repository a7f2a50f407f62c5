"""Background work of solar sites."""

from datetime import timedelta

from django.utils import timezone

from shizheng.core.jobs import daily, job


@job("sensing.look_at_sites", retries=3)
def look_at_sites(keys: list[str], first_us: int, last_us: int) -> int:
    """Compute the days that readings touch, and find what is dead."""
    from shizheng.sensing import moments
    from shizheng.sensing.energy.keeping import days_compute, inverters_check, sites_refresh

    now = timezone.now()
    first, last = (timezone.localdate(moments.moment(each)) for each in (first_us, last_us))
    sites_refresh(on=timezone.localdate(now))
    days_compute(keys=keys, first=first, last=last)
    return inverters_check(keys=keys, at=now)


@daily(at="05:20")
@job("sensing.refresh_sites")
def refresh_sites() -> None:
    """Bring the sites to their register, and yesterday's energy to what came late."""
    from shizheng.sensing.energy.keeping import days_compute, sites_refresh
    from shizheng.sensing.models import SolarSite

    today = timezone.localdate()
    sites_refresh(on=today)
    keys = list(SolarSite.objects.values_list("place__key", flat=True))
    days_compute(keys=keys, first=today - timedelta(days=1), last=today - timedelta(days=1))
