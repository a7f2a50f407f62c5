"""Beginning, saving, sending and discarding a form; each part as it is left."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.files import attachments_of, path_of, store
from shizheng.core.models import Attachment, User
from shizheng.services.actions.documents import Upload, keeper
from shizheng.services.actions.opening import Contact, Intake, Opened, case_open
from shizheng.services.applying.drafts import entries_of, place_kept
from shizheng.services.applying.errors import DraftExpired, DraftSent, DraftsTooMany
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import intake
from shizheng.services.models import Draft, Service
from shizheng.services.places import Place
from shizheng.services.schema.form import POWER_OF_ATTORNEY
from shizheng.services.schema.service import Channel
from shizheng.services.versions import definition_by

KEPT_FOR = timedelta(days=30)
MOST_FILES = 60
SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved of one part; None leaves as it was what belongs to another.

    Args:
        dropped: key of a file that the person takes back.
    """

    part: str
    answers: Mapping[str, Any] | None = None
    uploads: Mapping[str, Sequence[Upload]] | None = None
    dropped: str = ""
    description: str | None = None
    place: Place | None = None
    contact: Contact | None = None
    proxy: Mapping[str, Any] | None = None
    is_done: bool = True


@transaction.atomic
def draft_start(
    *, service: Service, definition: Definition, channel: str, by: User | None, at: datetime
) -> Draft:
    """Begin a form (開始填寫), pinned to the version in force.

    Raises:
        ChannelClosed, OutsideWindow: the service takes nothing in by this channel or today.
        SignInNeeded: the service wants to know who applies.
    """
    intake.check_intake(definition, channel=channel, on=timezone.localdate(at))
    intake.check_person(definition, channel=channel, is_signed_in=by is not None, open_count=0)
    assert service.current_id is not None  # noqa: S101 - a definition was found by it
    draft = Draft.objects.create(
        service=service,
        version_id=service.current_id,
        person=by,
        secret=hidden(secrets.token_urlsafe(SECRET_BYTES)),
        channel=channel,
        started_at=at,
        saved_at=at,
        expires_at=at + KEPT_FOR,
    )
    now = {"service": service.code, "channel": channel}
    journal.record("services.draft.started", draft, by=by, at=at, now=now)
    return draft


@transaction.atomic
def draft_save(*, draft: Draft, saved: Saved, by: User | None, at: datetime) -> Draft:
    """Keep what was typed on one part, right or wrong (儲存草稿); the draft lives on from now.

    What is typed stands in no journal: nothing of it is in force before it is sent.

    Raises:
        DraftSent, DraftExpired: it is too late.
        DraftsTooMany: no more files can be kept.
        TypeNotAllowed, NotWhatItSays, FileTooLarge, FileEmpty, StorageFull: as ``core.files``.
    """
    draft = draft_locked(draft, at)
    if saved.answers is not None:
        draft.answers = {**draft.answers, **saved.answers}
    if saved.description is not None:
        draft.description = saved.description
    if saved.place is not None:
        draft.place = place_kept(saved.place)
    if saved.contact is not None:
        draft.contact = {**draft.contact, **asdict(saved.contact)}
    if saved.proxy is not None:
        draft.contact = {**draft.contact, "proxy": dict(saved.proxy)}
    if saved.dropped:
        _drop(draft, saved.dropped)
    for field, uploads in (saved.uploads or {}).items():
        _keep(draft, field, uploads, by, at)
    if saved.is_done and saved.part not in draft.parts_done:
        draft.parts_done = [*draft.parts_done, saved.part]
    if draft.person_id is None and by is not None and draft.channel == "web":
        draft.person = by
    draft.saved_at, draft.expires_at = at, at + KEPT_FOR
    draft.save()
    return draft


def draft_locked(draft: Draft, at: datetime) -> Draft:
    """Return a draft locked for this transaction, as it is now.

    Raises:
        DraftSent, DraftExpired: it is too late to change it.
    """
    locked = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("service__owner", "version", "sent_case", "person", "corrects")
        .get(pk=draft.pk)
    )
    became = locked.sent_case or locked.corrects
    if locked.sent_at is not None and became is not None:
        raise DraftSent(number=became.number)
    if locked.expires_at <= at:
        raise DraftExpired(until=timezone.localdate(locked.expires_at))
    return locked


def _keep(
    draft: Draft, field: str, uploads: Sequence[Upload], by: User | None, at: datetime
) -> None:
    for upload in uploads:
        if sum(map(len, draft.files.values())) >= MOST_FILES:
            raise DraftsTooMany(limit=MOST_FILES)
        before = set(attachments_of(draft).values_list("pk", flat=True))
        store(upload.content, name=upload.name, by=by or keeper(), at=at, attach_to=draft)
        made = attachments_of(draft).exclude(pk__in=before).get()
        draft.files = {**draft.files, field: [*draft.files.get(field, []), str(made.pk)]}


