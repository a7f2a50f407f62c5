"""Reads of polls: which ones somebody sees, what was asked before, and what others asked."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.core.access import Person, Viewer
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.statistics.domain.polls import FEW
from shizheng.statistics.indicators.actions import ENTER
from shizheng.statistics.models import Poll, PollResult
from shizheng.statistics.polls.definitions import PollRule

CITY = ""
BESIDE = timedelta(days=366)
MOST_BESIDE = 30


def corrected(poll: str = "") -> Exists:
    """Return whether a poll was corrected: a later version of its code was signed off (已更正).

    Args:
        poll: way from the rows that are asked to their poll, such as ``poll__``.
    """
    return Exists(
        Poll.objects.filter(
            code=OuterRef(f"{poll}code"), version__gt=OuterRef(f"{poll}version"),
            signed_at__isnull=False,
        )
    )  # fmt: skip


def polls_seen(viewer: Person) -> QuerySet[Poll]:
    """Return the polls that ``viewer`` may see, the newest first; of corrected ones what stands."""
    rows = Poll.objects.visible_to(viewer).select_related("agency", "entered_by", "signed_by")
    return rows.filter(~corrected()).order_by("-fieldwork_to", "code", "-version")


def versions_seen(viewer: Person, code: str) -> QuerySet[Poll]:
    """Return every version of a poll that ``viewer`` may see, the newest first."""
    rows = Poll.objects.visible_to(viewer).filter(code=code)
    return rows.select_related("agency", "entered_by", "signed_by").order_by("-version")


def agencies_entered(viewer: Person) -> QuerySet[Agency]:
    """Return the agencies for which ``viewer`` enters polls."""
    within = Viewer(viewer).within(ENTER, agency="pk")
    return Agency.objects.filter(within).order_by("position", "code")


def fewest_answers() -> int:
    """Return from how many answers on a share is told: what the pack says, or 30."""
    rows = PublishedDefinition.objects.filter(kind="poll_rule")
    rule = rows.order_by("-published_at", "-version").first()
    return PollRule.model_validate(rule.body).fewest_answers if rule else FEW


def earlier_results(poll: Poll, topics: Iterable[str]) -> dict[str, list[PollResult]]:
    """Return by topic the city's results of the poll before that asked it.

    Polls of the city are compared among those of the agency, media polls among those of who
    conducted them; only what is signed off counts.
    """
    same: dict[str, object] = (
        {"poll__is_media": True, "poll__conducted_by": poll.conducted_by}
        if poll.is_media else {"poll__is_media": False, "poll__agency": poll.agency_id}
    )  # fmt: skip
    rows = PollResult.objects.filter(
        ~Q(poll__code=poll.code), ~corrected("poll__"), topic__in=list(topics), district=CITY,
        poll__signed_at__isnull=False, poll__fieldwork_to__lt=poll.fieldwork_from, **same,
    )  # fmt: skip
    found: dict[str, list[PollResult]] = {}
    for row in rows.select_related("poll").order_by(
        "-poll__fieldwork_to", "-poll__code", "position"
    ):
        there = found.setdefault(row.topic, [])
        if not there or there[0].poll_id == row.poll_id:
            there.append(row)
    return found


def results_beside(poll: Poll, topics: Iterable[str]) -> dict[str, list[PollResult]]:
    """Return by topic what media polls of the year around found, the newest first."""
    rows = PollResult.objects.filter(
        ~corrected("poll__"), topic__in=list(topics), district=CITY,
        poll__signed_at__isnull=False, poll__is_media=True,
        poll__fieldwork_to__range=(poll.fieldwork_from - BESIDE, poll.fieldwork_to + BESIDE),
    )  # fmt: skip
    found: dict[str, list[PollResult]] = {}
    for row in (
        rows.exclude(poll__code=poll.code).select_related("poll")
        .order_by("-poll__fieldwork_to", "poll__code", "position")
    ):  # fmt: skip
        there = found.setdefault(row.topic, [])
        if len(there) < MOST_BESIDE:
            there.append(row)
    return found
