"""Words of the pages of information security: what happened, clocks, drills, refused rows."""

from datetime import date, timedelta

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import JournalEntry
from shizheng.plan.models import IncidentLevelChoice, ProtectionChoice
from shizheng.plan.security.domain.clocks import Step
from shizheng.plan.security.domain.drills import DrillState
from shizheng.plan.security.domain.hosts import Refused
from shizheng.plan.works.words import month_in_words

HOURS_SHOWN = 96
STEPS = {
    Step.REPORT: _("Report to the authority"),
    Step.CONTAIN: _("Bring the damage under control"),
    Step.INVESTIGATE: _("File the closing report"),
}
DRILLS = {
    DrillState.NOT_ASKED: ("grey", _("not asked")),
    DrillState.NEVER: ("red", _("never held")),
    DrillState.DUE: ("red", _("overdue")),
    DrillState.FAILED: ("yellow", _("not passed")),
    DrillState.DONE: ("green", _("passed")),
}
REFUSALS = {
    "host": _("Line {line}: “{value}” is no host that you may report on."),
    "month": _("Line {line}: “{value}” is no month until now, or the host has it twice."),
    "utilisation_percent": _("Line {line}: utilisation “{value}” is no number from 0 to 100."),
    "availability_percent": _("Line {line}: availability “{value}” is no number from 0 to 100."),
    "kwh": _("Line {line}: “{value}” is no energy in kWh from 0 to 1,000,000."),
}
HAPPENED = {
    "plan.security_system.registered": _("System entered"),
    "plan.security_system.changed": _("System changed: protection {protection}"),
    "plan.security_system.software_listed": _("Software list {list}: {components} components"),
    "plan.security_incident.opened": _("Incident entered: {level}"),
    "plan.security_incident.reported": _("Reported to the authority"),
    "plan.security_incident.levelled": _("Level changed: {level}"),
    "plan.security_incident.contained": _("Damage under control"),
    "plan.security_incident.investigated": _("Closing report filed"),
    "plan.security_incident.closed": pgettext_lazy("plan", "Closed"),
    "plan.security_incident.indicators_noted": _("Indicators noted: {count}"),
    "plan.security_incident.indicators_shared": _("Indicators shared: {count}"),
}
"""What the journal's entries say; readings are left to the journal itself."""


def happening(entry: JournalEntry) -> str:
    """Return what an entry of the journal says, in a sentence."""
    facts = {key: _fact(key, value) for key, value in entry.after.items()}
    return str(HAPPENED[entry.action]).format(**facts)


def _fact(key: str, value: object) -> object:
    if key == "level":
        return IncidentLevelChoice(str(value)).label
    if key == "protection":
        return ProtectionChoice(str(value)).label
    return value


def refusal_in_words(refused: Refused) -> str:
    """Return why a row was not taken."""
    value = refused.value or gettext("nothing")
    return str(REFUSALS[refused.column]).format(line=refused.line, value=value)


def time_in_words(left: timedelta) -> str:
    """Return how much time is left or gone: hours and minutes as the law counts, else days."""
    minutes = int(abs(left).total_seconds() // 60)
    hours = minutes // 60
    if hours >= HOURS_SHOWN:
        return gettext("{days} d {hours} h").format(days=hours // 24, hours=hours % 24)
    return gettext("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)


def month_name(month: date) -> str:
    """Return a month as people write it."""
    return month_in_words(month)
