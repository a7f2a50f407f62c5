"""Footage: asked for, decided by a second person, handed out marked, deleted, proven gone."""

import io
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shizheng.core import files, journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, StoredFile, User
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.sensing.cameras.access import APPROVE, ASK, KEEP
from shizheng.sensing.cameras.city import camera_rules, cameras_on
from shizheng.sensing.cameras.definitions import CamerasBody
from shizheng.sensing.cameras.errors import (
    CameraNotAsked,
    CamerasTooMany,
    CameraUnknown,
    CaseMissing,
    ExpiryUnfit,
    FaceSearchOff,
    FootageMoved,
    PurposeUnknown,
    RecordingGone,
    ReleaseOver,
    SecondPersonNeeded,
    SpanUnfit,
    WhyMissing,
)
from shizheng.sensing.cameras.marking import digest_of, marked
from shizheng.sensing.models import FootageRelease, FootageRequest

State = FootageRequest.State
LEAST_PURPOSE, LEAST_CASE, LEAST_WHY = 6, 3, 2
MOST_BYTES = 500 * 2**20
STATES = {
    State.ASKED: N_("waiting for approval"), State.APPROVED: N_("approved"),
    State.REFUSED: N_("not approved"), State.WITHDRAWN: N_("taken back"),
    State.DONE: N_("handed out"),
}  # fmt: skip


def said(text: str, most: int) -> str:
    """Return what somebody wrote, cleaned and not too long."""
    return cleaned(text).strip()[:most]


@transaction.atomic
def footage_ask(
    *, case_number: str, purpose_code: str, purpose: str, cameras: Sequence[str],
    starts_at: datetime, ends_at: datetime, by: User, at: datetime, search_faces: bool = False,
) -> FootageRequest:  # fmt: skip
    """Ask for footage (申請調閱影像).

    Args:
        cameras: their keys; a key twice counts once.
        search_faces: refused unless the pack holds a policy record for this day.

    Raises:
        NotPermitted: ``by`` may not ask.
        CaseMissing, PurposeUnknown, CamerasTooMany, CameraUnknown, SpanUnfit, RecordingGone,
        FaceSearchOff: what to correct.
    """
    require(by, ASK)
    rules = camera_rules()
    case, words = said(case_number, 60), said(purpose, 500)
    if len(case) < LEAST_CASE or len(words) < LEAST_PURPOSE:
        raise CaseMissing(least=LEAST_PURPOSE)
    if rules.purpose(purpose_code) is None:
        raise PurposeUnknown(purpose=purpose_code[:60])
    keys = _cameras(rules, cameras, at)
    _span(rules, starts_at, ends_at, at)
    policy = rules.face_policy(timezone.localdate(at)) if search_faces else None
    if search_faces and policy is None:
        raise FaceSearchOff
    owner = Agency.objects.select_for_update().get(code=rules.owner)  # one number at a time
    year = timezone.localdate(at).year
    count = FootageRequest.objects.filter(number__startswith=f"FR-{year}-").count()
    made = FootageRequest.objects.create(
        number=f"FR-{year}-{count + 1:05d}", owner=owner, case_number=case,
        ground=purpose_code, purpose=words, cameras=keys, starts_at=starts_at, ends_at=ends_at,
        face_policy=policy.number[:60] if policy else "", asked_by=by, asked_at=at,
    )  # fmt: skip
    _tell("asked", made, by, at, cameras=keys, ground=purpose_code, face_policy=made.face_policy)
    return made


def _cameras(rules: CamerasBody, cameras: Sequence[str], at: datetime) -> list[str]:
    keys = list(dict.fromkeys(said(each, 80) for each in cameras if said(each, 80)))
    most = rules.footage.most_cameras
    if not 1 <= len(keys) <= most:
        raise CamerasTooMany(most=most, count=len(keys))
    known = cameras_on(rules, timezone.localdate(at), keys)
    for key in keys:
        if key not in known:
            raise CameraUnknown(key=key)
    return keys


