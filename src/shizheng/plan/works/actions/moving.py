"""What every act on a work does alike: move it if nobody else has, and leave its trace."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from shizheng.core import journal, outbox
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.models import PublicWork
from shizheng.plan.works.errors import ReasonMissing


def written(text: str) -> str:
    """Return ``text`` without blanks around it.

    Raises:
        ReasonMissing: nothing is left.
    """
    if not text.strip():
        raise ReasonMissing
    return text.strip()


def moved(work: PublicWork, **changes: object) -> PublicWork:
    """Write ``changes`` to a work, if it is as the caller read it.

    Raises:
        ChangedMeanwhile: somebody acted on it after it was read.
    """
    as_read = PublicWork.objects.filter(pk=work.pk, version=work.version)
    if not as_read.update(version=F("version") + 1, **changes):
        raise ChangedMeanwhile(thing=work.number)
    work.refresh_from_db()
    return work


def told(
    work: PublicWork,
    happened: str,
    *,
    by: User | None,
    at: datetime,
    on_behalf_of: Agency | None = None,
    why: str = "",
    was: Mapping[str, object] | None = None,
    now: Mapping[str, object] | None = None,
) -> None:
    """Write the journal (``plan.work.<happened>``) and publish ``city.work.<happened>``."""
    journal.record(
        f"plan.work.{happened}",
        work,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        why=why,
        was=plain(was),
        now=plain(now),
    )
    outbox.publish(
        f"city.work.{happened}",
        work,
        at=at,
        payload={
            "number": work.number,
            "agency": work.agency.code,
            "control": work.control.code,
            "stage": str(work.stage),
        },
    )


def plain(values: Mapping[str, object] | None) -> dict[str, object] | None:
    """Return ``values`` with days and decimals as text, as JSON wants them."""
    if values is None:
        return None
    return {
        key: str(value) if isinstance(value, date | Decimal) else value
        for key, value in values.items()
    }
