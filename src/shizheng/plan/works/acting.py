"""The acts that a work's page offers: the form of each, what it needs, and the action behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.plan.models import PublicWork
from shizheng.plan.sent import OnceForm
from shizheng.plan.works import forms
from shizheng.plan.works.actions import auditing, planning, registering, reporting
from shizheng.plan.works.actions.auditing import GivenFault
from shizheng.plan.works.domain.months import months_between
from shizheng.plan.works.rules import works_rule
from shizheng.plan.works.selectors.watch import curves_in_force
from shizheng.plan.works.words import month_in_words

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act on a work as a page.

    Args:
        label: what the button on the work's page says; ``key`` is its letter.
        options: what the form needs beside the version.
        perform: calls the action with what the form holds.
    """

    label: Any
    key: str
    permission: str
    form: type[OnceForm]
    perform: Callable[[PublicWork, User, datetime, Any], object]
    options: Callable[[PublicWork], Options] = lambda work: {}


def _contract(work: PublicWork, by: User, at: datetime, form: forms.ContractForm) -> object:
    return registering.contract_set(work=work, by=by, at=at, **form.given)


def _contract_now(work: PublicWork) -> Options:
    """Return the contract that holds as what a change begins with."""
    contract = work.contracts.select_related("contractor").order_by("-version").first()
    if contract is None:
        return {}
    return {
        "initial": {
            "contractor_name": contract.contractor.name,
            "business_number": contract.contractor.business_number,
            "amount_twd": contract.amount_twd,
            "awarded_on": contract.awarded_on,
            "starts_on": contract.starts_on,
            "ends_on": contract.ends_on,
        }
    }


def _curve(work: PublicWork, by: User, at: datetime, form: forms.CurveForm) -> object:
    return planning.curve_propose(work=work, by=by, at=at, **form.given)


def _curve_now(work: PublicWork) -> Options:
    """Return the curve in force, else a straight line through the contract."""
    points = curves_in_force([work]).get(work.pk)
    if points is None and work.starts_on and work.ends_on:
        return {"initial": {"points": f"{work.starts_on} 0\n{work.ends_on} 100"}}
    lines = (f"{day} {percent:f}" for day, percent in points or ())
    return {"initial": {"points": "\n".join(lines)}}


def _decide(work: PublicWork, by: User, at: datetime, form: forms.CurveDecisionForm) -> object:
    is_adopted = form.cleaned_data["outcome"] == "adopted"
    note = form.cleaned_data["note"]
    return planning.curve_decide(work=work, by=by, at=at, is_adopted=is_adopted, note=note)


def _report(work: PublicWork, by: User, at: datetime, form: forms.ReportForm) -> object:
    return reporting.report_file(work=work, by=by, at=at, **form.given)


def _months(work: PublicWork) -> Options:
    """Return the months that can be reported, the latest first."""
    today = timezone.localdate()
    months = months_between(work.starts_on, today)[::-1] if work.starts_on else ()
    return {
        "months": [(month.isoformat(), month_in_words(month)) for month in months],
        "initial": {"month": months[0].isoformat() if months else "", "percent": work.percent},
    }


def _stage(work: PublicWork, by: User, at: datetime, form: forms.StageForm) -> object:
    return registering.stage_move(work=work, by=by, at=at, **form.given)


def _audit(work: PublicWork, by: User, at: datetime, form: forms.AuditForm) -> object:
    given = form.cleaned_data
    faults = [
        GivenFault(
            code=given[f"code_{place}"],
            note=given[f"note_{place}"],
            severity=given[f"severity_{place}"],
            photos=given[f"photos_{place}"],
        )
        for place in forms.FAULTS
        if given[f"code_{place}"]
    ]
    return auditing.audit_record(
        work=work,
        by=by,
        at=at,
        audited_on=given["audited_on"],
        score=given["score"],
        team=given["team"],
        note=given["note"],
        faults=faults,
        round_=_round_waiting(work),
    )


def _round_waiting(work: PublicWork) -> Any:
    """Return the newest round that picked the work and has no audit of it yet."""
    pick = (
        work.picks.exclude(round__in=work.audits.exclude(round=None).values("round"))
        .select_related("round")
        .order_by("-round__number")
        .first()
    )
    return pick.round if pick else None


PAGES: Mapping[str, ActPage] = {
    "report": ActPage(
        _("Report a month"), "r", "plan.edit_work", forms.ReportForm, _report, _months
    ),
    "curve": ActPage(
        _("Propose the planned progress"), "p", "plan.edit_work", forms.CurveForm, _curve,
        _curve_now,
    ),
    "curve-decision": ActPage(
        _("Decide on the planned progress"), "d", "plan.adopt_curve", forms.CurveDecisionForm,
        _decide,
    ),
    "contract": ActPage(
        _("Record the contract"), "c", "plan.edit_work", forms.ContractForm, _contract,
        _contract_now,
    ),
    "stage": ActPage(
        _("Move to another stage"), "s", "plan.edit_work", forms.StageForm, _stage,
        lambda work: {"work": work},
    ),
    "audit": ActPage(
        _("Record an audit"), "a", "plan.audit_works", forms.AuditForm, _audit,
        lambda work: {"rule": works_rule(), "initial": {"audited_on": timezone.localdate()}},
    ),
}  # fmt: skip