def _span(rules: CamerasBody, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    longest = rules.footage.longest_hours
    reason = ""
    if ends_at <= starts_at:
        reason = N_("it ends before it begins")
    elif ends_at > at:
        reason = N_("it lies in the future")
    elif ends_at - starts_at > timedelta(hours=longest):
        reason = N_("it is too long")
    if reason:
        raise SpanUnfit(reason=reason, longest=longest)
    if starts_at < at - timedelta(days=rules.footage.kept_days):
        raise RecordingGone(days=rules.footage.kept_days)


@transaction.atomic
def footage_decide(
    *, request: FootageRequest, is_approved: bool, why: str, by: User, at: datetime
) -> FootageRequest:
    """Approve or refuse (核准或不予核准); never by whom asked.

    Raises:
        NotPermitted, SecondPersonNeeded: ``by`` may not decide this.
        WhyMissing: no reason is given.
        FootageMoved: it was decided or withdrawn.
    """
    require(by, APPROVE, request)
    if request.asked_by_id == by.pk:
        raise SecondPersonNeeded
    reason = _why(why)
    state = State.APPROVED if is_approved else State.REFUSED
    _move(
        request, (State.ASKED,), state, decided_by=by, decided_at=at, decision=reason
    )  # the database holds to two persons as well
    _tell(str(state), request, by, at, why=reason)
    return request


@transaction.atomic
def footage_withdraw(*, request: FootageRequest, by: User, at: datetime) -> FootageRequest:
    """Take back what one asked for, before anything was handed out (撤回申請)."""
    if request.asked_by_id != by.pk:
        require(by, APPROVE, request)
    _move(request, (State.ASKED, State.APPROVED), State.WITHDRAWN)
    _tell("withdrawn", request, by, at)
    return request


@transaction.atomic
def footage_release(
    *, request: FootageRequest, camera: str, content: files.Readable, name: str, days: int,
    by: User, at: datetime,
) -> FootageRelease:  # fmt: skip
    """Hand out a marked copy (提供影像): what the keeper gave is not kept, only its digest.

    Args:
        days: until the copy is deleted.

    Raises:
        NotPermitted, SecondPersonNeeded: ``by`` keeps no footage of the agency, or asked for it.
        FootageMoved: it is not approved.
        CameraNotAsked, ExpiryUnfit, FileTooLarge, FileEmpty, MaterialUnfit: what to correct.
    """
    require(by, KEEP, request)
    if request.asked_by_id == by.pk:
        raise SecondPersonNeeded
    if request.state not in (State.APPROVED, State.DONE):
        raise FootageMoved(number=request.number, state=STATES[State(request.state)])
    if camera not in request.cameras:
        raise CameraNotAsked(number=request.number, key=camera[:80])
    most = camera_rules().footage.release_days
    if not 1 <= days <= most:
        raise ExpiryUnfit(most=most, days=days)
    came = content.read(MOST_BYTES + 1)
    given = files.clean_name(name) or "footage"
    if len(came) > MOST_BYTES:
        raise files.FileTooLarge(name=given, limit=MOST_BYTES // 2**20)
    if not came:
        raise files.FileEmpty(name=given)
    expires = at + timedelta(days=days)
    copy = marked(came, given, _mark(request, expires))
    stem = given.rpartition(".")[0] or given
    stored = files.keep(
        io.BytesIO(copy.content), name=f"{stem}{copy.suffix}", at=at,
        limit=4 * MOST_BYTES, kind_of=lambda _sample: copy.media_type,
    )  # fmt: skip
    made = FootageRelease.objects.create(
        request=request, camera=camera, name=f"{stem}{copy.suffix}"[-150:], file=stored,
        came_sha256=digest_of(io.BytesIO(came).read), sha256=stored.digest, size=stored.size,
        media_type=copy.media_type, mark=copy.mark, released_by=by, released_at=at,
        expires_at=expires,
    )  # fmt: skip
    _move(request, (State.APPROVED, State.DONE), State.DONE)
    _tell(
        "released", request, by, at, release=str(made.pk), camera=camera, mark=copy.mark,
        came_sha256=made.came_sha256, sha256=made.sha256, expires_at=expires.isoformat(),
    )  # fmt: skip
    return made


def _mark(request: FootageRequest, expires: datetime) -> list[str]:
    """Return the lines of a mark; the last differs on every copy, so that each has its digest."""
    until = timezone.localtime(expires)
    return [
        f"{request.number} {request.case_number}", request.asked_by.display_name or "-",
        f"{until:%Y-%m-%d} {secrets.token_hex(4)}",
    ]  # fmt: skip


@transaction.atomic
def footage_open(*, release: FootageRelease, by: User, at: datetime) -> FootageRelease:
    """Note that somebody opens a copy (調閱紀錄); call it before its bytes are sent.

    Raises:
        ReleaseOver: it expired or was deleted.
    """
    if release.file_id is None or release.deleted_at is not None or release.expires_at <= at:
        raise ReleaseOver
    FootageRelease.objects.filter(pk=release.pk).update(opened_count=F("opened_count") + 1)
    asked = release.request
    journal.read(release, ["footage"], by=by, at=at, why=f"{asked.number} {asked.case_number}")
    return release


@transaction.atomic
def release_delete(
    *, release: FootageRelease, by: User | None, at: datetime, why: str
) -> FootageRelease:
    """Delete a copy (刪除影像): its bytes are hashed as they lie there, then let go of.

    ``deletion_prove`` says afterwards that none are left. Called again it changes nothing.

    Args:
        by: None where its time is over.

    Raises:
        NotPermitted: ``by`` keeps no footage of the agency.
        WhyMissing: a person gives no reason.
    """
    if by is not None:
        require(by, KEEP, release.request)
    reason = _why(why)
    rows = FootageRelease.objects.select_for_update(of=("self",)).select_related("file")
    row = rows.get(pk=release.pk)
    if row.deleted_at is not None:
        return row
    stored, lay_there = row.file, ""
    if stored is not None:
        try:
            with files.path_of(stored).open("rb") as opened:
                lay_there = digest_of(opened.read)
        except FileNotFoundError:
            lay_there = ""
    FootageRelease.objects.filter(pk=row.pk).update(
        file=None, deleted_at=at, deleted_sha256=lay_there, why_deleted=reason[:200]
    )
    if stored is not None:
        files.release(stored)
    row.refresh_from_db()
    _tell(
        "deleted", row.request, by, at, why=reason, release=str(row.pk), sha256=row.sha256,
        lay_there_sha256=lay_there, is_what_was_released=lay_there == row.sha256,
    )  # fmt: skip
    return row


@transaction.atomic
def deletion_prove(*, release: FootageRelease, at: datetime) -> bool:
    """Prove that no bytes of a deleted copy are left in the store (刪除證明).

    Its place in the store is emptied if the job of the store has not come to it, and looked at.

    Returns:
        False while something else holds the same bytes, or they cannot be removed.
    """
    row = FootageRelease.objects.select_for_update().get(pk=release.pk)
    if row.deleted_at is None or row.proven_at is not None:
        return row.proven_at is not None
    place = files.path_of(StoredFile(digest=row.sha256))
    if StoredFile.objects.filter(digest=row.sha256).exists():
        return False
    place.unlink(missing_ok=True)
    if place.exists():
        return False
    FootageRelease.objects.filter(pk=row.pk).update(proven_at=at)
    _tell("deletion_proven", row.request, None, at, release=str(row.pk), sha256=row.sha256)
    return True


def footage_expire(*, at: datetime) -> tuple[int, int]:
    """Delete every copy whose time is over, and prove what was deleted.

    Returns:
        How many were deleted and how many were proven now.
    """
    due = FootageRelease.objects.filter(deleted_at=None, expires_at__lte=at)
    deleted = 0
    for row in due.select_related("request__owner").order_by("expires_at", "pk"):
        release_delete(release=row, by=None, at=at, why="expired")
        deleted += 1
    waiting = FootageRelease.objects.filter(deleted_at__isnull=False, proven_at=None)
    proven = sum(deletion_prove(release=row, at=at) for row in waiting.order_by("deleted_at", "pk"))
    return deleted, proven


def _why(text: str) -> str:
    reason = said(text, 500)
    if len(reason) < LEAST_WHY:
        raise WhyMissing
    return reason


def _move(request: FootageRequest, was: tuple[str, ...], state: str, **values: object) -> None:
    rows = FootageRequest.objects.filter(pk=request.pk, state__in=was)
    if not rows.update(state=state, **values):
        request.refresh_from_db()
        raise FootageMoved(number=request.number, state=STATES[State(request.state)])
    request.refresh_from_db()


def _tell(
    verb: str, request: FootageRequest, by: User | None, at: datetime, *, why: str = "",
    **facts: object,
) -> None:  # fmt: skip
    """Enter what happened in the journal and tell programs that subscribed, without the purpose."""
    told = {"number": request.number, "case": request.case_number, **facts}
    journal.record(
        f"sensing.footage.{verb}", request, by=by, at=at, on_behalf_of=request.owner, why=why,
        now=told,
    )  # fmt: skip
    outbox.publish(f"sensing.footage.{verb}", request, at=at, payload=told)