def _drop(draft: Draft, key: str) -> None:
    held = {each for keys in draft.files.values() for each in keys}
    if key in held:
        attachments_of(draft).filter(pk=key).delete()
        draft.files = {
            field: [each for each in keys if each != key] for field, keys in draft.files.items()
        }


@transaction.atomic
def draft_send(*, draft: Draft, by: User | None, at: datetime) -> Opened:
    """Send a form (送件), once: a second time leads to the case that it became.

    Raises:
        DraftExpired: it is too late.
        AnswersWrong and the others of ``case_open``: what is missing.
    """
    try:
        draft = draft_locked(draft, at)
    except DraftSent:
        sent = Draft.objects.select_related("sent_case").get(pk=draft.pk).sent_case
        assert sent is not None  # noqa: S101 - refused because of it
        return Opened(sent, "")
    definition = definition_by(draft.version_id)
    with ExitStack() as files:
        given = _intake(draft, definition, files)
        opened = case_open(
            service=draft.service, given=given, by=by, at=at, version=draft.version_id
        )
    draft.sent_case, draft.sent_at = opened.case, at
    draft_empty(draft)
    draft.save()
    now = {"number": opened.case.number}
    journal.record("services.draft.sent", draft, by=by, at=at, now=now)
    return opened


def uploads_of(draft: Draft, files: ExitStack) -> dict[str, list[Upload]]:
    """Return the files kept on a draft, open for reading until ``files`` is closed."""
    by_key = {str(each.pk): each for each in attachments_of(draft)}
    uploads: dict[str, list[Upload]] = {}
    for field, keys in draft.files.items():
        for key in keys:
            kept: Attachment = by_key[key]
            content = files.enter_context(path_of(kept.file).open("rb"))
            uploads.setdefault(field, []).append(Upload(kept.name, content, size=kept.file.size))
    return uploads


def _intake(draft: Draft, definition: Definition, files: ExitStack) -> Intake:
    entries = entries_of(draft)
    proxy = entries.by_proxy if draft.channel == Channel.COUNTER else None
    uploads = uploads_of(draft, files)
    if proxy is None:
        uploads.pop(POWER_OF_ATTORNEY.id, None)
    return Intake(
        channel=draft.channel,
        answers={key: raw for key, raw in draft.answers.items() if key in definition.fields},
        description=draft.description,
        place=entries.place,
        contact=entries.contact,
        proxy=proxy,
        files=uploads,
        reporter=draft.person if draft.channel == "web" else None,
    )


def draft_empty(draft: Draft) -> None:
    """Take out what was typed: from now on it is the case's."""
    attachments_of(draft).delete()
    draft.answers, draft.files, draft.contact, draft.place = {}, {}, {}, {}
    draft.description, draft.changed_note = "", []


@transaction.atomic
def draft_discard(*, draft: Draft, by: User | None, at: datetime) -> None:
    """Throw a draft away (捨棄草稿) with its files.

    Raises:
        DraftSent: it is a case already.
    """
    draft = draft_locked(draft, at)
    service = draft.service.code
    attachments_of(draft).delete()
    journal.record("services.draft.discarded", draft, by=by, at=at, was={"service": service})
    draft.delete()


@transaction.atomic
def draft_note_seen(*, draft: Draft, at: datetime) -> None:
    """Note that the person has seen what a new version changed."""
    Draft.objects.filter(pk=draft.pk).update(changed_note=[])


@transaction.atomic
def draft_link_renew(*, draft: Draft, by: User | None, at: datetime) -> str:
    """Make a new link for going on later (續填連結) and return its key, this once.

    The link before it opens nothing any more.
    """
    draft = draft_locked(draft, at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    draft.secret, draft.expires_at = hidden(secret), at + KEPT_FOR
    draft.save(update_fields=["secret", "expires_at"])
    journal.record("services.draft.link_renewed", draft, by=by, at=at)
    return secret


def hidden(secret: str) -> str:
    """Return what is kept of the key of a link: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def drafts_expire(*, at: datetime) -> int:
    """Remove drafts that were kept long enough, and the files of those sent; return how many."""
    rows = Draft.objects.filter(sent_at=None, expires_at__lte=at)
    count = 0
    for draft in rows.iterator():
        with transaction.atomic():
            attachments_of(draft).delete()
            draft.delete()
        count += 1
    return count
