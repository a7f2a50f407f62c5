"""Staff must have a second factor: until they do, every page leads to setting one up."""

from collections.abc import Callable
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext

from shizheng.core.access import works_for_city
from shizheng.core.models import User
from shizheng.kernel.errors import N_, DomainError

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
OPEN_PAGES = ("mfa_", "account_", "socialaccount_", "openid_connect_", "health_")
OPEN_NAMES = {"set_language", "javascript-catalog"}


class SecondFactorMissing(DomainError):
    """A member of staff has not set up a second factor (尚未設定雙重驗證)."""

    code = "core.second_factor_missing"
    message = N_("Your account works for the city and needs a second factor.")
    hint = N_("Sign in with a browser and set up an authenticator app or a passkey.")
    status = 403


class SecondFactorMiddleware:
    """Sends staff without a second factor to set one up (``SHIZHENG_REQUIRE_MFA``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send the person to the set-up page first."""
        if not settings.REQUIRE_SECOND_FACTOR or _is_open(request) or not _lacks_factor(request):
            return self.get_response(request)
        if "/api/" in request.path_info:
            refusal = SecondFactorMissing().refusal(gettext)
            return JsonResponse(
                {"code": refusal.code, "message": refusal.message, "hint": refusal.hint},
                status=SecondFactorMissing.status,
            )
        answer = HttpResponseRedirect(reverse("mfa_index"))
        answer.status_code = 303
        return answer


def _is_open(request: HttpRequest) -> bool:
    if request.path_info.startswith(settings.STATIC_URL):
        return True
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return True
    return name in OPEN_NAMES or name.startswith(OPEN_PAGES)


def _lacks_factor(request: HttpRequest) -> bool:
    person = request.user
    return needs_second_factor(request) and not has_second_factor(cast(User, person))


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether who asks is staff and the city demands a second factor of them."""
    return bool(settings.REQUIRE_SECOND_FACTOR) and works_for_city(request.user)


def has_passed_second_factor(request: HttpRequest) -> bool:
    """Whether who asks showed a second factor when they signed in to this session."""
    records = get_authentication_records(request, cast(User, request.user))
    return any(record.get("method") == "mfa" for record in records)


def has_second_factor(person: User) -> bool:
    """Whether ``person`` has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(person, types=FACTORS))
