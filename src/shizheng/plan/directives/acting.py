"""The acts that pages offer: the form of each, what it needs, and the action behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from shizheng.core.models import User
from shizheng.plan.directives import forms
from shizheng.plan.directives.actions import extending, issuing, releasing, reporting
from shizheng.plan.directives.domain.flow import Act, ExtensionStatus
from shizheng.plan.directives.selectors import facts
from shizheng.plan.directives.selectors.detail import PERMISSIONS
from shizheng.plan.models import Directive, DirectiveExtension, DirectiveReport

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act on a directive as a page.

    Args:
        options: what the form needs beside the directive.
        perform: calls the action with what the form holds.
    """

    act: Act
    form: type[forms.ActForm]
    perform: Callable[[Directive, User, datetime, Any], object]
    options: Callable[[Directive, User], Options] = lambda directive, person: {}

    @property
    def permission(self) -> str:
        """The permission that the act needs on the directive."""
        return PERMISSIONS[self.act]


def _report(directive: Directive) -> DirectiveReport:
    """Return the latest report of the term, for partners and reviewers.

    Raises:
        Http404: nothing was reported yet.
    """
    report = directive.reports.filter(term=directive.term).first()
    if report is None:
        raise Http404
    report.directive = directive
    return report


def _extension(directive: Directive) -> DirectiveExtension:
    """Return the request that waits for a decision.

    Raises:
        Http404: none does.
    """
    extension = directive.extensions.filter(status=ExtensionStatus.PENDING).first()
    if extension is None:
        raise Http404
    extension.directive = directive
    return extension


def _file(directive: Directive, by: User, at: datetime, form: forms.ReportForm) -> object:
    given = form.cleaned_data
    return reporting.report_file(
        directive=directive,
        by=by,
        at=at,
        period_first=given["period_first"],
        percent=given["percent"],
        text=given["text"],
        is_final=given["is_final"],
        evidence=form.evidence(),
        confirm_lower=given["confirm_lower"],
    )


def _decide(
    directive: Directive, by: User, at: datetime, form: forms.ExtensionDecisionForm
) -> object:
    given = form.cleaned_data
    is_granted = given["outcome"] == "granted"
    return extending.extension_decide(
        extension=_extension(directive),
        by=by,
        at=at,
        granted_on=given["granted_on"] if is_granted else None,
        note=given["note"],
        late_note=given["late_note"],
    )


def _on_directive(action: Callable[..., object]) -> Callable[..., object]:
    def perform(directive: Directive, by: User, at: datetime, form: forms.ActForm) -> object:
        return action(directive=directive, by=by, at=at, **form.given)

    return perform


def _on_report(action: Callable[..., object]) -> Callable[..., object]:
    def perform(directive: Directive, by: User, at: datetime, form: forms.ActForm) -> object:
        return action(report=_report(directive), by=by, at=at, **form.given)

    return perform


def _dated_today(directive: Directive, person: User) -> Options:
    return {"initial": {"decided_on": timezone.localdate()}}


def _periods(directive: Directive, person: User) -> Options:
    return {"periods": facts.periods_open(directive, today=timezone.localdate())}


def _signers(directive: Directive, person: User) -> Options:
    missing = facts.partners_missing(_report(directive))
    return {"agencies": missing.allowed_to(person, "plan.countersign_report")}


def _wanted(directive: Directive, person: User) -> Options:
    return {"initial": {"granted_on": _extension(directive).wanted_on}}


PAGES: Mapping[str, ActPage] = {
    "report": ActPage(Act.FILE_REPORT, forms.ReportForm, _file, _periods),
    "countersign": ActPage(
        Act.COUNTERSIGN_REPORT, forms.CountersignForm,
        _on_report(reporting.report_countersign), _signers,
    ),
    "accept": ActPage(Act.ACCEPT_REPORT, forms.AcceptForm, _on_report(reporting.report_accept)),
    "return": ActPage(Act.RETURN_REPORT, forms.ReturnForm, _on_report(reporting.report_return)),
    "extension": ActPage(
        Act.REQUEST_EXTENSION, forms.ExtensionForm, _on_directive(extending.extension_request)
    ),
    "extension-decision": ActPage(
        Act.DECIDE_EXTENSION, forms.ExtensionDecisionForm, _decide, _wanted
    ),
    "release-request": ActPage(
        Act.REQUEST_RELEASE, forms.ReleaseRequestForm, _on_directive(releasing.release_request)
    ),
    "release": ActPage(
        Act.RELEASE, forms.ReleaseForm, _on_directive(releasing.directive_release), _dated_today
    ),
    "release-refusal": ActPage(
        Act.REFUSE_RELEASE, forms.RefuseReleaseForm, _on_directive(releasing.release_refuse)
    ),
    "reopening": ActPage(
        Act.REOPEN, forms.ReopenForm, _on_directive(releasing.directive_reopen), _dated_today
    ),
    "confidentiality": ActPage(
        Act.CLASSIFY, forms.ClassifyForm, _on_directive(issuing.directive_classify),
        lambda directive, person: {"initial": {"confidentiality": directive.confidentiality}},
    ),
}  # fmt: skip
ADDRESS_OF = {page.act: name for name, page in PAGES.items()}
