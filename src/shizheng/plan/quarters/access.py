"""Who sees closed quarters and who may close one: everybody reads them, the control unit closes."""

from shizheng.core.access import EVERYTHING, NOTHING, Policy, policies

policies.register("plan.quarterclosing")(
    Policy(
        view=lambda viewer: EVERYTHING,
        agency=None,
        acts={
            "plan.close_quarter": lambda viewer: (
                EVERYTHING if viewer.scopes("plan.close_quarter") else NOTHING
            )
        },
    )
)
