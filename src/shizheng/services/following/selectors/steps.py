"""The steps of a case so far, for everybody and for its parties."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shizheng.core.words import in_language
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain.flow import OPENED, holder_of
from shizheng.services.following.words import Row, answer_words, state_words
from shizheng.services.happenings import HAPPENINGS
from shizheng.services.models import Case, CaseEvent
from shizheng.services.schema.flow import Holder
from shizheng.services.schema.form import FieldKind

PUBLIC, PARTY = "public", "party"
UNTOLD = frozenset({"rated"})


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened (歷程): when, what, by which side, what was said with it."""

    at: datetime
    what: str
    note: str = ""
    who: str = ""
    said: tuple[Row, ...] = ()


def public_steps(case: Case, definition: Definition, is_normal: bool) -> Iterator[Step]:
    """Yield the changes of state in public words; notes only where an act makes them public.

    Args:
        is_normal: of a personal case no word is passed on, only the states.
    """
    before = ""
    for event in _events(case):
        is_told = is_normal and event.visibility == PUBLIC
        note = event.note if is_told else ""
        said = tuple(_said(event, definition, only_public=True)) if is_told else ()
        label = state_words(definition, event.to_state)
        changed = event.from_state != event.to_state and label != before
        if changed or note or said:
            what = label if changed else _act_words(event, definition)
            yield Step(event.at, what, note, said=said)
        before = label


def party_steps(case: Case, definition: Definition) -> Iterator[Step]:
    """Yield what the parties may know: their own acts, answers to them, every change of state."""
    for event in _events(case):
        is_told = event.visibility in (PUBLIC, PARTY) or hands_over(event, definition)
        if event.action in UNTOLD or not (is_told or event.from_state != event.to_state):
            continue
        act, state = _act_words(event, definition), state_words(definition, event.to_state)
        changed = event.from_state != event.to_state and act != state
        yield Step(
            at=event.at,
            what=_("{act} → {state}").format(act=act, state=state) if changed and act else state
            if changed else act,
            note=event.note if is_told else "",
            who=_side(event, case),
            said=tuple(_said(event, definition, only_public=False)) if is_told else (),
        )  # fmt: skip


def hands_over(event: CaseEvent, definition: Definition) -> bool:
    """Whether an event gave the case to the applicant: what was said with it is meant for them."""
    return (
        event.from_state != event.to_state
        and holder_of(definition, event.to_state) is Holder.APPLICANT
    )


def last_request(case: Case, definition: Definition) -> Step | None:
    """Return what the office asked for when it gave the case to the applicant last (補正通知)."""
    found = None
    for event in _events(case):
        if hands_over(event, definition):
            found = event
    if found is None:
        return None
    said = tuple(_said(found, definition, only_public=False))
    return Step(found.at, state_words(definition, found.to_state), found.note, said=said)


def _events(case: Case) -> Iterator[CaseEvent]:
    yield from CaseEvent.objects.filter(case=case).select_related("as_party").order_by("sequence")


def _act_words(event: CaseEvent, definition: Definition) -> str:
    action = definition.actions.get(event.action)
    if action is not None:
        return in_language(action.label)
    if event.action == OPENED:
        return _("Received")
    if event.action in HAPPENINGS:
        return str(HAPPENINGS[event.action])
    return _("Clock") if event.action.startswith("clock_") else _("Noted")


def _side(event: CaseEvent, case: Case) -> str:
    is_party = event.as_party_id is not None or (
        event.by_id is not None and event.by_id == case.reporter_id
    )
    if is_party:
        return _("Applicant")
    return _("Office") if event.by_id else _("By itself, by rule")


def _said(event: CaseEvent, definition: Definition, *, only_public: bool) -> Iterator[Row]:
    action = definition.actions.get(event.action)
    act: Mapping[str, Any] = event.act
    for field in action.fields if action else ():
        if field.kind is FieldKind.FILE or field.personal or (only_public and not field.public):
            continue
        words = answer_words(field, act.get(field.id), definition)
        if words:
            yield in_language(field.label), words
