"""Removing the bytes of files that nothing needs any more."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from shizheng.core.files import INCOMING, path_of
from shizheng.core.models import Attachment, StoredFile

REST = timedelta(hours=1)
"""A file that came a moment ago may be about to be attached: it is left until the next day."""


def sweep(now: datetime) -> int:
    """Remove files without any attachment from the disk (清除無附件之檔案); how many.

    Killed in the middle, the next one goes on. The bytes are put aside in the transaction that
    forgets them, so that neither a row without bytes nor bytes without a row is left.
    """
    needed = Attachment.objects.filter(file=OuterRef("pk"))
    rows = StoredFile.objects.filter(~Exists(needed), stored_at__lt=now - REST)
    return sum(_removed(row, now) for row in list(rows.order_by("pk")[:10_000]))


def _removed(row: StoredFile, now: datetime) -> bool:
    path = path_of(row)
    aside = Path(settings.MEDIA_ROOT) / INCOMING / f"removed-{row.digest}"
    try:
        with transaction.atomic():
            known = StoredFile.objects.select_for_update().filter(pk=row.pk)
            if not known.exists() or Attachment.objects.filter(file=row).exists():
                return False
            if path.exists():
                if path.stat().st_mtime > (now - REST).timestamp():
                    return False
                aside.parent.mkdir(parents=True, exist_ok=True)
                path.replace(aside)
            known.delete()
    except IntegrityError:  # attached at this very moment: the bytes are needed again
        if aside.exists() and not path.exists():
            aside.replace(path)
        return False
    aside.unlink(missing_ok=True)
    return True
