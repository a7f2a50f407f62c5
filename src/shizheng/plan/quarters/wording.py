"""Titles of quarters and their reports."""

from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.quarters.facts import Record


def report_title(body: Record, department: int | None = None) -> str:
    """Return the title of the report of the city or of a department."""
    quarter = period_name(body["quarter"])
    if department is None:
        return _("Quarterly report of the plan, {quarter}").format(quarter=quarter)
    of = next(each for each in body["departments"] if each["number"] == department)
    name = in_language(of["name"]) or of["title"]
    return _("Quarterly report of {department}, {quarter}").format(department=name, quarter=quarter)
