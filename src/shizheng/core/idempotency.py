"""One effect however often a request is sent (冪等): the first answer is kept and given again.

The act and its kept answer are committed together. A request whose process was killed has left
neither, so that after a while another may begin anew.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from shizheng.core.clients import client_of, hidden
from shizheng.core.models.request import KeptAnswer
from shizheng.kernel.errors import N_, DomainError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(days=1)
ABANDONED_AFTER = timedelta(seconds=90)
WAIT_SECONDS = 5.0
POLL_SECONDS = 0.05
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
LONGEST_KEY = 255


class KeyUnreadable(DomainError):
    """The key is empty, too long or not plain ASCII (冪等鍵格式錯誤)."""

    code = "core.idempotency.key_unreadable"
    message = N_("The header Idempotency-Key must be 1 to 255 printable ASCII characters.")
    hint = N_("Use a fresh UUID for every new act.")
    status = 400


class KeyUsedOtherwise(DomainError):
    """The key came before with another request (冪等鍵已用於其他請求)."""

    code = "core.idempotency.key_used_otherwise"
    message = N_("This Idempotency-Key was used before for another request.")
    hint = N_("Repeat a request unchanged, or use a fresh key for a new one.")
    status = 422


class StillWorking(DomainError):
    """The same request is being worked on (相同請求處理中)."""

    code = "core.idempotency.still_working"
    message = N_("The same request is still being worked on.")
    hint = N_("Send it again in {retry_after} seconds to get its answer.")
    status = 409


def answered_once(
    request: HttpRequest,
    act: Callable[[HttpRequest], HttpResponseBase],
    *,
    key: str | None = None,
) -> HttpResponseBase:
    """Answer with ``act``, or with what it answered to the same request before.

    An answer of 400 or more, or one that is streamed, is not kept, and what the act wrote is
    taken back if it was an error: the same key may then be tried again.

    Args:
        key: that of a form; None for the one in the header.

    Raises:
        KeyUnreadable, KeyUsedOtherwise, StillWorking: see there.
    """
    given = request.headers[HEADER] if key is None else key
    if not 1 <= len(given) <= LONGEST_KEY or not (given.isascii() and given.isprintable()):
        raise KeyUnreadable
    known_as = hidden("idempotency", client_of(request), given)
    asked = fingerprint(request)
    deadline = time.monotonic() + WAIT_SECONDS
    while not _begin(known_as, asked, started := timezone.now()):
        kept = KeptAnswer.objects.filter(pk=known_as).first()
        if kept is not None and kept.fingerprint != asked:
            raise KeyUsedOtherwise
        if kept is not None and kept.finished_at is not None:
            return _replay(kept)
        if time.monotonic() > deadline:
            raise StillWorking(retry_after=5)
        time.sleep(POLL_SECONDS)
    return _act_and_keep(KeptAnswer(pk=known_as, started_at=started), request, act)


def acted_once(
    *names: str, at: datetime, kept_for: timedelta, act: Callable[[], str],
    stands: Callable[[str], bool],
) -> bool:  # fmt: skip
    """Act, unless the same was done before and what it made is still there; say whether it acted.

    Args:
        names: by which the act is known again.
        kept_for: so long it is known.
        act: makes something and returns its number.
        stands: whether what has this number is still there.
    """
    known_as = hidden("acted-once", *names)
    kept = KeptAnswer.objects.filter(pk=known_as)
    try:
        with transaction.atomic():
            before = kept.filter(expires_at__gt=at).first()
            if before is not None and stands(bytes(before.body).decode()):
                return False
            kept.delete()
            mine = KeptAnswer(
                pk=known_as, fingerprint=known_as, started_at=at, finished_at=at,
                expires_at=at + kept_for,
            )  # fmt: skip
            mine.save(force_insert=True)  # who does the same at the same time waits here
            kept.update(body=act().encode())
    except IntegrityError:
        if not kept.exists():
            raise
        return False
    return True


def fingerprint(request: HttpRequest) -> str:
    """Return the SHA-256 of method, address and everything that was sent."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name, uploads in sorted(request.FILES.lists()):
            for upload in uploads:
                digest.update(repr((name, upload.name, upload.size)).encode())
                for piece in upload.chunks():
                    digest.update(piece)
                upload.seek(0)
    else:
        digest.update(f"{request.content_type}\0".encode())
        digest.update(request.body)
    return digest.hexdigest()


def _begin(key: str, asked: str, now: datetime) -> bool:
    """Whether this request may act: nobody began it, or who did is gone."""
    KeptAnswer.objects.filter(pk=key, expires_at__lte=now).delete()
    mine = KeptAnswer(pk=key, fingerprint=asked, started_at=now, expires_at=now + KEPT_FOR)
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
    except IntegrityError:
        pass
    else:
        return True
    abandoned = KeptAnswer.objects.filter(
        pk=key,
        fingerprint=asked,
        finished_at=None,
        started_at__lt=now - ABANDONED_AFTER,
    )
    return bool(abandoned.update(started_at=now))


def _act_and_keep(
    begun: KeptAnswer, request: HttpRequest, act: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    mine = KeptAnswer.objects.filter(pk=begun.pk, started_at=begun.started_at, finished_at=None)
    try:
        with transaction.atomic():
            response = act(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif isinstance(response, HttpResponse) and not _keep(mine, response):
                raise StillWorking(retry_after=5)  # took so long that another began anew
    finally:
        mine.delete()
    return response


def _keep(mine: QuerySet[KeptAnswer], response: HttpResponse) -> int:
    return mine.update(
        finished_at=timezone.now(),
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=response.content,
    )


def _replay(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    response[REPLAYED] = "true"
    return response
