"""When gateways of solar sites send, days are computed and dead inverters found."""

from collections.abc import Sequence
from datetime import datetime

from shizheng.core.fresh import Fresh
from shizheng.sensing.actions.intake import listeners
from shizheng.sensing.store.tables import HotRow


@listeners.register("solar_sites")
def solar_heard(rows: Sequence[HotRow], at: datetime) -> None:
    """Let the sites be looked at that sent something new."""
    from shizheng.sensing.energy.tasks import look_at_sites

    known = sites_by_stream()
    met = [(known[row[0]], row[1]) for row in rows if row[0] in known]
    if met:
        times = [time for _site, time in met]
        look_at_sites.enqueue(
            keys=sorted({site for site, _time in met}), first_us=min(times), last_us=max(times)
        )


@Fresh
def sites_by_stream() -> dict[int, str]:
    """Return the site of each stream of energy or state; believed for a second."""
    from shizheng.sensing.energy.city import solar
    from shizheng.sensing.models import Datastream

    body = solar()
    if body is None:
        return {}
    codes = [body.energy, *([body.state] if body.state else [])]
    rows = Datastream.objects.filter(
        observed_property__code__in=codes, thing__properties__has_key="site"
    )
    return {key: str(told["site"]) for key, told in rows.values_list("pk", "thing__properties")}
