"""What every page knows about accounts."""

from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shizheng.core.people.demo import DemoAccount, accounts_shown
from shizheng.core.people.second_factor import needs_second_factor


def demo_accounts(request: HttpRequest) -> dict[str, Sequence[DemoAccount]]:
    """Give templates ``demo_accounts`` in the demo, and nothing anywhere else.

    They are read only if the page shows them.
    """
    if not settings.IS_DEMO:
        return {}
    return {"demo_accounts": cast(Sequence[DemoAccount], SimpleLazyObject(accounts_shown))}


def accounts(request: HttpRequest) -> dict[str, bool]:
    """Tell templates whether residents may open accounts, and who needs a second factor."""
    return {
        "signup_is_open": settings.SIGNUP_IS_OPEN,
        "needs_second_factor": cast(bool, SimpleLazyObject(lambda: needs_second_factor(request))),
    }
