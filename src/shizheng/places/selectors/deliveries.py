"""Files that were delivered to a register, and until when what was refused has to be put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from shizheng.core.access import Person
from shizheng.places.definitions import RegisterImport
from shizheng.places.models import ImportRun, Register


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery (交付): the run, rows that were refused, and its term (補正期限).

    ``due_on`` is None where nothing is to be put right, or no term is set. It is corrected once
    a later file of the same mapping was taken in without a refusal.
    """

    run: ImportRun
    refused: int
    due_on: date | None
    is_corrected: bool
    is_overdue: bool


def deliveries(
    register: Register, mappings: Iterable[RegisterImport], *, viewer: Person, on: date
) -> list[Delivery]:
    """Return the files that were taken in, the newest first, as of a day."""
    runs = ImportRun.objects.visible_to(viewer).filter(register=register)
    return standing_of(runs, mappings, on=on)


def standing_of(
    rows: QuerySet[ImportRun], mappings: Iterable[RegisterImport], *, on: date
) -> list[Delivery]:
    """Return how runs of one register stand on a day, the newest first."""
    terms = {each.id: each.correct_within_days for each in mappings}
    runs = list(
        rows.annotate(
            refused=Count("rows__number", filter=Q(rows__is_refused=True), distinct=True)
        ).order_by("-begun_at", "-pk")
    )
    found: list[Delivery] = []
    clean: set[str] = set()
    for run in runs:
        refused = int(run.refused)
        term, is_corrected = terms.get(run.mapping), run.mapping in clean
        due_on = None
        if refused and term:
            due_on = timezone.localdate(run.begun_at) + timedelta(days=term)
        is_overdue = due_on is not None and not is_corrected and on > due_on
        found.append(Delivery(run, refused, due_on, is_corrected, is_overdue))
        if not refused:
            clean.add(run.mapping)
    return found
