"""Handing out files: to whoever may see what they belong to, and never as a page of ours."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from shizheng.core import files
from shizheng.core.access import Person
from shizheng.core.filetypes import SHOWN_INLINE
from shizheng.core.models.file import Attachment
from shizheng.kernel.registry import Registry

readings: Registry[Callable[[Person, Model], None]] = Registry("Readings of files")
"""By the model of what a file belongs to: told whenever somebody opens one (調閱檔案)."""
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"


@require_safe
def download(request: HttpRequest, key: UUID) -> FileResponse:
    """Send a file; pictures are shown in the browser, all else is saved.

    What a person may not see does not exist for them (404).
    """
    attachment = get_object_or_404(Attachment.objects.select_related("file"), pk=key)
    if not files.may_have(request.user, attachment):
        raise Http404
    thing = attachment.thing
    if thing is not None and thing._meta.label_lower in readings:
        readings[thing._meta.label_lower](request.user, thing)
    return sent(attachment)


def sent(attachment: Attachment) -> FileResponse:
    """Return the answer with a file; the caller has asked who may have it.

    Raises:
        Http404: its bytes are gone.
    """
    stored = attachment.file
    try:
        content = files.path_of(stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=stored.media_type not in SHOWN_INLINE,
        filename=attachment.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["ETag"] = f'"{stored.digest}"'
    return response
