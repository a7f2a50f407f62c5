"""Words of the works' pages: what happened, what can be done, what was wrong."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shizheng.core.forms import writes_roc_years
from shizheng.core.models import JournalEntry
from shizheng.core.showing import number
from shizheng.kernel.dates import roc_year
from shizheng.plan.models import StageChoice, WorkWarning
from shizheng.plan.models.work import AlarmChoice
from shizheng.plan.works.domain.alarms import AlarmKind

HAPPENED = {
    "plan.work.registered": _("Registered"),
    "plan.work.contract_set": _("Contract recorded: {amount_twd} TWD"),
    "plan.work.contract_changed": _("Contract changed: {amount_twd} TWD, version {version}"),
    "plan.work.stage_moved": _("Stage: {stage}"),
    "plan.work.curve_proposed": _("Planned curve proposed, version {version}"),
    "plan.work.curve_adopted": _("Planned curve adopted, version {version}"),
    "plan.work.curve_refused": _("Planned curve refused, version {version}"),
    "plan.work.report_filed": _("Reported for {month}: {percent} %"),
    "plan.work.report_corrected": _("Report for {month} corrected: {percent} %"),
    "plan.work.audited": _("Audited: grade {grade}"),
    "plan.work.correction_filed": _("Correction of fault {fault} filed"),
    "plan.work.correction_checked": _("Correction of fault {fault} checked"),
    "plan.work.warned": _("Warning: {kind}"),
    "plan.work.warning_ended": _("Warning ended: {kind}"),
}
"""What the journal's entries say; values are those of the entry."""

WARNED = {
    AlarmKind.PROGRESS: _("{amount} points behind the plan; the limit is {limit}"),
    AlarmKind.SILENCE: _("{amount} days without a report; the limit is {limit}"),
    AlarmKind.MONEY: _("{amount} points more paid than done; the limit is {limit}"),
    AlarmKind.OVERPAID: _("{amount} TWD more paid than the contract"),
    AlarmKind.OVERDUE: _("{amount} days past the planned end"),
}

PARTS = {"value": _("Contract value"), "delay": _("Delay"), "risk": _("Risk")}


def warning_in_words(warning: WorkWarning) -> str:
    """Return how much is wrong and which limit it passed."""
    return str(WARNED[AlarmKind(warning.kind)]).format(
        amount=plain_number(warning.amount), limit=plain_number(warning.limit)
    )


def plain_number(value: Decimal) -> str:
    """Return a number without the zeros that its column adds."""
    whole = value.to_integral_value()
    return number(int(whole)) if value == whole else number(value.normalize())


def happening(entry: JournalEntry) -> str:
    """Return what an entry of the journal says, in a sentence."""
    sentence = HAPPENED.get(entry.action)
    if sentence is None:
        return entry.action
    facts = {key: _fact(key, value) for key, value in entry.after.items()}
    return str(sentence).format(**facts)


def _fact(key: str, value: object) -> object:
    """Return a value of the journal as people write it."""
    if key == "stage":
        return StageChoice(str(value)).label
    if key == "kind":
        return AlarmChoice(str(value)).label
    if key == "month":
        return month_in_words(date.fromisoformat(str(value)))
    if key == "amount_twd" and isinstance(value, int):
        return number(value)
    if key == "percent":
        return _trimmed(str(value))
    return value


def _trimmed(text: str) -> str:
    try:
        return plain_number(Decimal(text))
    except InvalidOperation:
        return text


def month_in_words(month: date) -> str:
    """Return ``109年3月`` in Chinese where the city writes so, ``March 2020`` in English."""
    if writes_roc_years():
        return f"{roc_year(month)}年{month.month}月"
    return date_format(month, "YEAR_MONTH_FORMAT")
