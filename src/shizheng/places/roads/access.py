"""Who sees and does what with defects of roads: everybody sees them, the road agency acts."""

from shizheng.core.access import EVERYTHING, Policy, policies

policies.register("places.roaddefect")(Policy(view=lambda _viewer: EVERYTHING, agency="agency"))
