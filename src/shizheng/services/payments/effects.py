"""The effects ``charge`` and ``refund``."""

from collections.abc import Mapping
from typing import Any

from shizheng.services.actions.run import Run, effects
from shizheng.services.models import Charge
from shizheng.services.payments.actions.refunding import charge_give_back
from shizheng.services.payments.charging import charge_ask, charge_cancel


@effects.register("charge")
def charge(run: Run, key: str, given: Mapping[str, Any]) -> None:
    """Ask for a fee (開立規費); a fee of NT$0 is paid at once.

    Raises:
        FeeNotComputable: the definition gives no whole amount.
    """
    charge_ask(run, key, given)


@effects.register("refund")
def refund(run: Run, key: str, given: Mapping[str, Any]) -> None:
    """Give a fee back (退還規費): what was paid by the share of the service; an unpaid one ends."""
    for each in Charge.objects.filter(case=run.case, key=key):
        if each.status == Charge.Status.OPEN:
            charge_cancel(each, at=run.at, by=run.by)
        elif each.status == Charge.Status.PAID:
            charge_give_back(run, each)
