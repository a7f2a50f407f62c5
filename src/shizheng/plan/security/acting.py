"""The acts that an incident's page offers: the form of each, what it needs, the action behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.plan.models import SecurityIncident
from shizheng.plan.security import forms
from shizheng.plan.security.actions import incident as acts
from shizheng.plan.security.actions.sharing import indicators_share
from shizheng.plan.sent import OnceForm


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act on an incident as a page; ``key`` is the letter of its button."""

    label: Any
    key: str
    permission: str
    form: type[OnceForm]
    perform: Callable[[SecurityIncident, User, datetime, Any], object]


def _given(
    action: Callable[..., object],
) -> Callable[[SecurityIncident, User, datetime, Any], object]:
    """Return what calls an action with what the form holds."""

    def perform(incident: SecurityIncident, by: User, at: datetime, form: OnceForm) -> object:
        return action(incident=incident, by=by, at=at, **form.given)

    return perform


def _investigate(
    incident: SecurityIncident, by: User, at: datetime, form: forms.ClosingReportForm
) -> object:
    return acts.incident_investigate(incident=incident, by=by, at=at, text=form.text)


EDIT, LEAD = "plan.edit_security", "plan.lead_security"
PAGES: Mapping[str, ActPage] = {
    "report": ActPage(
        _("Report to the authority"), "r", EDIT, forms.ReportForm, _given(acts.incident_report)
    ),
    "contain": ActPage(
        _("Damage under control"), "d", EDIT, forms.ContainForm, _given(acts.incident_contain)
    ),
    "closing-report": ActPage(
        _("File the closing report"), "f", EDIT, forms.ClosingReportForm, _investigate
    ),
    "close": ActPage(
        _("Close the incident"), "c", LEAD, forms.CloseForm, _given(acts.incident_close)
    ),
    "indicators": ActPage(
        _("Note indicators"), "i", EDIT, forms.IndicatorsForm, _given(acts.indicators_note)
    ),
    "share": ActPage(
        _("Share the indicators"), "h", LEAD, forms.ShareForm, _given(indicators_share)
    ),
    "level": ActPage(
        _("Change the level"), "l", EDIT, forms.LevelForm, _given(acts.incident_level_set)
    ),
}
