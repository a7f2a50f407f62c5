"""Who sees warnings and who answers them: public ones are for everybody, drills for the staff."""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies

ANSWER = "sensing.answer_warning"
DRILL = "sensing.hold_drill"


def _rules(viewer: Viewer) -> Q:
    return Q(is_public=True) | viewer.within(ANSWER, agency="owner")


def _alerts(viewer: Viewer) -> Q:
    public = Q(rule__is_public=True, is_drill=False)
    return public | _answered(viewer)


def _answered(viewer: Viewer) -> Q:
    """Of the owner of the rule, and of whom it was called to."""
    called = viewer.within(ANSWER, agency="called")
    return viewer.within(ANSWER, agency="rule__owner") | called


def _messages(viewer: Viewer) -> Q:
    return Q(alert__rule__is_public=True) | viewer.within(ANSWER, agency="alert__rule__owner")


def _own(viewer: Viewer) -> Q:
    return NOTHING if viewer.person.pk is None else viewer.own("person")


policies.register("sensing.warningrule")(Policy(view=_rules, agency="owner"))
policies.register("sensing.alert")(
    Policy(view=_alerts, agency="rule__owner", acts={ANSWER: _answered})
)
policies.register("sensing.alertmessage")(Policy(view=_messages, agency="alert__rule__owner"))
policies.register("sensing.subscription")(Policy(view=_own))
policies.register("sensing.maintenance")(Policy(view=lambda _viewer: EVERYTHING, agency="owner"))
