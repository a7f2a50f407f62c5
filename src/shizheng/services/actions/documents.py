"""Files that come with a case: kept, versioned by field, never replaced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from shizheng.core.files import Readable, store
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.services.actions.run import Run
from shizheng.services.domain.errors import AnswersWrong, Fault, FileKindWrong, FilesTooMany
from shizheng.services.models import CaseDocument
from shizheng.services.schema.form import Field

ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, with where and when a photo was taken if the sender said so."""

    name: str
    content: Readable
    longitude: float | None = None
    latitude: float | None = None
    taken_at: datetime | None = None
    size: int = 0

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> "Upload":
        """Return an upload of bytes at hand."""
        return cls(name, BytesIO(content), size=len(content))


def documents_add(
    run: Run, files: Mapping[str, Sequence[Upload]], *, fields: Iterable[Field] = ()
) -> None:
    """Keep files of an act, each under its field; a field with versions counts up.

    Raises:
        AnswersWrong: a file is of a kind, or a number, that the field does not take.
        TypeNotAllowed, NotWhatItSays, FileTooLarge, FileEmpty, StorageFull: as ``core.files``.
    """
    known = {each.id: each for each in fields}
    for key, uploads in files.items():
        for position, upload in enumerate(uploads):
            _check(run, known.get(key), key, upload, len(uploads))
            _add(run, key, position, upload, known.get(key))


def _check(run: Run, field: Field | None, key: str, upload: Upload, count: int) -> None:
    intake = run.service.intake.attachments
    accepted: Sequence[str] = ()
    most = 20
    if field is not None:
        accepted, most = field.accept, field.max_files
    elif key == ATTACHMENT and intake is not None and run.is_new:
        accepted, most = intake.accept, intake.max_files
    suffix = upload.name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if accepted and suffix not in accepted:
        fault = FileKindWrong(name=upload.name[-60:], kinds=", ".join(accepted))
        raise AnswersWrong({key: fault})
    if count > most:
        raise AnswersWrong({key: FilesTooMany(count=count, limit=most)})


def _add(run: Run, key: str, position: int, upload: Upload, field: Field | None) -> None:
    before = 0
    if not run.is_new:
        rows = CaseDocument.objects.filter(case=run.case, field=key)
        if field is None or not field.versions:
            position += rows.count()
        before = rows.filter(position=position).count()
    is_internal = field is not None and run.by is not None and _is_office(run, field)
    document = CaseDocument.objects.create(
        case=run.case,
        field=key,
        position=position,
        number=before + 1,
        name=upload.name[-150:],
        visibility="internal" if is_internal else _visibility(run, field),
        longitude=upload.longitude,
        latitude=upload.latitude,
        taken_at=upload.taken_at,
        sequence=run.case.revision if run.is_new else run.case.revision + 1,
        added_at=run.at,
    )
    stored = store(
        upload.content, name=upload.name, by=run.by or keeper(), at=run.at, attach_to=document
    )
    if stored.media_type == "application/pdf":
        _count_sheets(document, is_reviewed=field is not None and field.versions)


def _visibility(run: Run, field: Field | None) -> str:
    """Return who may have a file that is not the office's own; of personal cases nobody else."""
    is_public = field is not None and field.public and run.case.access_class == "normal"
    return "public" if is_public else "party"


def _is_office(run: Run, field: Field) -> bool:
    """Whether a file of an action's form is the office's own: not one of the application."""
    return (
        not run.is_new
        and field.id not in run.service.fields
        and run.case.reporter_id != getattr(run.by, "pk", None)
        and not field.public
    )


def keeper() -> User:
    """Return the account under which files of people without one are kept."""
    keeper: User = User.objects.get_or_create(
        username="intake", defaults={"display_name": "Intake", "is_active": False}
    )[0]
    return keeper


def _count_sheets(document: CaseDocument, *, is_reviewed: bool) -> None:
    """Note how many sheets a PDF has; one that is reviewed sheet by sheet must be readable.

    Raises:
        AnswersWrong: a drawing cannot be read, is locked, or has too many sheets.
    """
    from shizheng.services.documents.sheets import sheets_count

    try:
        document.sheet_count = sheets_count(document)
    except Fault as fault:
        if is_reviewed:
            raise AnswersWrong({document.field: fault}) from None
    except DomainError as refusal:
        if is_reviewed:
            raise refusal from None
    document.save(update_fields=["sheet_count"])


def names_of(uploads: Sequence[Upload]) -> list[Any]:
    """Return the names of files, as answers keep them."""
    return [upload.name for upload in uploads]
