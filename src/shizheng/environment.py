"""What the settings need before Django exists: the pack's folder and a generated key."""

import os
import secrets
from pathlib import Path

SOURCE_TREE = Path(__file__).parents[2]
DEFAULT_PACK = "kaohsiung"


def pack_folder(name: str) -> Path:
    """Return the folder of a pack given by path, or by name in ``packs/`` of the source tree."""
    given = Path(name)
    candidates = (given, Path("packs") / name, SOURCE_TREE / "packs" / name)
    return next((path.resolve() for path in candidates if path.is_dir()), given.resolve())


def generated_key(home: Path) -> str:
    """Return the key kept in ``home``, made on first use; production refuses such a key."""
    kept = home / "secret_key"
    try:
        return kept.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    key = "generated-" + secrets.token_urlsafe(48)
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
