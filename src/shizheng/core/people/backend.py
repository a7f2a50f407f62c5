"""Who a session belongs to, found by a query that is made once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from shizheng.core.models import User
from shizheng.core.prepared import Prepared, Slot

_known: Prepared[User] = Prepared(lambda: User.objects.filter(pk=Slot("pk", User._meta.pk)))


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs people in as allauth does."""

    def get_user(self, user_id: Any) -> User | None:
        """Return a person who may sign in, read anew by every request."""
        for person in _known.all(pk=user_id):
            return person if self.user_can_authenticate(person) else None
        return None
