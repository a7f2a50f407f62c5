"""What every act on a directive does alike: move it if nobody else has, and leave its trace."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import F

from shizheng.core import journal, outbox
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.directives.domain import flow
from shizheng.plan.directives.domain.flow import Act
from shizheng.plan.directives.errors import WordsMissing
from shizheng.plan.directives.searchable import directive_index
from shizheng.plan.models import Directive


def written(text: str) -> str:
    """Return ``text`` without blanks around it.

    Raises:
        WordsMissing: nothing is left.
    """
    if not text.strip():
        raise WordsMissing
    return text.strip()


def moved(directive: Directive, act: Act, **changes: object) -> Directive:
    """Move ``directive`` by ``act`` and write ``changes``, if it is as the caller read it.

    Raises:
        ActNotPossible: its state does not allow the act.
        ChangedMeanwhile: somebody acted on it after it was read.
    """
    status = flow.status_after(directive.status, act, number=directive.number)
    as_read = Directive.objects.filter(pk=directive.pk, version=directive.version)
    if not as_read.update(status=status, version=F("version") + 1, **changes):
        raise ChangedMeanwhile(thing=directive.number)
    directive.refresh_from_db()
    return directive


def told(
    directive: Directive,
    happened: str,
    *,
    by: User | None,
    at: datetime,
    on_behalf_of: Agency,
    why: str = "",
    was: Mapping[str, object] | None = None,
    now: Mapping[str, object] | None = None,
) -> None:
    """Write the journal (``plan.directive.<happened>``), search and ``city.directive.<happened>``.

    The event leaves the house, so it carries no words of the directive.
    """
    journal.record(
        f"plan.directive.{happened}",
        directive,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        why=why,
        was=plain(was),
        now=plain(now),
    )
    directive_index(directive)
    outbox.publish(
        f"city.directive.{happened}",
        directive,
        at=at,
        payload={
            "number": directive.number,
            "status": str(directive.status),
            "confidentiality": str(directive.confidentiality),
            "lead": directive.lead.code,
            "due_on": directive.due_on.isoformat(),
        },
    )


def plain(values: Mapping[str, object] | None) -> dict[str, object] | None:
    """Return ``values`` with dates as text, as JSON wants them."""
    if values is None:
        return None
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
    }
