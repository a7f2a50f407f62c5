"""Who reads letters about things: those of the owner agency who keep the register."""

from shizheng.core.access import Policy, policies
from shizheng.places.access import EDIT, NEED

policies.register("places.thingnotice")(
    Policy(
        view=lambda viewer: (
            viewer.within(EDIT, agency="thing__register__owner")
            | viewer.within(NEED, agency="thing__register__owner")
        ),
        agency="thing__register__owner",
    )
)
