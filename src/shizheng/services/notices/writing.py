"""Writing notices with the act that they tell of: who is told, in which language, by what."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import override

from shizheng.core import outbox
from shizheng.core.models import RoleGrant, User
from shizheng.core.words import in_language, language_tag
from shizheng.kernel.dates import format_roc
from shizheng.services import city
from shizheng.services.domain.notices import filled
from shizheng.services.models import Case, CaseParty, Notice
from shizheng.services.notices.quiet import send_at

if TYPE_CHECKING:
    from shizheng.services.actions.run import Run

KEY_LENGTH = 120
APPLICANTS = ("applicant", "proxy", "helper")
ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told: a party or a member of staff; by which channels they want it."""

    party: CaseParty | None
    person: User | None
    language: str

    @property
    def key(self) -> str:
        """What tells receivers apart."""
        return str(self.party.pk if self.party else self.person and self.person.pk)


def notice_write(
    run: "Run", *, to: str, template: str, given: Mapping[str, Any], occasion: str = ""
) -> None:
    """Write a notice for everybody whom ``to`` names; they are sent after the commit.

    Args:
        to: as in a definition's ``notify``: applicant, linked, followers, assignee, agency,
            owner, crew (the one sent last), or a role of the pack.
        occasion: what the notice tells of, once, where it is no event of the case.
    """
    found = city.templates(city.loaded_at()).get(template)
    if found is None:
        return
    told_of = occasion or str(run.case.revision + 1)
    note = run.event.note if run.event else ""
    if "webhook" in found.body.channels:
        _publish(run, found, told_of)
    for receiver in _receivers(run, to):
        values = places_of(run.case, receiver.language, run, note=note, given=given)
        values |= _own_places(run.case, receiver)
        if receiver.party is None and to != "crew":
            values["link"] = _address(receiver.language, "services:case", run.case.number)
        _write(run, receiver, found, told_of, values)


def assignee_tell(run: "Run") -> None:
    """Tell who is given a case at the desk, unless they took it themselves (指派通知)."""
    person = run.case.assignee
    if person is not None and person != run.by:
        notice_write(run, to="assignee", template=ASSIGNED, given={})


def notice_to_party(run: "Run", party: CaseParty, *, template: str, link: tuple[str, str]) -> None:
    """Write a notice for one party alone, whose link leads to a page of their own.

    Args:
        link: name of the page and its argument.
    """
    found = city.templates(city.loaded_at()).get(template)
    if found is None:
        return
    receiver = Receiver(party, party.person, language_tag(party.language or settings.LANGUAGE_CODE))
    values = places_of(run.case, receiver.language, run)
    values["link"] = _address(receiver.language, *link)
    _write(run, receiver, found, str(run.case.revision), values)
    run.tell()


def _write(
    run: "Run", receiver: Receiver, found: Any, told_of: str, values: Mapping[str, object]
) -> None:
    """Make the notices of one receiver; the end of the act writes them."""
    body, template = found.body, found.body.id
    run.notices += [
        Notice(
            key=_key(run.case, told_of, template, receiver.key, channel),
            case=run.case,
            party=receiver.party,
            person=receiver.person,
            channel=channel,
            template=template,
            template_version=found.version,
            language=receiver.language,
            subject=filled(in_language(body.subject, receiver.language), values)[:200],
            text=_text(body, channel, receiver.language, values),
            status=Notice.Status.SENT if channel == "in_app" else Notice.Status.WAITING,
            send_at=send_at(channel, run.at, is_urgent=body.is_urgent),
            made_at=run.at,
            sent_at=run.at if channel == "in_app" else None,
        )
        for channel in _channels(receiver, body.channels)
    ]


def _key(case: Case, *parts: str) -> str:
    """Return what makes a notice one; of a long one the end is a digest, as all of it counts."""
    key = ":".join((str(case.pk), *parts))
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[:55]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _publish(run: "Run", found: city.Template, told_of: str) -> None:
    """Tell other programs of the city by the outbox that people were told; nothing personal."""
    template, version = found.body.id, found.version
    key = _key(run.case, told_of, template, "webhook")
    if any(row.key == key for row in run.notices) or Notice.objects.filter(key=key).exists():
        return
    run.notices.append(
        Notice(
            key=key, case=run.case, channel=Notice.Channel.WEBHOOK, template=template,
            template_version=version, language=language_tag(settings.LANGUAGE_CODE), subject="",
            text="", status=Notice.Status.SENT, send_at=run.at, made_at=run.at, sent_at=run.at,
        )
    )  # fmt: skip
    payload = {"number": run.case.number, "template": template, "version": version}
    run.told.append(outbox.Happening("city.case.told", run.case, payload))


def _text(body: Any, channel: str, language: str, values: Mapping[str, object]) -> str:
    words = body.short if channel in ("sms", "line") and body.short else body.text
    return filled(in_language(words, language), values)


def _channels(receiver: Receiver, offered: Iterable[str]) -> Iterator[str]:
    """Yield the channels by which a receiver is told, of those that the template offers."""
    party = receiver.party
    for channel in offered:
        if channel == "in_app" and receiver.person is not None:
            yield channel
        elif channel == "email":
            if party is not None and party.notice_by == "email" and party.email:
                yield channel
        elif channel in ("sms", "line"):
            address = party and (party.phone if channel == "sms" else party.line_id)
            if party is not None and party.notice_by == channel and address:
                yield channel


