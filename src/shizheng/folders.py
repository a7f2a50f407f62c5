"""Where the source tree and its packs lie; asks nobody, so that the command line starts fast."""

from pathlib import Path

SOURCE_TREE = Path(__file__).parents[2]
DEFAULT_PACK = "kaohsiung"


def pack_folder(name: str) -> Path:
    """Return the folder of a pack given by path, or by name in ``packs/`` of the source tree."""
    given = Path(name)
    candidates = (given, Path("packs") / name, SOURCE_TREE / "packs" / name)
    return next((path.resolve() for path in candidates if path.is_dir()), given.resolve())
