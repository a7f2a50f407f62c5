"""What a party of a case sees beside what everybody sees: their own answers, clocks, fees, acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from shizheng.core.files import attachments_of
from shizheng.core.models import User
from shizheng.core.models.file import Attachment
from shizheng.core.words import in_language
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.explain import explain
from shizheng.services import city
from shizheng.services.actions.run import Run
from shizheng.services.clocks.keeping import value_of
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.clocks import extended_calendar
from shizheng.services.domain.flow import Actor, actions_open
from shizheng.services.following.actions.rating import RATERS, rating_of, rating_until
from shizheng.services.following.selectors.shown import files_of
from shizheng.services.following.selectors.steps import Step, last_request, party_steps
from shizheng.services.following.words import Row, address_of, answer_rows
from shizheng.services.models import (
    AnswerSet,
    Case,
    CaseClock,
    CaseEvent,
    CaseMessage,
    CaseParty,
    Charge,
    Output,
    Review,
)
from shizheng.services.schema.common import APPLICANT, PUBLIC
from shizheng.services.versions import definition_by


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the party may do now: its words and where its form is."""

    key: str
    label: str
    help: str
    address: str
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A period with its end and its arithmetic (怎麼算的)."""

    label: str
    due_at: datetime | None
    is_over: bool
    is_kept: bool
    summary: str
    days: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class OutputShown:
    """A document that was issued, and its file."""

    output: Output
    label: str
    file: Attachment | None


@dataclass(frozen=True, slots=True)
class ForParty:
    """The page of a case as one of its parties sees it."""

    party: CaseParty
    answers: tuple[Row, ...]
    description: str
    steps: tuple[Step, ...]
    request: Step | None
    acts: tuple[Act, ...]
    clocks: tuple[ClockShown, ...]
    charges: tuple[Charge, ...]
    outputs: tuple[OutputShown, ...]
    reviews: tuple[Review, ...]
    files: tuple[Attachment, ...]
    messages: tuple[CaseMessage, ...]
    children: tuple[Case, ...]
    rate_until: datetime | None
    rating: CaseEvent | None

    @property
    def open_charges(self) -> list[Charge]:
        """Fees to pay."""
        return [each for each in self.charges if each.status == Charge.Status.OPEN]

    @property
    def corrections(self) -> list[Act]:
        """Acts that change the answers."""
        return [act for act in self.acts if act.is_correction]


def case_for_party(case: Case, party: CaseParty, *, by: User | None, at: datetime) -> ForParty:
    """Return what a party may see and do; ``party`` is proven by the caller."""
    definition = definition_by(case.version_id)
    newest = AnswerSet.objects.filter(case=case).order_by("-number").first()
    answers: Mapping[str, Any] = {**newest.answers, **newest.personal} if newest else {}
    until = rating_until(case) if party.role in RATERS else None
    return ForParty(
        party=party,
        answers=tuple(answer_rows(definition, answers, only_public=False)),
        description=case.description,
        steps=tuple(party_steps(case, definition)),
        request=last_request(case, definition) if case.holder == Case.Holder.APPLICANT else None,
        acts=tuple(acts_open(case, definition, party, by=by, at=at)),
        clocks=tuple(_clocks(case, definition, at)),
        charges=tuple(Charge.objects.filter(case=case)),
        outputs=tuple(_outputs(case, definition)),
        reviews=tuple(_reviews(case, definition)),
        files=tuple(files_of(case, ("party", "public"))),
        messages=tuple(
            CaseMessage.objects.filter(case=case, visibility__in=("party", "public"))
            .select_related("agency", "as_party")
            .order_by("sent_at", "id")
        ),
        children=tuple(Case.objects.filter(parent=case).select_related("service")),
        rate_until=until if until and at <= until else None,
        rating=rating_of(case, party),
    )


def acts_open(
    case: Case, definition: Definition, party: CaseParty, *, by: User | None, at: datetime
) -> Iterator[Act]:
    """Yield what the party may do now as the applicant or their proxy."""
    if party.role not in RATERS or party.ended_at is not None:
        return
    scope = Run(case, at=at, by=by, as_party=party).scope()
    actor = Actor(frozenset({APPLICANT, PUBLIC}))
    for key in actions_open(definition, case.state, actor, scope):
        action = definition.actions[key]
        name = ("correct", case.number) if action.edits_form else ("do", case.number, key)
        yield Act(
            key, in_language(action.label), in_language(action.help), address_of(*name),
            action.edits_form,
        )  # fmt: skip


def _clocks(case: Case, definition: Definition, at: datetime) -> Iterator[ClockShown]:
    newest = {row.key: row for row in CaseClock.objects.filter(case=case).order_by("round")}
    for key, row in newest.items():
        known = definition.clocks.get(key)
        if known is not None and (known.is_public or known.is_main):
            yield clock_shown(case, row, in_language(known.label), at)


def clock_shown(case: Case, row: CaseClock, label: str, at: datetime) -> ClockShown:
    """Return a period with its end and how it was counted."""
    areas = [area.code for area in (case.district, case.village) if area]
    calendar, clock = city.calendar_for(*areas), value_of(row).as_clock(city.zone())
    try:
        found = explain(clock, calendar)
    except CalendarOutOfRange:
        found = explain(clock, extended_calendar(calendar))
    is_chinese = (get_language() or "").startswith("zh")
    return ClockShown(
        label=label,
        due_at=row.due_at,
        is_over=bool(row.is_running and row.due_at and row.due_at < at),
        is_kept=row.satisfied_at is not None and row.breached_at is None,
        summary=found.zh if is_chinese else found.en,
        days=tuple((step.on, step.zh if is_chinese else step.en) for step in found.steps),
    )


def _outputs(case: Case, definition: Definition) -> Iterator[OutputShown]:
    for output in Output.objects.filter(case=case).exclude(status=Output.Status.FAILED):
        known = definition.outputs.get(output.key)
        label = in_language(known.label) if known else output.key
        is_had = output.status in (Output.Status.VALID, Output.Status.EXPIRED)
        yield OutputShown(output, label, attachments_of(output).first() if is_had else None)


def _reviews(case: Case, definition: Definition) -> Iterator[Review]:
    visible = [key for key, each in definition.reviews.items() if each.is_visible_to_applicant]
    if visible:
        rows = Review.objects.filter(case=case, is_current=True, review__in=visible)
        yield from rows.select_related("agency").order_by("agency__position", "agency__code")
