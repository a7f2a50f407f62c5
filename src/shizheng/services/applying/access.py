"""Who may see a draft: who fills it in; by its link the page itself lets in."""

from shizheng.core.access import Policy, policies

policies.register("services.draft")(Policy(view=lambda viewer: viewer.own("person"), agency=None))
