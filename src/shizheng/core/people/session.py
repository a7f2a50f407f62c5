"""Sessions in the database, as Django keeps them, found by a query that is made once."""

from django.contrib.sessions.backends.db import SessionStore as OfDjango
from django.contrib.sessions.models import Session
from django.utils import timezone

from shizheng.core.prepared import Prepared, Slot

_known: Prepared[Session] = Prepared(
    lambda: Session.objects.filter(
        session_key=Slot("key", Session._meta.get_field("session_key")),
        expire_date__gt=Slot("now", Session._meta.get_field("expire_date")),
    )
)


class SessionStore(OfDjango):
    """What a browser's cookie stands for, read anew by every request that asks who it is."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table of Django."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        for found in _known.all(key=self.session_key, now=timezone.now()):
            return found
        self._session_key = None
        return None
