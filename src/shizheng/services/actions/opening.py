"""Taking a case in: form, place, agency, clocks, the first notices; all or nothing."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.models import Agency, User
from shizheng.kernel.text import cleaned, normalise
from shizheng.services import city
from shizheng.services.actions.acting import answer_set_add, finish
from shizheng.services.actions.documents import ATTACHMENT, Upload, documents_add
from shizheng.services.actions.run import Run, effects, projected
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import answers, flow, intake, parsing, routing
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import ServiceClosed
from shizheng.services.domain.facts import Facts
from shizheng.services.models import Case, CaseParty, CaseStanding, Service
from shizheng.services.numbering import number_take
from shizheng.services.parties.errors import ApplicantUnnamed, PaperMissing
from shizheng.services.places import Place, agency_by, locate, place_facts
from shizheng.services.schema.form import POWER_OF_ATTORNEY
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by

LONGEST_DESCRIPTION = 4_000
LEAST_PAPER = 2
TITLE_LENGTH = 60
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Contact:
    """How the person who applies or reports can be reached (聯絡方式); all of it personal."""

    name: str = ""
    email: str = ""
    phone: str = ""
    line_id: str = ""
    language: str = ""
    notice_by: str = ""

    @property
    def is_given(self) -> bool:
        """Whether an answer could reach them."""
        return bool(self.email or self.phone or self.line_id)


@dataclass(frozen=True, slots=True)
class ByProxy:
    """Who acts for the applicant at the counter (臨櫃代理人), and the paper that was shown."""

    contact: Contact
    paper: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What comes in (收件內容).

    Args:
        answers: of the form, by field, as sent.
        files: uploads by field; ``attachment`` for photos beside the form.
        reporter: whose case it is, with an account; None for people without one.
        proxy: who acts for the applicant by a paper that the office saw; no account is needed.
        source: what the channel says beside, nothing personal: program, address of a picture.
    """

    channel: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    place: Place = field(default_factory=Place)
    contact: Contact = field(default_factory=Contact)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    reporter: User | None = None
    proxy: ByProxy | None = None
    parent: Case | None = None
    is_synthetic: bool = False
    source: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was taken in, and the follow codes of people without an account."""

    case: Case
    code: str
    party: CaseParty | None = None
    proxy_code: str = ""


@transaction.atomic
def case_open(
    *, service: Service, given: Intake, by: User | None, at: datetime, version: UUID | None = None
) -> Opened:
    """Take a case in (收件); its number is taken here.

    Args:
        by: who types: the person themselves, an officer at the counter, a call-taker; None for
            somebody without an account.
        version: key of the older one to which a draft is pinned; None for that in force.

    Raises:
        ServiceClosed, ChannelClosed, OutsideWindow, SignInNeeded, TooManyOpen: not taken in.
        PlaceMissing, PlaceOutside, DescriptionMissing, ContactMissing, AnswersWrong: what to add.
        PaperMissing, ApplicantUnnamed: what to add where a proxy acts.
        NotEligible: a condition of the service is not met.
        NowhereToRoute: the definition routes it nowhere.
    """
    if not service.is_offered or service.current_id is None:
        raise ServiceClosed(service=Choosable(service.name))
    version = version or service.current_id
    definition = definition_by(version)
    given = replace(given, description=cleaned(given.description).strip()[:LONGEST_DESCRIPTION])
    _check(service, definition, given, at)
    case = _new_case(service, version, given, at)
    personal = _answer(case, definition, given, at)
    case.agency = _agency(case, definition, personal, given, at)
    case.title = _title(case, definition, personal, given, at)
    parties, code = _parties(case, given, by, at)
    party = parties[0] if parties else None
    proxy_code = _new_code() if given.proxy else ""
    if given.proxy:
        parties.append(_proxy(given.proxy.contact, parties[0], proxy_code))
    run = Run(case, at=at, by=by, as_party=party, is_new=True)
    run.personal, run.parties = personal, parties
    _begin(run, given)
    if given.proxy:
        _note_proxy(parties[-1], given.proxy.paper)
    return Opened(case, code, party, proxy_code)


def _new_case(service: Service, version: UUID, given: Intake, at: datetime) -> Case:
    """Return the case as it comes in, placed, still without answers, agency and title."""
    definition = definition_by(version)
    located = locate(
        given.place,
        within_city=definition.intake.location is None or definition.intake.location.within_city,
    )
    return Case(
        service=service,
        version_id=version,
        state=definition.start,
        holder=str(flow.holder_of(definition, definition.start)),
        access_class=definition.access.class_,
        channel=given.channel,
        description=given.description,
        address=given.place.address[:200],
        district=located.district,
        village=located.village,
        longitude=given.place.longitude,
        latitude=given.place.latitude,
        geometry=given.place.geometry,
        zones=list(located.zones),
        opened_at=at,
        updated_at=at,
        held_since=at,
        reporter=given.reporter,
        parent=given.parent,
        is_synthetic=given.is_synthetic,
        agency=service.owner,
    )


def _check(service: Service, definition: Definition, given: Intake, at: datetime) -> None:
    on = timezone.localdate(at)
    intake.check_intake(definition, channel=given.channel, on=on)
    open_count = 0
    window = definition.intake.window
    if given.reporter is not None and window and window.per_party:
        open_count = Case.objects.filter(
            reporter=given.reporter, service=service, is_open=True
        ).count()
    intake.check_person(
        definition, channel=given.channel, is_signed_in=given.reporter is not None,
        open_count=open_count,
    )  # fmt: skip
    has_contact = given.contact.is_given or bool(given.reporter and given.reporter.email)
    intake.check_report(
        definition, has_place=given.place.is_given, description=given.description,
        has_contact=has_contact or given.reporter is not None,
    )  # fmt: skip
    if given.proxy is not None:
        if len(given.proxy.paper.strip()) < LEAST_PAPER:
            raise PaperMissing
        if not given.contact.name and given.reporter is None:
            raise ApplicantUnnamed


def _facts(case: Case, personal: Mapping[str, Any], given: Intake, at: datetime) -> Facts:
    local = at.astimezone(city.zone())
    definition = definition_by(case.version_id)
    return Facts(
        state=case.state,
        channel=case.channel,
        agency=case.agency.code,
        opened_at=local,
        now=local,
        today=local.date(),
        opened_on=local.date(),
        answers=answers.joined(definition, case.answers, personal),
        calculated=case.calculated,
        place=place_facts(case),
        description=case.description,
        attachment_count=len(given.files.get(ATTACHMENT, ())),
        is_signed_in=given.reporter is not None,
    )


def _answer(case: Case, definition: Definition, given: Intake, at: datetime) -> dict[str, Any]:
    """Read the form into the case and return the personal answers, which it does not hold.

    Raises:
        AnswersWrong, NotEligible: why not.
    """
    files = {key: len(uploads) for key, uploads in given.files.items()}
    raw = dict(given.answers)
    for key, uploads in given.files.items():
        if key in definition.fields:
            raw[key] = [upload.name for upload in uploads]
    form = answers.read_form(
        definition.pages, raw, vocabulary=definition.vocabulary,
        facts=_facts(case, {}, given, at), files=files,
    )  # fmt: skip
    form.require()
    case.answers, personal = answers.split_personal(definition, form.values)
    found = answers.calculate(definition, definition.vocabulary, _facts(case, personal, given, at))
    case.calculated = parsing.stored(found)
    scope = definition.vocabulary.scope(_facts(case, personal, given, at))
    intake.check_eligible(definition, scope)
    return personal


def _agency(
    case: Case, definition: Definition, personal: Mapping[str, Any], given: Intake, at: datetime
) -> Agency:
    facts = _facts(case, personal, given, at)
    code = routing.route(definition, definition.vocabulary.scope(facts), facts.place)
    return agency_by(code)


def _title(
    case: Case, definition: Definition, personal: Mapping[str, Any], given: Intake, at: datetime
) -> str:
    """Return one line that tells cases apart: by the definition, else the first words of it."""
    if definition.title:
        scope = definition.vocabulary.scope(_facts(case, personal, given, at))
        return str(definition.vocabulary.value(definition.title, scope) or "")[:120]
    if definition.access.class_ == "personal":
        return ""
    first = case.description.strip().split("\n")[0]
    return first[:TITLE_LENGTH]


def _parties(
    case: Case, given: Intake, by: User | None, at: datetime
) -> tuple[list[CaseParty], str]:
    """Return the applicant, and their follow code."""
    contact, reporter = given.contact, given.reporter
    is_nobody = not contact.is_given and not contact.name and reporter is None
    if is_nobody and given.channel != Channel.WEB:
        return [], ""
    code = _new_code() if reporter is None else ""
    party = CaseParty(
        case=case,
        role=CaseParty.Role.APPLICANT,
        person=reporter,
        name=contact.name or (str(reporter) if reporter else ""),
        email=contact.email or (reporter.email if reporter else ""),
        phone=contact.phone,
        line_id=contact.line_id,
        language=contact.language or (reporter.language if reporter else ""),
        notice_by=contact.notice_by or _best_channel(contact, reporter),
        secret=hidden(code) if code else "",
        added_at=at,
        added_by=by,
    )
    return [party], code


def _proxy(contact: Contact, applicant: CaseParty, code: str) -> CaseParty:
    """Return who acts for the applicant (代理人), with a follow code of their own."""
    return CaseParty(
        case=applicant.case,
        role=CaseParty.Role.PROXY,
        acts_for=applicant,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language or applicant.language,
        notice_by=contact.notice_by or _best_channel(contact, None),
        secret=hidden(code),
        added_at=applicant.added_at,
        added_by=applicant.added_by,
    )


def _note_proxy(proxy: CaseParty, paper: str) -> None:
    """Enter the proxy and the paper into the journal; what is personal can be erased there."""
    personal = {"name": proxy.name, "email": proxy.email, "phone": proxy.phone, "paper": paper}
    journal.record(
        "services.party.proxy_entered", proxy, by=proxy.added_by, at=proxy.added_at,
        now={"number": proxy.case.number, "role": proxy.role},
        personal={key: value for key, value in personal.items() if value},
    )  # fmt: skip


def _new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def _best_channel(contact: Contact, reporter: User | None) -> str:
    if contact.email or (reporter and reporter.email):
        return CaseParty.NoticeBy.EMAIL
    return CaseParty.NoticeBy.SMS if contact.phone else CaseParty.NoticeBy.NONE


def hidden(code: str) -> str:
    """Return what is kept of a follow code: its SHA-256, as people type it in any case."""
    plain = "".join(sign for sign in normalise(code).upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _begin(run: Run, given: Intake) -> None:
    """Make the first event, start the clocks, carry out what follows at once.

    The case itself is written at the end, once and complete. Its number is taken as late as can
    be: whoever takes the next one waits for the end of this act.
    """
    case, definition = run.case, run.service
    CaseParty.objects.bulk_create(run.parties)
    run.begin(
        flow.OPENED, left="", entered=case.state, given={**given.source, "channel": case.channel},
        visibility="public", by=run.by,
    )  # fmt: skip
    assert run.event is not None  # noqa: S101 - begun above
    run.event.changes = {
        name: projected(case, name)
        for name in (
            "state", "holder", "is_open", "agency", "title", "description", "address", "district",
            "village", "longitude", "latitude", "geometry", "zones", "answers", "calculated",
            "held_since", "version", "parent",
        )
    }  # fmt: skip
    owner = case.service.owner_id
    if owner != case.agency_id:
        run.know([owner], CaseStanding.Reason.OWNER)
    answer_set_add(run)
    documents_add(run, given.files, fields=(POWER_OF_ATTORNEY, *definition.fields.values()))
    run.clocks.enter(None, case.state, run.scope())
    case.number = number_take(timezone.localdate(run.at))
    for effect in definition.opening:
        effects[effect.name](run, effect.value, {})
    run.end()
    run.is_new = False
    finish(run)
