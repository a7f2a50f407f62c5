"""When the personal data of a closed case goes, by its outcome (保存年限屆滿)."""

import calendar
from datetime import date, timedelta

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.services.schema.service import Retention


def kept_until(rule: Retention, outcome: str, closed_on: date) -> date:
    """Return the last day on which everything of a case is kept.

    Years and months end on the day of the same number, or the last one of a shorter month.
    """
    amount = Amount.parse(str(rule.outcomes.get(outcome, rule.keep)))
    if amount.unit is Unit.DAY:
        return closed_on + timedelta(days=amount.count)
    months = amount.count * (12 if amount.unit is Unit.YEAR else 1)
    years, month = divmod(closed_on.month - 1 + months, 12)
    year = min(closed_on.year + years, date.max.year)
    day = min(closed_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def closed_before(rule: Retention, outcome: str, on: date) -> date:
    """Return a day before which every case closed whose time is over by ``on``.

    May be some days late, never early: who asks judges each case by ``kept_until`` as well.
    """
    amount = Amount.parse(str(rule.outcomes.get(outcome, rule.keep)))
    if amount.unit is Unit.DAY:
        return on - timedelta(days=amount.count)
    months = amount.count * (12 if amount.unit is Unit.YEAR else 1)
    years, month = divmod(on.month - 1 - months, 12)
    return date(max(on.year + years, 1), month + 1, 28) + timedelta(days=4)
