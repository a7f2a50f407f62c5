"""Copies of everything held of a person (製給複製本): asked for, made by a job, fetched."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from shizheng.core import city, journal
from shizheng.core.jobs import report_progress
from shizheng.core.models import User
from shizheng.core.personal import holdings
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language
from shizheng.statistics.models import DataCopy, Takeout
from shizheng.statistics.personal import errors, storing
from shizheng.statistics.personal.domain.packing import Part, files_of, manifest_of, zipped
from shizheng.statistics.personal.keeping import copy_remove, is_under_way, keeping
from shizheng.statistics.personal.sealing import sealed
from shizheng.statistics.personal.selectors import Held, held_of
from shizheng.statistics.personal.telling import copy_tell

MANIFEST, SEAL, READ_ME = "manifest.json", "manifest.json.p7s", "README.txt"


class Packed(NamedTuple):
    """A copy as it is sent: the ZIP, the digest of its manifest, how many records."""

    content: bytes
    digest: str
    record_count: int


def copy_ask(*, person: User, at: datetime) -> DataCopy:
    """Ask for a copy of everything; while one is being made it is that one, however often.

    One whose job failed is tried again.
    """
    from shizheng.statistics.personal.tasks import make_copy

    try:
        with transaction.atomic():
            copy, is_new = DataCopy.objects.select_for_update().get_or_create(
                person=person, takeout=None,
                defaults={"asked_at": at, "language": get_language() or ""},
            )  # fmt: skip
            if is_new:
                journal.record("statistics.data_copy.asked", copy, by=person, at=at)
            if not is_under_way(copy):
                copy.job = make_copy.enqueue(key=str(copy.pk), copy=str(copy.pk))
                copy.save(update_fields=["job"])
    except IntegrityError:
        return DataCopy.objects.get(person=person, takeout=None)
    return copy


def copy_make(*, copy: DataCopy, now: Callable[[], datetime]) -> DataCopy:
    """Make a copy that was asked for; done twice, or after it was killed, it comes to one.

    The file is there before the row says so. An earlier copy that still waits is removed.
    """
    if copy.takeout_id is not None:
        return copy
    rule = keeping()
    with override(copy.language):
        packed = _packed(copy.person, at=now(), hours=rule.copy_hours)
    storing.put(copy, packed.content)
    at = now()
    with transaction.atomic():
        locked = DataCopy.objects.select_for_update(of=("self",)).get(pk=copy.pk)
        if locked.takeout_id is not None:
            return locked
        for earlier in DataCopy.objects.filter(
            person=copy.person, takeout__isnull=False, removed_at=None
        ):
            copy_remove(earlier, at=at)
        locked.takeout = Takeout.objects.create(
            person=copy.person, made_at=at, record_count=packed.record_count, digest=packed.digest
        )
        locked.expires_at = at + timedelta(hours=rule.copy_hours)
        locked.save(update_fields=["takeout", "expires_at"])
        journal.record(
            "statistics.takeout.made", locked.takeout, by=copy.person, at=at,
            now={"records": packed.record_count, "digest": packed.digest},
        )  # fmt: skip
        copy_tell(locked, at=at)
    return locked


@transaction.atomic
def copy_fetch(*, copy: DataCopy, by: User, at: datetime) -> bytes:
    """Return the ZIP of one's own copy; each time is on record.

    Raises:
        CopyExpired: its time is over, a newer one took its place, or its file is gone.
    """
    if copy.person_id != by.pk or not copy.is_there(at):
        raise errors.CopyExpired
    try:
        content = storing.path_of(copy).read_bytes()
    except FileNotFoundError:
        raise errors.CopyExpired from None
    assert copy.takeout is not None  # noqa: S101 - is_there
    journal.record("statistics.takeout.fetched", copy.takeout, by=by, at=at)
    return content


def _packed(person: User, *, at: datetime, hours: int) -> Packed:
    """Gather everything kind by kind, and sign what was gathered."""
    parts, codes = [], sorted(holdings)
    for place, code in enumerate(codes):
        report_progress(place / (len(codes) + 1), code)
        parts += [_part(held) for held in held_of(person, codes=[code])]
    report_progress(len(codes) / (len(codes) + 1))
    files = files_of(parts, cell)
    known = city.current()
    name = in_language(known.name) if known else ""
    manifest = manifest_of(parts, files, made_at=at, city=name, person=str(person.pk))
    files |= {MANIFEST: manifest, READ_ME: _read_me(name, hours).encode()}
    seal = sealed(manifest)
    if seal is not None:
        files[SEAL] = seal
    return Packed(
        zipped(files, timezone.localtime(at)), hashlib.sha256(manifest).hexdigest(),
        sum(len(part.rows) for part in parts),
    )  # fmt: skip


def _part(held: Held) -> Part:
    said = held.holding
    rows = [
        {
            "key": each.key, "at": each.at, "kept_until": each.kept_until,
            "agency": each.agency.code if each.agency else "", **each.facts,
        }
        for each in held.records
    ]  # fmt: skip
    return Part(
        held.code, str(said.title), str(said.purpose), str(said.ground), str(said.kept), rows
    )


def _read_me(name: str, hours: int) -> str:
    return "\n".join(
        (
            _("What {city} holds of you").format(city=name),
            "",
            _("Each kind of data is there twice: as JSON for programs, and as CSV for people."),
            _("manifest.json lists every file with its SHA-256, its purpose and legal ground."),
            _("manifest.json.p7s is the city's signature of it (CMS). To check it:"),
            "openssl cms -verify -inform DER -in manifest.json.p7s -content manifest.json "
            "-binary -noverify -out checked.json",
            _(
                "Only you can fetch this copy, and the city removes its own after {hours} hours. "
                "Keep it safe."
            ).format(hours=hours),
            "",
        )
    )
