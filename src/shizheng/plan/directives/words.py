"""Words of the directives' pages: days and periods, who holds one, what happened."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import Agency, JournalEntry
from shizheng.core.showing import city_datetime
from shizheng.kernel import dates
from shizheng.plan.directives.domain.flow import Act
from shizheng.plan.directives.domain.holding import Holder
from shizheng.plan.directives.domain.periods import ReportPeriod
from shizheng.plan.directives.domain.release import Several
from shizheng.plan.models import ConfidentialityChoice

HOLDERS = {
    Holder.LEAD: _("Lead agency"),
    Holder.PARTNERS: _("Partners, to countersign"),
    Holder.CONTROL: _("Control unit, to decide"),
    Holder.NOBODY: _("Nobody: released"),
}

HAPPENED = {
    "plan.directive.issued": pgettext_lazy("plan", "Issued"),
    "plan.directive.classified": _("Confidentiality set to {confidentiality}"),
    "plan.directive.report_filed": _("Progress reported for {period}: {percent} %"),
    "plan.directive.report_countersigned": _("Report for {period} countersigned"),
    "plan.directive.report_returned": _("Report for {period} returned for correction"),
    "plan.directive.report_accepted": _("Report for {period} accepted"),
    "plan.directive.extension_requested": _("Extension to {wanted_on} requested"),
    "plan.directive.extension_granted": _("Extension granted: due on {due_on}"),
    "plan.directive.extension_refused": _("Extension refused"),
    "plan.directive.release_requested": _("Release requested"),
    "plan.directive.released": _("Released"),
    "plan.directive.release_refused": _("Release refused"),
    "plan.directive.reopened": _("Reopened: due on {due_on}"),
    "plan.directive.escalated": _(
        "Overdue by {overdue_working_days} working days: escalated to {to}"
    ),
}

ACTS = {
    Act.FILE_REPORT: _("Report progress"),
    Act.COUNTERSIGN_REPORT: _("Countersign the report"),
    Act.ACCEPT_REPORT: _("Accept the report"),
    Act.RETURN_REPORT: _("Return the report"),
    Act.REQUEST_EXTENSION: _("Ask for an extension"),
    Act.DECIDE_EXTENSION: _("Decide on the extension"),
    Act.REQUEST_RELEASE: _("Ask for release"),
    Act.RELEASE: _("Release"),
    Act.REFUSE_RELEASE: _("Refuse the release"),
    Act.REOPEN: _("Reopen"),
    Act.CLASSIFY: _("Change who may read it"),
}


def day_in_words(day: date) -> str:
    """Return ``109年3月2日`` in Chinese, ``2 March 2020`` in English."""
    if (get_language() or "").startswith("zh") and day >= dates.FIRST_ROC_DAY:
        return dates.format_roc(day)
    return dates.format_en(day)


KEYS = {
    Act.FILE_REPORT: "r",
    Act.COUNTERSIGN_REPORT: "c",
    Act.ACCEPT_REPORT: "a",
    Act.RETURN_REPORT: "b",
    Act.REQUEST_EXTENSION: "e",
    Act.DECIDE_EXTENSION: "d",
    Act.REQUEST_RELEASE: "l",
    Act.RELEASE: "l",
    Act.REFUSE_RELEASE: "f",
    Act.REOPEN: "o",
    Act.CLASSIFY: "p",
}
"""The letter that opens each act on a directive's page."""


def in_words(value: object) -> object:
    """Return a parameter of a refusal as people write it: days, periods and agencies in words."""
    if isinstance(value, ReportPeriod):
        return period_in_words(value)
    if isinstance(value, datetime):
        return city_datetime(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, Agency):
        return agency_name(value)
    if isinstance(value, Several):
        return gettext(", ").join(str(in_words(each)) for each in value)
    return value


def agency_name(agency: Agency) -> str:
    """Return an agency's name in the language of the page."""
    return _picked(agency.name) or agency.code


def _picked(texts: Mapping[str, str]) -> str:
    """Return a text in the language of the page, else the first there is."""
    language = "zh-Hant" if (get_language() or "zh").startswith("zh") else "en"
    return texts.get(language) or next(iter(texts.values()), "")


def period_in_words(period: ReportPeriod) -> str:
    """Return the first and last day of a period."""
    return gettext("{first} to {last}").format(
        first=day_in_words(period.first), last=day_in_words(period.last)
    )


def happening(entry: JournalEntry) -> str:
    """Return what an entry of the journal says, in a sentence."""
    sentence = HAPPENED.get(entry.action)
    if sentence is None:
        return entry.action
    facts = {key: _fact(value) for key, value in entry.after.items()}
    return str(sentence).format(**facts)


def _fact(value: object) -> object:
    """Return a value of the journal as people write it; dates and periods are ISO 8601 there."""
    if isinstance(value, dict):
        return _picked(value)
    if value in ConfidentialityChoice.values:
        return ConfidentialityChoice(value).label
    try:
        first, slash, last = str(value).partition("/")
        start = day_in_words(date.fromisoformat(first))
        if not slash:
            return start
        return gettext("{first} to {last}").format(
            first=start, last=day_in_words(date.fromisoformat(last))
        )
    except ValueError:
        return value
