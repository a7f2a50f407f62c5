"""A sale with a deadline: households apply until the last day; who has not is written to."""

from datetime import datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_, NotPermitted
from shizheng.places.telling import tell
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.city import sale_called, tenure, today_at
from shizheng.places.tenure.domain.errors import AppliedAlready, SaleClosed
from shizheng.places.tenure.models import SaleHousehold, SaleNotice

State = SaleHousehold.State


@transaction.atomic
def sale_apply(*, household: SaleHousehold, by: User, at: datetime) -> SaleHousehold:
    """Apply to buy (申購): the household itself, or the agency for who comes to the counter.

    Raises:
        NotPermitted: ``by`` is neither.
        SaleClosed: the last day is over.
        AppliedAlready: it has applied.
    """
    if household.person_id != by.pk:
        require(by, MANAGE, household)
    sale = sale_called(household.sale)
    if today_at(at) > sale.last_on:
        raise SaleClosed(last=sale.last_on)
    rows = SaleHousehold.objects.filter(pk=household.pk, state__in=(State.WAITING, State.DECLINED))
    if not rows.update(state=State.APPLIED, applied_at=at):
        raise AppliedAlready
    household.refresh_from_db()
    facts = {"sale": household.sale, "number": household.number, "state": household.state}
    journal.record("places.sale.applied", household, by=by, at=at, now=facts)
    outbox.publish("places.sale.applied", household, at=at, payload=facts)
    if household.person is not None:
        tell(
            [household.person], key=f"sale-applied:{household.pk}", at=at,
            template="places.sale_applied", subject=N_("Your application {number} has arrived"),
            text=N_("Your household {number} has applied in time. The agency in charge tells you what comes next."),  # noqa: E501
            number=household.number,
        )  # fmt: skip
    return household


@transaction.atomic
def sale_decline(*, household: SaleHousehold, by: User, at: datetime) -> SaleHousehold:
    """Say that a household does not want to buy (不願承購); it may still apply in time.

    Raises:
        NotPermitted: it is neither ``by``'s household nor do they manage the sale.
        AppliedAlready: it has applied.
    """
    if household.person_id != by.pk:
        require(by, MANAGE, household)
    rows = SaleHousehold.objects.filter(pk=household.pk, state=State.WAITING)
    if not rows.update(state=State.DECLINED):
        raise AppliedAlready
    household.refresh_from_db()
    facts = {"sale": household.sale, "number": household.number, "state": household.state}
    journal.record("places.sale.declined", household, by=by, at=at, now=facts)
    return household


@transaction.atomic
def sale_settle(*, household: SaleHousehold, by: User, at: datetime) -> SaleHousehold:
    """Say that the property is sold and transferred (完成讓售).

    Raises:
        NotPermitted: ``by`` does not manage the sale, or the household has not applied.
    """
    require(by, MANAGE, household)
    rows = SaleHousehold.objects.filter(pk=household.pk, state=State.APPLIED)
    if not rows.update(state=State.SOLD):
        raise NotPermitted(permission=MANAGE)
    household.refresh_from_db()
    facts = {"sale": household.sale, "number": household.number, "state": household.state}
    journal.record("places.sale.sold", household, by=by, at=at, now=facts)
    outbox.publish("places.sale.sold", household, at=at, payload=facts)
    return household


@transaction.atomic
def sales_remind(*, at: datetime) -> int:
    """Write to households that have not applied, on the days that the pack sets (催辦).

    Who has an account is told on the site; of the others the list says that a letter is to be
    posted. A day that was missed is made up for, until the deadline.

    Returns:
        How many households were written to.
    """
    today, made = today_at(at), 0
    for sale in tenure().sales:
        left = (sale.last_on - today).days
        passed = [days for days in sale.remind_days if 0 <= left <= days]
        if not passed:
            continue
        nearest = min(passed)
        waiting = SaleHousehold.objects.filter(sale=sale.id, state=State.WAITING)
        rows = waiting.exclude(notices__days_before=nearest).select_related("person")
        for household in rows:
            SaleNotice.objects.create(
                household=household, days_before=nearest, made_at=at,
                by_account=household.person is not None,
            )  # fmt: skip
            if household.person is not None:
                tell(
                    [household.person], key=f"sale:{household.pk}:{nearest}", at=at,
                    template="places.sale_reminder",
                    subject=N_("{days} days left to apply to buy"),
                    text=N_("Your household {number} has not applied yet. Applications close at the end of {last}; after that none can be taken."),  # noqa: E501
                    days=left, number=household.number, last=sale.last_on,
                )  # fmt: skip
            made += 1
        if rows:
            facts = {"sale": sale.id, "days_left": left}
            outbox.publish("places.sale.reminded", rows[0], at=at, payload=facts)
    return made
