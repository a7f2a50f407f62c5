"""Reads of surveys: rounds, one's own addresses, progress by village, what waits for a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from shizheng.core.access import Person, may
from shizheng.core.models import Area, PublishedDefinition, Role, User
from shizheng.statistics.models import (
    SurveyAddress,
    SurveyArea,
    SurveyAssignment,
    SurveyDuplicate,
    SurveyRecord,
    SurveyRound,
)
from shizheng.statistics.surveys.access import ENUMERATE
from shizheng.statistics.surveys.definitions import Survey
from shizheng.statistics.surveys.domain.rechecks import Differences, differences

State = SurveyAddress.State


@lru_cache(maxsize=50)
def _definition(key: UUID) -> Survey:
    return Survey.model_validate(PublishedDefinition.objects.get(pk=key).body)


def definition_of(row: SurveyRound) -> Survey:
    """Return the definition under which a round is held; read once, a version never changes."""
    return _definition(row.definition_id)


def rounds() -> QuerySet[SurveyRound]:
    """Return all rounds that the pack declares or that were held, the newest first."""
    rows = SurveyRound.objects.filter(Q(is_kept=True) | ~Q(state="planned"))
    return rows.select_related("owner").order_by("-reference_on", "code")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the addresses of a village are (進度); those that do not exist are left out."""

    village: str
    name: Mapping[str, str]
    district: Mapping[str, str]
    addresses: int
    visited: int
    complete: int
    refused: int
    absent: int
    vacant: int

    @property
    def coverage(self) -> Fraction | None:
        """Complete, of the addresses where somebody lives; None where nobody does."""
        lived = self.addresses - self.vacant
        return Fraction(self.complete, lived) if lived else None


def progress_of(survey: SurveyRound) -> list[Progress]:
    """Return how far each village is, in the order of its code."""
    found = (
        SurveyAddress.objects.filter(round=survey, removed_at=None, is_sampled=True)
        .values("village__code", "village__name", "village__parent__name")
        .annotate(
            addresses=Count("pk"), visited=Count("pk", filter=Q(visit_count__gt=0)),
            complete=Count("pk", filter=Q(state=State.COMPLETE)),
            refused=Count("pk", filter=Q(state=State.REFUSED)),
            absent=Count("pk", filter=Q(state=State.ABSENT)),
            vacant=Count("pk", filter=Q(state=State.VACANT)),
        )
        .order_by("village__code")
    )  # fmt: skip
    return [
        Progress(
            row["village__code"], row["village__name"], row["village__parent__name"] or {},
            row["addresses"], row["visited"], row["complete"], row["refused"], row["absent"],
            row["vacant"],
        )
        for row in found
    ]  # fmt: skip


def sum_of(parts: Sequence[Progress]) -> Progress:
    """Return all villages together."""
    names = ("addresses", "visited", "complete", "refused", "absent", "vacant")
    return Progress("", {}, {}, **{n: sum(getattr(part, n) for part in parts) for n in names})


def areas_of(row: SurveyRound) -> QuerySet[SurveyArea]:
    """Return the enumeration areas with their villages, addresses counted, and who visits them."""
    now = SurveyAssignment.objects.filter(ended_at=None).select_related("person")
    villages = Area.objects.defer("shape")
    rows = SurveyArea.objects.filter(round=row).annotate(
        address_count=Count("addresses", filter=Q(addresses__removed_at=None), distinct=True)
    )
    return rows.prefetch_related(
        Prefetch("assignments", queryset=now, to_attr="current"),
        Prefetch("villages", queryset=villages),
    ).order_by("code")


def enumerators_of(row: SurveyRound) -> QuerySet[User]:
    """Return who holds, for the agency of the survey, the role of visiting addresses."""
    roles = [role.pk for role in Role.objects.all() if ENUMERATE in role.permissions]
    held = User.objects.filter(is_active=True, grants__role__in=roles).distinct()
    fit = [each.pk for each in held if may(each, ENUMERATE, row)]
    rows: QuerySet[User] = User.objects.filter(pk__in=fit)
    return rows.order_by("display_name", "username")


def addresses_mine(person: Person) -> QuerySet[SurveyAddress]:
    """Return the addresses that ``person`` is to visit now, in the order of the list."""
    mine = Q(area__assignments__person=person.pk, area__assignments__ended_at=None)
    rows = SurveyAddress.objects.visible_to(person).filter(round__state="open", removed_at=None)
    return (
        rows.filter(mine | Q(reinterviewer=person.pk)).distinct()
        .select_related("round", "village", "area").order_by("round", "number")
    )  # fmt: skip


def duplicates_waiting(row: SurveyRound) -> QuerySet[SurveyDuplicate]:
    """Return the pairs of records that nobody decided yet."""
    return (
        SurveyDuplicate.objects.filter(round=row, decision="")
        .select_related(
            "first__address__village", "first__sent_by", "second__address", "second__sent_by"
        )
        .order_by("found_at", "pk")
    )


def rechecks_of(row: SurveyRound) -> list[Differences]:
    """Return for each question of the re-interview how often the two answers differ."""
    body = definition_of(row)
    checks = SurveyRecord.objects.filter(
        address__round=row, standing="check", outcome="complete", erased_at=None
    ).order_by("address", "noted_at", "pk")
    by_address = {each.address_id: each.answers for each in checks}
    firsts = SurveyRecord.objects.filter(
        address__in=by_address, standing="counted", outcome="complete"
    )
    pairs = [(each.answers, by_address[each.address_id]) for each in firsts.order_by("pk")]
    return differences(pairs, body.recheck.questions, body.people.table)


def failed_edits(row: SurveyRound) -> list[tuple[str, Mapping[str, str], int]]:
    """Return how many counted households fail each edit: id, sentence, count."""
    counts: dict[str, int] = {}
    rows = SurveyRecord.objects.filter(address__round=row, standing="counted").exclude(failed=[])
    for failed in rows.values_list("failed", flat=True):
        for name in failed:
            counts[name] = counts.get(name, 0) + 1
    return [
        (each.id, each.message, counts[each.id])
        for each in definition_of(row).edits if each.id in counts
    ]  # fmt: skip


def records_late(row: SurveyRound) -> int:
    """Return how many answers came after the closing."""
    return SurveyRecord.objects.filter(address__round=row, standing="late").count()


def share_of(row: SurveyRound) -> Fraction:
    """Return which share of complete addresses is asked again."""
    return Fraction(definition_of(row).recheck.share)
