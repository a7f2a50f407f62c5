"""Who may see people, their roles, and the agencies and areas that everything belongs to."""

from shizheng.core.visibility import EVERYTHING, Policy, policies

policies.register("core.agency")(Policy(view=lambda viewer: EVERYTHING, agency="pk"))
policies.register("core.area")(Policy(view=lambda viewer: EVERYTHING, agency=None, area="pk"))
policies.register("core.user")(
    Policy(view=lambda viewer: viewer.own("pk") | viewer.within("core.manage_people"))
)
policies.register("core.rolegrant")(
    Policy(
        view=lambda viewer: viewer.own("person") | viewer.within("core.manage_people", area="area"),
        area="area",
    )
)
