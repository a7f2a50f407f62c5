"""What lies in a file as it came: the table itself, or the one in an archive."""

import zipfile
import zlib
from pathlib import Path, PurePath

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.errors import ArchiveUnfit, FormatUnknown, TooMuch
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits

CSV, GEOJSON, PARQUET, ZIP = "csv", "geojson", "parquet", "zip"
FORMATS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".geojson": GEOJSON, ".json": GEOJSON,
    ".parquet": PARQUET, ".zip": ZIP,
}  # fmt: skip
CHUNK = 1 << 20
MEDIA_TYPES = {
    CSV: "text/csv",
    GEOJSON: "application/geo+json",
    PARQUET: "application/vnd.apache.parquet",
    ZIP: "application/zip",
}
_MAGIC = {PARQUET: b"PAR1", ZIP: b"PK"}


def format_of(name: str, head: bytes) -> str:
    """Return the format of a file by its name, which its first bytes must not contradict.

    Raises:
        FormatUnknown: none that is taken, or the content is something else.
    """
    found = FORMATS.get(PurePath(name).suffix.lower())
    if found is None:
        raise FormatUnknown(name=name)
    by_content = next((kind for kind, magic in _MAGIC.items() if head.startswith(magic)), None)
    if (found in _MAGIC or by_content == PARQUET) and by_content != found:
        raise FormatUnknown(name=name)
    return found


def unpacked(path: Path, name: str, folder: Path, *, limits: Limits = LIMITS) -> tuple[Path, str]:
    """Return the file with the table and its format; of an archive, what it holds.

    Raises:
        FormatUnknown, ArchiveUnfit, TooMuch: there is not one table in it.
    """
    found = format_of(name, _head(path))
    if found != ZIP:
        return path, found
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) != 1 or members[0].flag_bits & 1:
                raise ArchiveUnfit(name=name, count=len(members))
            member = members[0]
            target = folder / "unpacked"
            _copy(archive, member, target, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError) as error:
        raise ArchiveUnfit(name=name, count=0) from error
    inner = format_of(member.filename, _head(target))
    if inner == ZIP:
        raise FormatUnknown(name=PurePath(member.filename).name[:100])
    return target, inner


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Unpack as far as is allowed: what an archive says of its size is not believed."""
    size = 0
    with archive.open(member) as source, target.open("wb") as file:
        while piece := source.read(CHUNK):
            size += len(piece)
            if size > limits.file_bytes:
                raise TooMuch(limit=limits.file_bytes, what=N_("bytes when it is unpacked"))
            file.write(piece)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)
