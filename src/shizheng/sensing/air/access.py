"""Who sees what is done about air: everybody; who reports it, the agency that owns it."""

from shizheng.core.access import EVERYTHING, Policy, policies

policies.register("sensing.airmeasure")(Policy(view=lambda _viewer: EVERYTHING, agency="owner"))
policies.register("sensing.streamcalibration")(
    Policy(view=lambda _viewer: EVERYTHING, agency="stream__thing__owner")
)
