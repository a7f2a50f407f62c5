"""Files of an edition: their bytes, and what metadata say of them, told once and kept."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings
from django.core.cache import cache as kept

from shizheng.core import city
from shizheng.statistics.models import Vintage
from shizheng.statistics.published.delivery import digest_of
from shizheng.statistics.published.editions import edition_of
from shizheng.statistics.published.formats.offered import formats_of

REVISION = 1
"""Goes up when a format writes anything differently."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What metadata say of a file: SHA-256 and size (檔案摘要)."""

    digest: str
    size: int


Facts = dict[str, FileFacts]
"""By ending of the address."""


def facts_of(vintages: list[Vintage]) -> dict[int, Facts]:
    """Return by place in the list what its files are; those not known yet are written once."""
    keys = [_key(vintage) for vintage in vintages]
    known = kept.get_many(keys)
    found: dict[int, Facts] = {}
    for at, (key, vintage) in enumerate(zip(keys, vintages, strict=True)):
        facts = known.get(key)
        if facts is None:
            facts = _facts(vintage)
            kept.set(key, facts, None)
        found[at] = {ending: FileFacts(*pair) for ending, pair in facts.items()}
    return found


def _facts(vintage: Vintage) -> dict[str, tuple[str, int]]:
    edition = edition_of(vintage)
    files = {each.ending: each.render(edition) for each in formats_of(edition.body)}
    return {ending: (digest_of(body), len(body)) for ending, body in files.items()}


def _key(vintage: Vintage) -> str:
    """Return what changes when the bytes may: names in them come with the pack."""
    parts = (vintage.pk, city.loaded_at(), settings.SITE_URL, REVISION, _versions())
    return f"published:{sha256(repr(parts).encode()).hexdigest()}"


@cache
def _versions() -> tuple[str, str]:
    return version("shizheng"), version("duckdb")
