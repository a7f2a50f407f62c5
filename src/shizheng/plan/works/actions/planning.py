"""The planned curve of a work: proposed by its agency, decided on by the control unit."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.models import PlannedCurve, PublicWork
from shizheng.plan.models.work import CurveStatus
from shizheng.plan.works.actions.moving import moved, told, written
from shizheng.plan.works.domain import curves
from shizheng.plan.works.errors import ContractMissing, CurveSettled, CurveWaiting, OwnCurve


@transaction.atomic
def curve_propose(
    *,
    work: PublicWork,
    by: User,
    at: datetime,
    points: Sequence[tuple[date, Decimal]],
    reason: str,
) -> PlannedCurve:
    """Propose the planned curve of a work (提報預定進度), or a new version of it.

    Raises:
        NotPermitted: ``by`` may not edit works of the agency.
        ContractMissing, CurveWaiting, ReasonMissing, ChangedMeanwhile: why not.
        CurveTooShort, CurveDaysWrong, CurveFalls, CurveEndsWrong, PercentUnfit: not like this.
    """
    require(by, "plan.edit_work", work, at=at)
    why, kept = written(reason), curves.checked(points)
    if work.contract_twd is None:
        raise ContractMissing(number=work.number)
    if work.curves.filter(status=CurveStatus.PROPOSED).exists():
        raise CurveWaiting(number=work.number)
    moved(work)
    newest = work.curves.order_by("-version").first()
    curve = PlannedCurve.objects.create(
        work=work,
        version=newest.version + 1 if newest else 1,
        points=curves.as_json(kept),
        reason=why,
        proposed_at=at,
        proposed_by=by,
    )
    now = {"version": curve.version, "points": curve.points}
    told(work, "curve_proposed", by=by, at=at, on_behalf_of=work.agency, why=why, now=now)
    return curve


@transaction.atomic
def curve_decide(
    *, work: PublicWork, by: User, at: datetime, is_adopted: bool, note: str
) -> PlannedCurve:
    """Adopt the curve that waits, or refuse it (核定預定進度); an adopted one never changes.

    Raises:
        NotPermitted, OwnCurve: ``by`` may not decide.
        CurveSettled, ReasonMissing, ChangedMeanwhile: why not.
    """
    require(by, "plan.adopt_curve", work, at=at)
    why = written(note)
    curve = work.curves.filter(status=CurveStatus.PROPOSED).first()
    if curve is None:
        raise CurveSettled(number=work.number)
    if curve.proposed_by_id == by.pk:
        raise OwnCurve(number=work.number)
    moved(work)
    status = CurveStatus.ADOPTED if is_adopted else CurveStatus.REFUSED
    PlannedCurve.objects.filter(pk=curve.pk).update(
        status=status, decided_at=at, decided_by=by, decision_note=why
    )
    curve.refresh_from_db()
    happened = "curve_adopted" if is_adopted else "curve_refused"
    now = {"version": curve.version}
    told(work, happened, by=by, at=at, on_behalf_of=work.control, why=why, now=now)
    return curve
