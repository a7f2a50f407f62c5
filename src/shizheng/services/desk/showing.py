"""A case in words for its pane: rows of facts, answers, people, clocks and what happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.core.models import Agency, JournalEntry
from shizheng.core.models.file import Attachment
from shizheng.core.words import in_language
from shizheng.services.desk import words
from shizheng.services.desk.frame import new_token
from shizheng.services.dispatch.domain.stamps import Stamp
from shizheng.services.dispatch.selectors import stamps_of
from shizheng.services.duplicates.works import Works, works_of
from shizheng.services.following.selectors.party import ClockShown, clock_shown
from shizheng.services.following.selectors.shown import features_of
from shizheng.services.following.words import answer_words, holder_words
from shizheng.services.models import Case, CaseEvent, CaseParty
from shizheng.services.schema.flow import DESK_LETTERS
from shizheng.services.schema.form import FieldKind
from shizheng.services.selectors.casework import ASSIGN, WORK, ActShown, Casework, LinkShown

TOLD = {
    "assigned": {"to": pgettext_lazy("services", "To")},
    "linked": {"number": pgettext_lazy("services", "Case")},
    "unlinked": {"number": pgettext_lazy("services", "Case")},
    "closed_with_master": {"number": pgettext_lazy("services", "Case")},
    "rated": {"stars": gettext_lazy("Stars")},
}
"""What the history says of events that are no acts of a definition."""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One question with its answer, or with the mask over it."""

    label: str
    text: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class PartyShown:
    """Somebody who belongs to the case, masked or not."""

    role: str
    name: str
    contact: tuple[str, ...]
    has_ended: bool
    notice_by: str


