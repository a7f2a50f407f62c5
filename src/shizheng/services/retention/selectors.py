"""Which closed cases lose their personal data when, and what keeps some of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import User
from shizheng.services import city
from shizheng.services.actions.run import Run
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.retention import closed_before, kept_until
from shizheng.services.models import (
    Case,
    CaseLink,
    Charge,
    Confirmation,
    Output,
    Refund,
    ServiceVersion,
)
from shizheng.services.versions import definition_by

HOLD = "services.hold_case"
LOOK_AHEAD = timedelta(days=30)
MOST_SHOWN = 500
REASONS: dict[str, Promise] = {
    "hold": _("Kept by order"),
    "rule": _("Kept by a rule of the service"),
    "linked": _("A case linked with it is open"),
    "parts": _("A part of it is open"),
    "money": _("A fee or refund is open"),
    "office": _("An act waits for its second person, or a document is being made"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """A case, the last day on which everything of it is kept, and why it stays longer."""

    case: Case
    until: date
    kept: str = ""

    @property
    def why(self) -> str:
        """Why it stays, in words."""
        return str(REASONS[self.kept]) if self.kept else ""


def endings(rows: QuerySet[Case], *, on: date) -> Iterator[Ending]:
    """Yield those of ``rows`` whose time is over on the morning of ``on``, the kept ones too."""
    for version in ServiceVersion.objects.order_by("pk").values_list("pk", flat=True):
        definition = definition_by(version)
        outcomes = {str(state.outcome) for state in definition.states.values() if state.final}
        for outcome in sorted(outcomes):
            before = closed_before(definition.retention, outcome, on) + timedelta(days=1)
            known = rows.filter(
                version=version, outcome=outcome, is_open=False, anonymised_at=None,
                closed_at__lt=datetime.combine(before, time.min, city.zone()),
            )  # fmt: skip
            yield from _over(known, definition, on)


def _over(known: QuerySet[Case], definition: Definition, on: date) -> Iterator[Ending]:
    known = known.select_related("service", "agency")
    for case in known.order_by("closed_at", "id").iterator(chunk_size=500):
        until = until_of(case, definition)
        if until < on:
            yield Ending(case, until, why_kept(case, definition))


def until_of(case: Case, definition: Definition) -> date:
    """Return the last day on which everything of a closed case is kept."""
    assert case.closed_at is not None  # noqa: S101 - a constraint of the table
    closed_on = timezone.localdate(case.closed_at, city.zone())
    return kept_until(definition.retention, case.outcome, closed_on)


def why_kept(case: Case, definition: Definition) -> str:
    """Return the key of what keeps a case beyond its time, empty for nothing."""
    if case.is_on_hold:
        return "hold"
    for key, rows in _waiting(case).items():
        if rows.exists():
            return key
    rule = definition.retention.hold_if
    if rule is not None:
        run = Run(case, at=timezone.now(), by=None)
        if definition.vocabulary.value(str(rule), run.scope()):
            return "rule"
    return ""


def _waiting(case: Case) -> dict[str, QuerySet]:  # type: ignore[type-arg]  # rows of many tables
    links = CaseLink.objects.filter(undone_at=None)
    owed = Charge.objects.filter(case=case, status=Charge.Status.OPEN)
    back = Refund.objects.filter(payment__charge__case=case).exclude(status=Refund.Status.SENT)
    asked = Confirmation.objects.filter(case=case, settled_at=None)
    made = Output.objects.filter(case=case, status=Output.Status.PREPARING)
    return {
        "linked": links.filter(
            Q(case=case, to__is_open=True) | Q(to=case, case__is_open=True)
        ),
        "parts": Case.objects.filter(parent=case, is_open=True),
        "money": owed if owed.exists() else back,
        "office": asked if asked.exists() else made,
    }  # fmt: skip


def endings_for(person: User, *, at: datetime) -> list[Ending]:
    """Return what goes in the next 30 days of the cases that ``person`` may keep (預覽清單)."""
    rows: VisibleQuerySet[Case] = Case.objects.allowed_to(person, HOLD, at=at)
    on = timezone.localdate(at, city.zone()) + LOOK_AHEAD + timedelta(days=1)
    found = []
    for ending in endings(rows, on=on):
        found.append(ending)
        if len(found) == MOST_SHOWN:
            break
    return sorted(found, key=lambda each: (each.until, each.case.number))
