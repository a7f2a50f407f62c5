"""Who may see and do what with footage: who asked, and of the cameras' agency who decides or keeps.

The cameras themselves are a restricted register of ``places``, which has its own rule.
"""

from django.db.models import Q

from shizheng.core.access import NOTHING, Policy, Viewer, policies

ASK, APPROVE, KEEP = (
    "sensing.ask_footage", "sensing.approve_footage", "sensing.keep_footage",
)  # fmt: skip
WATCH = "sensing.answer_warning"


def _requests(viewer: Viewer, before: str = "") -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own(f"{before}asked_by")
    return (
        mine
        | viewer.within(APPROVE, agency=f"{before}owner")
        | viewer.within(KEEP, agency=f"{before}owner")
    )


policies.register("sensing.footagerequest")(Policy(view=_requests, agency="owner"))
policies.register("sensing.footagerelease")(
    Policy(view=lambda viewer: _requests(viewer, "request__"), agency="request__owner")
)
policies.register("sensing.camerastill")(
    Policy(view=lambda viewer: NOTHING if not viewer.scopes(WATCH) else ~NOTHING, agency="owner")
)
