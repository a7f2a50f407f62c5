"""What solar sites publish to ``statistics``: capacity that stands, energy given and expected."""

from types import MappingProxyType

from shizheng.core.measures import (
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Standing,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.sensing.models import SolarDay, SolarSite

SITES = MappingProxyType({"agency": Dimension("owner.code", DimensionKind.AGENCY)})
DAYS = MappingProxyType({"agency": Dimension("site.owner.code", DimensionKind.AGENCY)})
SUNNY = Condition("expected_kwh", Comparison.NOT_NULL)

publish(
    Measure(
        code="sensing.solar_capacity", name=N_("Solar capacity installed"),
        description=N_("Capacity of the solar sites connected at the end of the time."),
        unit="kW", table=SolarSite, aggregate=total("capacity_kw"),
        time=Standing("connected_on", "ended_on"), dimensions=SITES, synthetic="is_synthetic",
    ),
    Measure(
        code="sensing.solar_energy", name=N_("Solar energy given"),
        description=N_("Energy that solar sites reported, by the day on which it was given."),
        unit="kWh", table=SolarDay, aggregate=total("kwh"), time="day", dimensions=DAYS,
        synthetic="is_synthetic",
    ),
    Measure(
        code="sensing.solar_energy_sunny", name=N_("Solar energy on days with known sun"),
        description=N_("Energy of days on which irradiance was measured near the site."),
        unit="kWh", table=SolarDay, aggregate=total("kwh"), time="day", dimensions=DAYS,
        where=(SUNNY,), synthetic="is_synthetic",
    ),
    Measure(
        code="sensing.solar_energy_expected", name=N_("Solar energy expected"),
        description=N_(
            "Energy that these sites should have given: capacity times irradiation times the "
            "performance ratio."
        ),
        unit="kWh", table=SolarDay, aggregate=total("expected_kwh"), time="day", dimensions=DAYS,
        where=(SUNNY,), synthetic="is_synthetic",
    ),
)  # fmt: skip
