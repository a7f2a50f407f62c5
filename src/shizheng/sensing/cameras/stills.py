"""The newest still of a camera that was released for operation; an older one is not kept."""

import io
import struct
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from shizheng.core import files, journal
from shizheng.core.files import path_of
from shizheng.core.words import in_language
from shizheng.kernel.errors import N_
from shizheng.sensing.cameras.access import WATCH
from shizheng.sensing.cameras.city import (
    IN_USE,
    Camera,
    camera_rules,
    cameras_on,
    cameras_public,
)
from shizheng.sensing.cameras.errors import CamerasUnset, CameraUnknown, StillUnfit
from shizheng.sensing.cameras.marking import size_of, smaller
from shizheng.sensing.models import CameraStill, Gateway

MOST_BYTES = 4 * 2**20
FRESH = timedelta(minutes=15)


def camera_on_duty(key: str, at: datetime) -> Camera | None:
    """Return a camera in use that is released for operation; None of every other."""
    rules = camera_rules()
    found = cameras_on(rules, timezone.localdate(at), [key]).get(key)
    return found if found and found.is_on_duty and found.state == IN_USE else None


@transaction.atomic
def still_take(*, key: str, content: bytes, by: Gateway, at: datetime) -> CameraStill:
    """Take the newest picture of a camera (收錄值勤畫面); the one before is deleted.

    Raises:
        CameraUnknown: there is none, or it is not released for operation.
        StillUnfit: no picture, too large, or of a gateway of another agency.
    """
    camera = camera_on_duty(key, at)
    if camera is None:
        raise CameraUnknown(key=key[:80])
    if by.owner.code != camera_rules().owner:
        raise StillUnfit(reason=N_("the gateway is not of the cameras' agency"))
    if len(content) > MOST_BYTES:
        raise StillUnfit(reason=N_("it is larger than 4 MiB"))
    try:
        size_of(content)
    except (ValueError, IndexError, struct.error) as error:
        raise StillUnfit(reason=N_("it is no JPEG or PNG")) from error
    kind = "image/png" if content[:1] == b"\x89" else "image/jpeg"
    unchanged = CameraStill.objects.select_for_update().filter(camera=key).first()
    if unchanged is not None and unchanged.file.digest == sha256(content).hexdigest():
        CameraStill.objects.filter(pk=unchanged.pk).update(taken_at=at)
        unchanged.refresh_from_db()
        return unchanged
    stored = files.keep(
        io.BytesIO(content), name=f"{key}.jpg", at=at, limit=MOST_BYTES,
        kind_of=lambda _sample: kind,
    )  # fmt: skip
    before = unchanged.file if unchanged else None
    still, made = CameraStill.objects.update_or_create(
        camera=key, defaults={"file": stored, "taken_at": at, "owner": by.owner}
    )
    if before is not None:
        files.release(before)
    if made:
        journal.record("sensing.still.began", still, by=None, at=at, now={"camera": key})
    return still


@lru_cache(maxsize=64)
def _small(digest: str, path: Path, width_px: int, words: str) -> bytes:
    """Return a still as everybody may see it; drawn once for each still, and kept in memory."""
    return smaller(path.read_bytes(), width_px, words)


def still_public(key: str, at: datetime) -> tuple[bytes, datetime] | None:
    """Return the small still of a camera that the pack marks public, and of when it is.

    None where there is none, it is too old, or the camera is not marked, released and in use.
    """
    try:
        rules = camera_rules()
    except CamerasUnset:
        return None
    if rules.public is None or not cameras_public(rules, timezone.localdate(at), [key]):
        return None
    since = at - timedelta(minutes=rules.public.gone_minutes)
    still = CameraStill.objects.select_related("file", "owner").filter(
        camera=key, taken_at__gt=since
    ).first()  # fmt: skip
    if still is None:
        return None
    said = f"{timezone.localtime(still.taken_at):%Y-%m-%d %H:%M} {in_language(still.owner.name)}"
    try:
        found = _small(still.file.digest, path_of(still.file), rules.public.width_px, said)
    except (OSError, ValueError, RuntimeError, IndexError, struct.error):
        return None
    return found, still.taken_at


__all__ = ["FRESH", "WATCH", "camera_on_duty", "still_public", "still_take"]
