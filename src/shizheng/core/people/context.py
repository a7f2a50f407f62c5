"""What every page knows about the demo's accounts."""

from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shizheng.core.people.demo import DemoAccount, accounts_shown


def demo_accounts(request: HttpRequest) -> dict[str, Sequence[DemoAccount]]:
    """Give templates ``demo_accounts`` in the demo, and nothing anywhere else.

    They are read only if the page shows them.
    """
    if not settings.IS_DEMO:
        return {}
    return {"demo_accounts": cast(Sequence[DemoAccount], SimpleLazyObject(accounts_shown))}
