"""Reads the files of a pack: which there are, how large they may be, and that they are UTF-8."""

import os
from collections.abc import Iterator
from pathlib import Path

from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.problems import PackUnreadable, Place, Problem, problem_at

MANIFEST = "pack.yaml"
MOST_FILES = 5_000
MOST_BYTES = {"definition": 4_000_000, "table": 32_000_000, "file": 64_000_000}
_MARKS = {
    b"\xef\xbb\xbf": "starts with a byte-order mark",
    b"\xff\xfe": "is UTF-16, not UTF-8",
    b"\xfe\xff": "is UTF-16, not UTF-8",
}


class Unreadable(DomainError):
    """One file of a pack cannot be read; ``problem`` says where and why (檔案無法讀取)."""

    code = "packs.file_unreadable"
    message = N_("The file {file} of the pack cannot be used: {problem}")
    hint = N_("Put the file right, then check the pack again.")

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(file=problem.file, problem=problem.message)


def pack_root(path: Path) -> Path:
    """Return ``path`` if it is a readable folder with a manifest.

    Raises:
        PackUnreadable: it is not; the message says why.
    """
    if why := _why_not(path):
        raise PackUnreadable(path=str(path), why=why)
    return path


def _why_not(path: Path) -> str:
    """Return why ``path`` is no pack, or nothing."""
    try:
        if not path.exists():
            return "it is a broken link" if path.is_symlink() else "there is no such folder"
        if not path.is_dir():
            return "it is a file, not a folder"
        with os.scandir(path) as entries:
            names = {entry.name for entry in entries}
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return "" if MANIFEST in names else f"it holds no {MANIFEST}"


def is_inside(path: Path, root: Path) -> bool:
    """Say whether ``path``, its links followed, lies below ``root``; a circle of links does not."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def definition_files(root: Path) -> Iterator[Path]:
    """Yield the YAML files below ``root`` in a stable order; links to folders are not followed.

    Raises:
        Unreadable: a folder cannot be listed, a name ends in ``.yml``, or there are too many.
    """

    def refuse(error: OSError) -> None:
        place = Place(str(error.filename))
        why = f"cannot be listed: {(error.strerror or str(error)).lower()}."
        raise Unreadable(problem_at(place, (), why, "pack.file.unreadable"))

    count = 0
    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            count += 1
            if name.startswith(".") or not name.endswith((".yaml", ".yml")):
                continue
            yield Path(folder, name)
        if count > MOST_FILES:
            message = f"holds more than {MOST_FILES} files."
            raise Unreadable(problem_at(Place(str(root)), (), message, "pack.file.too_many"))


def read_bytes(path: Path, role: str) -> bytes:
    """Return the content of one file of a pack.

    Args:
        path: the file.
        role: ``definition``, ``table`` or ``file``: what it is for sets how large it may be.

    Raises:
        Unreadable: missing, not a plain file, not permitted, or too large.
    """
    place, most = Place(str(path)), MOST_BYTES[role]
    try:
        if path.exists() and not path.is_file():
            message = "is not a plain file."
            raise Unreadable(problem_at(place, (), message, "pack.file.unreadable"))
        size = path.stat().st_size
        if size > most:
            message = f"is {size:,} bytes; a {role} may have at most {most:,}."
            raise Unreadable(problem_at(place, (), message, "pack.file.too_large"))
        return path.read_bytes()
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
        message = f"cannot be read: {(error.strerror or str(error)).lower()}."
        raise Unreadable(problem_at(place, (), message, f"pack.file.{code}")) from error


def read_text(path: Path, role: str) -> str:
    """Return the text of one file, which must be UTF-8 without a byte-order mark.

    Raises:
        Unreadable: as ``read_bytes``, or the encoding is another one; the message names the line.
    """
    content = read_bytes(path, role)
    hint = "Save the file as UTF-8 without a byte-order mark."
    for mark, why in _MARKS.items():
        if content.startswith(mark):
            place = Place(str(path))
            raise Unreadable(problem_at(place, (), f"{why}.", "pack.file.encoding", hint))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{content[error.start]:02x} here has no meaning."
        place = Place(str(path), line)
        raise Unreadable(problem_at(place, (), message, "pack.file.encoding", hint)) from error
