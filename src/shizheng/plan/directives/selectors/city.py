"""What the loaded city says about directives: the escalation rule and the working calendar."""

from django.db.models import QuerySet

from shizheng.core.models import PublishedDefinition
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.plan.directives.domain.escalation import EscalationRule
from shizheng.plan.directives.errors import CalendarMissing, EscalationRuleMissing


def _latest(kind: str) -> PublishedDefinition | None:
    published: QuerySet[PublishedDefinition] = PublishedDefinition.objects.filter(kind=kind)
    return published.order_by("-published_at", "-version").first()


def escalation_rule() -> EscalationRule:
    """Return the rule in force.

    Raises:
        EscalationRuleMissing: the pack has none.
    """
    published = _latest("escalation_rule")
    if published is None:
        raise EscalationRuleMissing
    from shizheng.plan.directives.definitions import EscalationRuleBody  # read when asked for

    return EscalationRuleBody.model_validate(published.body).rule()


def work_calendar() -> WorkCalendar:
    """Return the city's working calendar, with all that is known.

    Raises:
        CalendarMissing: the pack has none.
    """
    published = _latest("calendar")
    if published is None:
        raise CalendarMissing
    from shizheng.packs.kinds.calendar import Calendar  # read when asked for

    return Calendar.model_validate(published.body).work_calendar()