def _receivers(run: "Run", to: str) -> Iterator[Receiver]:
    case = run.case
    if to in ("applicant", "followers", "linked"):
        yield from map(_of_party, _linked(run) if to == "linked" else _own(run, to))
    elif to == "assignee":
        people = [case.assignee] if case.assignee else []
        if not people:
            yield from _staff(run, None)
        yield from map(_of_person, people)
    elif to == "crew":
        from shizheng.services.dispatch.crews import people_of_crew

        yield from map(_of_person, people_of_crew(case))
    else:
        yield from _staff(run, None if to in ("agency", "owner") else to)


def _own(run: "Run", to: str) -> list[CaseParty]:
    """Return the parties of the case that are told with the applicant, or its followers."""
    roles = APPLICANTS if to == "applicant" else ("follower",)
    return [row for row in run.parties if row.role in roles]


def _linked(run: "Run") -> Iterator[CaseParty]:
    """Yield all others who wait for the same answer, each person once."""
    told = {_identity(row) for row in _own(run, "applicant")}
    waiting = _own(run, "followers")
    if run.duplicates:
        waiting += CaseParty.objects.filter(
            case__in=[link.case_id for link in run.duplicates], ended_at=None,
            role__in=("applicant", "proxy", "follower"),
        ).select_related("person", "case")  # fmt: skip
        waiting.sort(key=lambda row: (row.case_id, row.added_at, row.pk))
    for row in waiting:
        if _identity(row) not in told:
            told.add(_identity(row))
            yield row


def _of_party(row: CaseParty) -> Receiver:
    language = row.language or (row.person.language if row.person else "")
    return Receiver(row, row.person, language_tag(language or settings.LANGUAGE_CODE))


def _identity(party: CaseParty) -> object:
    """Return what tells people apart who are told: account, e-mail, telephone, else the row."""
    return party.person_id or party.email or party.phone or party.line_id or party.pk


def _own_places(case: Case, receiver: Receiver) -> dict[str, object]:
    """Return the number and address of the receiver's own case, where it is a duplicate."""
    if receiver.party is None or receiver.party.case_id == case.pk:
        return {}
    own = receiver.party.case
    return {"number": own.number, "link": link_of(own, receiver.language), "linked": case.number}


def _staff(run: "Run", role: str | None) -> Iterator[Receiver]:
    """Yield who holds a role (or acts on cases at all) for the responsible agency now.

    A role that nobody holds there is looked for in the agency that looks after the service, so
    that what escalates reaches the next chief (上一層主管).
    """
    case = run.case
    people = _holders(run, case.agency_id, role)
    if role is not None and not people and case.service.owner_id != case.agency_id:
        people = _holders(run, case.service.owner_id, role)
    yield from map(_of_person, people)


def _holders(run: "Run", agency: UUID, role: str | None) -> list[User]:
    """Return who holds a role for an agency, asked once in a run or in many that go together."""
    if (agency, role) not in run.holders:
        run.holders[agency, role] = _holding(agency, role)
    return run.holders[agency, role]


def _holding(agency: UUID, role: str | None) -> list[User]:
    now = timezone.now()
    grants = RoleGrant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), agency=agency, revoked_at=None,
        role__is_staff_role=True,
    )  # fmt: skip
    if role is not None:
        grants = grants.filter(role__code=role)
    people = User.objects.filter(is_active=True, pk__in=grants.values("person"))
    return list(people.order_by("username")[:50])


def _of_person(person: User) -> Receiver:
    return Receiver(None, person, language_tag(person.language or settings.LANGUAGE_CODE))


def places_of(
    case: Case, language: str, run: "Run | None" = None, *, note: str = "",
    given: Mapping[str, Any] | None = None,
) -> dict[str, object]:  # fmt: skip
    """Return what fills in the places of a notice about a case, in a language."""
    from shizheng.services.versions import definition_by

    definition = definition_by(case.version_id)
    state = definition.states[case.state]
    due = run.clocks.due_of_case()[0] if run else case.due_at
    found = city.current()
    return {
        "number": case.number,
        "service": in_language(definition.name, language),
        "state": in_language(state.public_label or state.label, language),
        "agency": in_language(case.agency.name, language),
        "due": _day(due, language),
        "opened": _day(case.opened_at, language),
        "closed": _day(case.closed_at, language),
        "outcome": in_language(state.label, language) if state.final else "",
        "link": link_of(case, language),
        "address": case.address,
        "city": in_language(found.name, language) if found else "",
        "note": note,
        "reason": str((given or {}).get("reason") or note),
        **{key: str(value) for key, value in (given or {}).items() if isinstance(value, str)},
    }


def link_of(case: Case, language: str) -> str:
    """Return the address of the public page of a case."""
    return _address(language, "services:status", case.number)


def _address(language: str, name: str, *args: str) -> str:
    with override(language.lower()):
        try:
            return settings.SITE_URL + reverse(name, args=args)
        except NoReverseMatch:
            return settings.SITE_URL


def _day(moment: datetime | None, language: str) -> str:
    if moment is None:
        return ""
    day = timezone.localdate(moment)
    return format_roc(day) if language.startswith("zh") else day.isoformat()
