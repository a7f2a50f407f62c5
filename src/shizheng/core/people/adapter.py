"""How sign-up, sign-in and second factors of allauth fit this city's accounts."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not annotated
    """Residents open accounts themselves while the city allows it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anybody may open an account (``SHIZHENG_SIGNUP``)."""
        return bool(settings.SIGNUP_IS_OPEN)

    @transaction.atomic
    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Any,
        commit: bool = True,
    ) -> User:
        """Open the account of somebody who signs up."""
        user.display_name = form.cleaned_data.get("display_name") or user.display_name
        user.language = getattr(request, "LANGUAGE_CODE", "")
        super().save_user(request, user, form, commit=commit)
        if commit:
            journal.record(
                "core.person.signed_up",
                user,
                by=None,
                at=timezone.now(),
                personal={"username": user.username, "display_name": user.display_name},
            )
        return user


class OutsideAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """Sign-in with the city's own OpenID Connect service."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Whoever that service lets in may have an account, with no role until one is given."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take the person's name from the service."""
        user: User = super().populate_user(request, sociallogin, data)
        user.display_name = (data.get("name") or f"{user.last_name}{user.first_name}")[:80]
        return user


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Keeps secrets of second factors encrypted under the site's key."""

    def encrypt(self, text: str) -> str:
        """Return ``text`` encrypted."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text, whether the site's key or an old one encrypted it."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"shizheng second factor" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
