"""Keeping files by the digest of their bytes, whole or not at all."""

import errno
import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from shizheng.core import journal
from shizheng.core.access import Person, may_see, require
from shizheng.core.filetypes import HEAD_BYTES, Sample, media_type, suffix_of
from shizheng.core.models.file import Attachment, StoredFile
from shizheng.core.models.person import User
from shizheng.kernel.errors import N_, DomainError

CHUNK_BYTES = 1 << 20
INCOMING = "incoming"
NAME_LENGTH = 150
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Readable(Protocol):
    """An uploaded file, or any file open for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; none at the end."""


class FileTooLarge(DomainError):
    """The file is larger than is allowed (檔案過大)."""

    code = "core.file.too_large"
    message = N_("“{name}” is larger than {limit} MiB.")
    hint = N_("Make it smaller, for instance with fewer or smaller pictures, or split it.")
    status = 413


class FileEmpty(DomainError):
    """The file holds nothing (空白檔案)."""

    code = "core.file.empty"
    message = N_("“{name}” is empty.")
    hint = N_("Choose the file again; it may not have been saved yet.")


class StorageFull(DomainError):
    """The disk is full (儲存空間已滿)."""

    code = "core.file.storage_full"
    message = N_("“{name}” was not stored: the disk of this installation is full.")
    hint = N_("Tell the people who run it, and try again when they have made room.")
    status = 507


def store(
    content: Readable,
    *,
    name: str,
    by: User,
    at: datetime,
    attach_to: Model | None = None,
    permission: str | None = None,
) -> StoredFile:
    """Store a file and attach it to a thing; the same bytes are kept once.

    Args:
        content: read from where it stands to its end, a piece at a time.
        name: as given by the person; folders and control characters are dropped.
        attach_to: whoever may see this thing may have the file; None: only ``by`` may.
        permission: what ``by`` must be allowed on ``attach_to``; None if the caller has asked.

    Raises:
        NotPermitted: ``by`` lacks ``permission``.
        TypeNotAllowed, NotWhatItSays: name and content are not both of one allowed type.
        FileTooLarge, FileEmpty, StorageFull: nothing was stored.
    """
    if permission is not None:
        require(by, permission, attach_to)
    name = clean_name(name)
    suffix_of(name)
    digest, size, kind = _kept(content, name, settings.FILE_SIZE_LIMIT, media_type)
    with transaction.atomic():
        stored = _row(digest, size, kind, at)
        attachment = Attachment.objects.create(
            file=stored,
            name=name,
            content_type=ContentType.objects.get_for_model(attach_to) if attach_to else None,
            object_key=str(attach_to.pk) if attach_to else "",
            given_by=by,
            given_at=at,
        )
        now = {"attachment": attachment.pk, "digest": digest, "size": size, "type": kind}
        journal.record("core.file.stored", attach_to or stored, by=by, at=at, now=now)
    return stored


def keep(
    content: Readable,
    *,
    name: str,
    at: datetime,
    limit: int,
    kind_of: Callable[[Sample], str],
) -> StoredFile:
    """Keep the bytes of a file for a thing that names it itself and says who may have it.

    Args:
        limit: bytes; files of people that come by ``store`` have the limit of the settings.
        kind_of: returns the media type, or refuses what the file holds.

    Raises:
        FileTooLarge, FileEmpty, StorageFull: nothing was kept; and what ``kind_of`` raises.
    """
    return _row(*_kept(content, clean_name(name), limit, kind_of), at)


def _kept(
    content: Readable, name: str, limit: int, kind_of: Callable[[Sample], str]
) -> tuple[str, int, str]:
    """Put the bytes in their place; return digest, size and media type."""
    with _received(content, name, limit) as (received, digest, size):
        kind = kind_of(Sample(name, _head(received), received))
        _put(received, settings.MEDIA_ROOT / StoredFile(digest=digest).path, name)
    return digest, size, kind


def _row(digest: str, size: int, kind: str, at: datetime) -> StoredFile:
    stored, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"size": size, "media_type": kind, "stored_at": at}
    )
    return stored


def release(stored: StoredFile) -> bool:
    """Forget a file that nothing names any more; a job removes its bytes (刪除檔案).

    Call it in the transaction in which the last thing lets go of it.

    Returns:
        False if something else names the same bytes; they stay for that.
    """
    from shizheng.core.tasks import remove_bytes

    digest = stored.digest
    try:
        with transaction.atomic():
            stored.delete()
    except ProtectedError:
        return False
    remove_bytes.enqueue(key=digest, digest=digest)
    return True


def attachments_of(thing: Model) -> QuerySet[Attachment]:
    """Files given to ``thing``, in the order in which they came."""
    return Attachment.objects.filter(
        content_type=ContentType.objects.get_for_model(thing), object_key=str(thing.pk)
    ).select_related("file", "given_by")


def may_have(person: Person, attachment: Attachment) -> bool:
    """Whether ``person`` may download the file: by the policy of what it is attached to."""
    if attachment.content_type_id is None:
        return attachment.given_by_id == person.pk
    thing = attachment.thing
    return thing is not None and may_see(person, thing)


def path_of(stored: StoredFile) -> Path:
    """Where the bytes lie."""
    return Path(settings.MEDIA_ROOT) / stored.path


def clean_name(name: str) -> str:
    """Return the last part of a file name in NFC, without control characters, not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    if not dot:
        return shown[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(suffix) - 1]}.{suffix}"[-NAME_LENGTH:]


@contextmanager
def _received(content: Readable, name: str, limit: int) -> Iterator[tuple[Path, str, int]]:
    """Yield the received file, its digest and size; it is gone afterwards unless moved."""
    folder = Path(settings.MEDIA_ROOT) / INCOMING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=folder)
    except OSError as error:
        raise _refusal(error, name) from error
    received = Path(temporary)
    try:
        yield received, *_copy(content, descriptor, name, limit)
    finally:
        received.unlink(missing_ok=True)


def _copy(content: Readable, descriptor: int, name: str, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            while piece := content.read(CHUNK_BYTES):
                size += len(piece)
                if size > limit:
                    raise FileTooLarge(name=name, limit=limit // 2**20)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _refusal(error, name) from error
    if not size:
        raise FileEmpty(name=name)
    return digest.hexdigest(), size


def _put(received: Path, path: Path, name: str) -> None:
    """Move the received file to its place; after this it is there even if the power goes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        received.chmod(0o640)
        received.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _refusal(error, name) from error


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _refusal(error: OSError, name: str) -> Exception:
    return StorageFull(name=name) if error.errno in _FULL else error
