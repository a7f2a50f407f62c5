"""Who sees evaluations and who may act: results are public once a round is closed, the rest is not.

While a round is open a reviewer sees no score of another for an agency until his own is in, and
nobody else sees any.
"""

from django.db.models import Q

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.plan.models import AdvanceReview, EvaluationReview, EvaluationReviewer


def _internal(viewer: Viewer) -> Q:
    """All staff who may see the plan's internal records, whatever their agency."""
    return EVERYTHING if viewer.scopes("plan.view_internal") else NOTHING


def _rounds_reviewed(viewer: Viewer) -> Q:
    """The rounds in which the viewer is named as a reviewer."""
    if not viewer.scopes("plan.score_review"):
        return NOTHING
    named = EvaluationReviewer.objects.filter(person=viewer.person.pk)
    return Q(pk__in=named.order_by().values("round"))


def _rounds(viewer: Viewer) -> Q:
    return Q(closed_at__isnull=False) | _internal(viewer) | _rounds_reviewed(viewer)


def _subjects(viewer: Viewer) -> Q:
    return Q(round__closed_at__isnull=False) | _internal(viewer) | _subjects_reviewed(viewer)


def _subjects_reviewed(viewer: Viewer) -> Q:
    if not viewer.scopes("plan.score_review"):
        return NOTHING
    named = EvaluationReviewer.objects.filter(person=viewer.person.pk)
    return Q(round__in=named.order_by().values("round"))


def _self_assessments(viewer: Viewer) -> Q:
    """The agency's own, the control unit's, and those that the viewer is to review."""
    if not viewer.person.is_active:
        return NOTHING
    named = EvaluationReviewer.objects.filter(person=viewer.person.pk)
    return (
        (_internal(viewer) & Q(subject__round__closed_at__isnull=False))
        | viewer.within("plan.answer_evaluation", agency="subject__agency")
        | viewer.within("plan.run_evaluation", agency="subject__round__control")
        | Q(subject__round__in=named.order_by().values("round"))
    )


def _reviews(viewer: Viewer) -> Q:
    """One's own; those beside one's own; every one, once the round is closed, for staff."""
    if not viewer.person.is_active:
        return NOTHING
    own = EvaluationReview.objects.filter(reviewer=viewer.person.pk, conflict="")
    return (
        Q(reviewer=viewer.person.pk)
        | Q(subject__in=own.order_by().values("subject"))
        | (_internal(viewer) & Q(subject__round__closed_at__isnull=False))
    )


def _advance_reviews(viewer: Viewer) -> Q:
    """The same for projects: a decided version is open to staff."""
    if not viewer.person.is_active:
        return NOTHING
    own = AdvanceReview.objects.filter(reviewer=viewer.person.pk)
    return Q(version__in=own.order_by().values("version")) | (
        _internal(viewer) & Q(version__is_passed__isnull=False)
    )


policies.register("plan.evaluationround")(
    Policy(view=_rounds, agency="control", acts={"plan.score_review": _rounds_reviewed})
)
policies.register("plan.evaluationsubject")(
    Policy(
        view=_subjects,
        agency="agency",
        acts={
            "plan.score_review": _subjects_reviewed,
            "plan.run_evaluation": lambda viewer: viewer.within(
                "plan.run_evaluation", agency="round__control"
            ),
        },
    )
)
policies.register("plan.selfassessment")(Policy(view=_self_assessments, agency="subject__agency"))
policies.register("plan.evaluationreview")(Policy(view=_reviews, agency="subject__round__control"))
policies.register("plan.controlfinding")(
    Policy(
        view=_internal,
        agency="agency",
        acts={
            "plan.run_evaluation": lambda viewer: viewer.within(
                "plan.run_evaluation", agency="control"
            )
        },
    )
)
policies.register("plan.findingcorrection")(Policy(view=_internal, agency="finding__agency"))
policies.register("plan.advanceproject")(
    Policy(
        view=lambda viewer: Q(status="may_enter_budget") | _internal(viewer),
        agency="agency",
        acts={
            "plan.run_advance_review": lambda viewer: viewer.within(
                "plan.run_advance_review", agency="control"
            ),
            "plan.score_review": lambda viewer: (
                EVERYTHING if viewer.scopes("plan.score_review") else NOTHING
            ),
        },
    )
)
policies.register("plan.advanceversion")(Policy(view=_internal, agency="project__agency"))
policies.register("plan.advancereview")(
    Policy(view=_advance_reviews, agency="version__project__control")
)
