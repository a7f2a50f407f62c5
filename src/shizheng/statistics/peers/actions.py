"""Figures of other cities beside an indicator: taken in from a file, signed off by another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.city import current as current_city
from shizheng.core.models import User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import fold
from shizheng.statistics.definitions import Indicator as Definition
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.indicators.entering import number_read, period_check, period_read
from shizheng.statistics.models import Indicator, PeerFigure
from shizheng.statistics.polls.errors import PeerSigned, PeerUnfit, PollOwn
from shizheng.statistics.polls.table import Cells, Taken, day_of, taken
from shizheng.statistics.selectors import definition_by

COLUMNS = ("city", "period", "value", "source", "published_on", "difference")
NEEDED = ("city", "period", "value", "source", "published_on")


@dataclass(frozen=True, slots=True)
class Peer:
    """A figure of another city (他市指標值).

    Args:
        published_on: when the other city, or who counts for it, published it.
        difference: where its definition differs; empty where it is the same.
    """

    city: str
    period: str
    value: Decimal
    source: str
    published_on: date
    difference: str = ""


@transaction.atomic
def peers_import(
    *, indicator: Indicator, content: bytes, by: User, at: datetime, encoding: str = "utf-8",
    is_synthetic: bool = False,
) -> Taken[Peer]:  # fmt: skip
    """Take in a CSV file of figures of other cities; one wrong line stops all.

    They are shown once signed off; a newer figure of the same city and period corrects one.

    Raises:
        NotPermitted: ``by`` enters no figures of the agency that owns the indicator.
        FileTooLong, EncodingUnknown, FileUnreadable, TableUnfit: nothing of it can be used.
    """
    require(by, ENTER, indicator, at=at)
    body, today = definition_by(indicator.current_id), timezone.localdate(at)
    seen: set[tuple[str, str]] = set()

    def row(cells: Cells) -> Peer:
        peer = _peer(cells, body, today)
        if (peer.city, peer.period) in seen:
            raise PeerUnfit(reason=N_("the city has a figure of this period on a line before"))
        seen.add((peer.city, peer.period))
        return peer

    found = taken(content, encoding, columns=COLUMNS, needed=NEEDED, row=row)
    if not found.problems:
        PeerFigure.objects.bulk_create(
            PeerFigure(
                indicator=indicator, entered_by=by, entered_at=at, is_synthetic=is_synthetic,
                **asdict(each),
            )
            for each in found.rows
        )  # fmt: skip
        journal.record(
            "statistics.peers.imported", indicator, by=by, at=at, on_behalf_of=indicator.owner,
            now={"indicator": indicator.code, "figures": len(found.rows)},
        )  # fmt: skip
    return found


@transaction.atomic
def peers_sign(*, figures: Sequence[PeerFigure], by: User, at: datetime) -> None:
    """Sign off figures of other cities that somebody else entered; all or none.

    Raises:
        NotPermitted: ``by`` signs no figures of an agency that owns one of the indicators.
        PollOwn: ``by`` entered one of them.
        PeerSigned: one of them counts already.
    """
    for indicator in {each.indicator for each in figures}:
        require(by, SIGN, indicator, at=at)
    if any(each.entered_by_id == by.pk for each in figures):
        raise PollOwn
    keys = [each.pk for each in figures]
    unsigned = PeerFigure.objects.filter(pk__in=keys, signed_at=None)
    if unsigned.update(signed_at=at, signed_by=by) != len(keys):
        raise PeerSigned
    for each in figures:
        journal.record(
            "statistics.peer.signed", each, by=by, at=at, on_behalf_of=each.indicator.owner,
            now={"indicator": each.indicator.code, "city": each.city, "period": each.period},
        )  # fmt: skip


def _peer(cells: Cells, body: Definition, today: date) -> Peer:
    period = period_read(cells["period"])
    period_check(body, period, today)
    value, day = number_read(cells["value"], body), day_of(cells["published_on"])
    reason = ""
    if not 0 < len(cells["city"]) <= 60:
        reason = N_("the name of the city is missing or too long")
    elif (own := current_city()) and fold(cells["city"]) in map(fold, own.name.values()):
        reason = N_("it is this city itself")
    elif value is None:
        reason = N_("there is no value")
    elif not 0 < len(cells["source"]) <= 300:
        reason = N_("the source is missing or too long")
    elif day is None or day > today:
        reason = N_("the day on which it was published is missing, unreadable or to come")
    elif len(cells["difference"]) > 300:
        reason = N_("what differs is told at too great length")
    if reason or value is None or day is None:
        raise PeerUnfit(reason=reason)
    return Peer(cells["city"], period.code, value, cells["source"], day, cells["difference"])
