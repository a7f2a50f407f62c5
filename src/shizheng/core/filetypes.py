"""Which files are taken, and whether one is what its name says."""

import codecs
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePath

from shizheng.kernel.errors import N_, DomainError

HEAD_BYTES = 8192
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

BINARY = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".heic": "image/heif",
    ".mp4": "video/mp4",
}
TEXT = {
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".geojson": "application/geo+json",
}
OFFICE = {
    ".docx": (_OOXML + "wordprocessingml.document", "word/"),
    ".xlsx": (_OOXML + "spreadsheetml.sheet", "xl/"),
    ".pptx": (_OOXML + "presentationml.presentation", "ppt/"),
}
OPEN_DOCUMENT = {
    ".odt": _ODF + "text",
    ".ods": _ODF + "spreadsheet",
    ".odp": _ODF + "presentation",
}
ALLOWED = sorted([*BINARY, *TEXT, *OFFICE, *OPEN_DOCUMENT])


class TypeNotAllowed(DomainError):
    """Files of this type are not taken (不接受此檔案類型)."""

    code = "core.file.type_not_allowed"
    message = N_("“{name}” is not of a type that is taken.")
    hint = N_("Taken are: {allowed}.")
    status = 415


class NotWhatItSays(DomainError):
    """Name and content do not agree (副檔名與內容不符)."""

    code = "core.file.not_what_it_says"
    message = N_("“{name}” does not contain what its name says.")
    hint = N_("Save it again in the program that made it, as {suffix}, and hand that in.")
    status = 415


@dataclass(frozen=True, slots=True)
class Sample:
    """What is looked at: the name, the first bytes, and the whole on disk."""

    name: str
    head: bytes
    path: Path


def suffix_of(name: str) -> str:
    """Return the suffix of an allowed name, in small letters with its full stop.

    Raises:
        TypeNotAllowed: it has none, or another one.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in ALLOWED:
        raise TypeNotAllowed(name=name, allowed=", ".join(ALLOWED))
    return suffix


def media_type(sample: Sample) -> str:
    """Return the media type after comparing name and content.

    Raises:
        TypeNotAllowed: such a name is not taken.
        NotWhatItSays: the content is something else.
    """
    suffix = suffix_of(sample.name)
    if suffix in BINARY and BINARY[suffix] in _sniffed(sample.head):
        return BINARY[suffix]
    if suffix in TEXT and _is_text(sample.head):
        return TEXT[suffix]
    if suffix in OFFICE and _is_office(sample.path, OFFICE[suffix][1]):
        return OFFICE[suffix][0]
    if suffix in OPEN_DOCUMENT and _is_open_document(sample.path, OPEN_DOCUMENT[suffix]):
        return OPEN_DOCUMENT[suffix]
    raise NotWhatItSays(name=sample.name, suffix=suffix)


def _sniffed(head: bytes) -> set[str]:
    import puremagic  # reads its tables when it is imported

    try:
        return {str(match.mime_type) for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(head: bytes) -> bool:
    """Whether it is text in UTF-8 or Big5, and not markup in disguise."""
    if b"\0" in head or _sniffed(head) & {"text/html", "image/svg+xml", "application/xml"}:
        return False
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "cp950"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _is_office(path: Path, folder: str) -> bool:
    names = _members(path)
    return (
        "[Content_Types].xml" in names
        and any(name.startswith(folder) for name in names)
        and not any(name.endswith("vbaProject.bin") for name in names)
    )


def _is_open_document(path: Path, expected: str) -> bool:
    if "mimetype" not in _members(path):
        return False
    with zipfile.ZipFile(path) as archive, archive.open("mimetype") as member:
        return member.read(200).decode("ascii", "replace").strip() == expected


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return []