@dataclass(frozen=True, slots=True)
class StampShown(Stamp):
    """A stamp of a crew with the photos that were taken for it (時間戳與照片)."""

    photos: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened (歷程): when, what, who, for whom, why.

    ``picture`` is the address of one that lies elsewhere: it is linked to, never fetched.
    """

    at: datetime
    what: str
    who: str
    for_whom: str = ""
    why: str = ""
    said: tuple[AnswerShown, ...] = ()
    to: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """A case in words."""

    work: Casework
    chip: words.Chip
    state: str
    holder: str
    answers: tuple[AnswerShown, ...]
    parties: tuple[PartyShown, ...]
    follower_count: int
    clocks: tuple[ClockShown, ...]
    links: tuple[tuple[str, LinkShown], ...]
    works: tuple[Works, ...]
    stamps: tuple[StampShown, ...]
    timeline: tuple[Happening, ...]
    features: dict[str, Any] | None
    may_take: bool
    may_assign: bool
    token: str = field(default_factory=new_token)

    @property
    def channel(self) -> str:
        """How the case came in."""
        return str(words.CHANNELS.get(self.work.case.channel, self.work.case.channel))

    @property
    def has_masked(self) -> bool:
        """Whether something is masked that a reason would show."""
        hidden = bool(self.parties) or any(each.is_masked for each in self.answers)
        return not self.work.is_shown and (hidden or self.work.is_personal)

    @property
    def acts(self) -> tuple[tuple[ActShown, str, bool], ...]:
        """What may be done, each with its letter, and whether it is the one that leads on."""
        acts = self.work.acts
        onward = next((act for act in acts if act.is_onward), None)
        return tuple((act, letter_of(act.action.letter), act is onward) for act in acts)


def letter_of(letter: str | None) -> str:
    """Return the letter of an act, nothing if the desk uses it, as older versions may."""
    return "" if letter is None or letter in DESK_LETTERS else letter


def pane_of(work: Casework) -> Pane:
    """Return a case in words."""
    case, allowed = work.case, work.allowed
    followers = [each for each in work.parties if each.role == CaseParty.Role.FOLLOWER]
    is_mine = case.assignee_id == work.person.pk
    return Pane(
        work=work,
        chip=words.chip(case.due_at, case.holder, case.is_open, work.viewer.at),
        state=words.state_words(work.definition, case.state),
        holder=holder_words(case),
        answers=tuple(_answers(work)),
        parties=tuple(_party(each, work) for each in work.parties if each not in followers),
        follower_count=len(followers),
        clocks=tuple(clock_shown(case, row, name, work.viewer.at) for name, row in work.clocks),
        links=tuple((_link_words(each.kind), each) for each in work.links),
        works=tuple(works_of(case)) if work.are_words_shown else (),
        stamps=tuple(_stamps(work)),
        timeline=tuple(_timeline(work)),
        features=features_of(case) if work.are_words_shown else None,
        may_take=case.is_open and not is_mine and _may_take(case, allowed),
        may_assign=case.is_open and (ASSIGN in allowed or (is_mine and WORK in allowed)),
    )


def _may_take(case: Case, allowed: frozenset[str]) -> bool:
    return ASSIGN in allowed or (case.assignee_id is None and WORK in allowed)


def _answers(work: Casework) -> Iterator[AnswerShown]:
    personal = dict(work.answer_set.personal) if work.answer_set else {}
    for key, each in work.definition.fields.items():
        label = in_language(each.label)
        if each.kind is FieldKind.FILE:
            continue
        if key in personal:
            text = answer_words(each, personal[key], work.definition) if work.is_shown else "***"
            yield AnswerShown(label, text, not work.is_shown)
        elif text := answer_words(each, work.case.answers.get(key), work.definition):
            yield AnswerShown(label, text if work.are_words_shown else "***", False)


def _party(party: CaseParty, work: Casework) -> PartyShown:
    contact = tuple(filter(None, (party.phone, party.email, party.line_id)))
    if not work.is_shown:
        contact = tuple(map(words.masked_contact, contact))
    return PartyShown(
        role=party.get_role_display(),
        name=party.name if work.is_shown else words.masked_name(party.name),
        contact=contact,
        has_ended=party.ended_at is not None,
        notice_by=party.get_notice_by_display(),
    )


def _stamps(work: Casework) -> Iterator[StampShown]:
    """Yield the stamps of a service that sends crews; a photo is of the act that it came with."""
    if not any(state.stamp for state in work.definition.states.values()):
        return
    photos: dict[datetime, list[Attachment]] = {}
    if work.are_words_shown:
        for row, file in chain.from_iterable(each.versions for each in work.documents):
            if file is not None and file.file.media_type.startswith("image/"):
                photos.setdefault(row.added_at, []).append(file)
    for each in stamps_of([work.case])[work.case.pk]:
        taken = tuple(photos.get(each.at, ())) if each.at else ()
        yield StampShown(each.state, each.label, each.at, each.due_at, taken)


def _link_words(kind: str) -> str:
    return {
        "duplicate": _("Same as"), "duplicate_of": _("Reported again as"),
        "child": _("Part"), "child_of": _("Part of"), "part": _("Part"), "whole": _("Part of"),
        "follow_on": _("Followed by"), "follow_on_of": _("Follows on"),
    }.get(kind, _("Related"))  # fmt: skip


def _timeline(work: Casework) -> Iterator[Happening]:
    """Yield what happened, the newest first: events, and who read personal data."""
    events = (happening(each, work) for each in work.events)
    readings = (_reading(each) for each in work.readings)
    yield from sorted(chain(events, readings), key=lambda each: each.at, reverse=True)


def happening(event: CaseEvent, work: Casework) -> Happening:
    """Return an event in words."""
    states = work.definition.states
    moved = event.from_state != event.to_state and event.to_state in states
    return Happening(
        at=event.at,
        what=words.event_words(event, work.definition),
        who=_who(event, work),
        for_whom=_agency(event.on_behalf_of),
        why=event.note if work.are_words_shown else "",
        said=tuple(_said(event, work)) if work.are_words_shown else (),
        to=in_language(states[event.to_state].label) if moved else "",
        picture=str(event.act.get("media_url") or "") if work.are_words_shown else "",
    )


def _who(event: CaseEvent, work: Casework) -> str:
    if event.as_party is not None or (event.by_id and event.by_id == work.case.reporter_id):
        return _("Applicant")
    return str(event.by) if event.by else _("By itself, by rule")


def _agency(agency: Agency | None) -> str:
    return in_language(agency.short_name) if agency else ""


def _said(event: CaseEvent, work: Casework) -> Iterator[AnswerShown]:
    action = work.definition.actions.get(event.action.partition(".")[0])
    for each in action.fields if action else ():
        text = answer_words(each, event.act.get(each.id), work.definition)
        if text and not each.personal:
            yield AnswerShown(in_language(each.label), text)
    for name, label in TOLD.get(event.action, {}).items():
        if text := str(event.act.get(name) or ""):
            yield AnswerShown(str(label), text)


def _reading(entry: JournalEntry) -> Happening:
    return Happening(
        at=entry.at, what=_("Read personal data"), who=str(entry.by or ""), why=entry.why
    )
