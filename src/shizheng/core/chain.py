"""How entries of the journal are hashed, in Python and in SQL alike."""

import hashlib
from collections.abc import Mapping

from django.core.serializers.json import DjangoJSONEncoder

from shizheng.core.models.journal import JournalEntry

SEPARATOR = "\x1f"
ERASED = "core.journal.erased"
GENESIS = "0" * 64
MOMENT = "%Y-%m-%d %H:%M:%S.%f"
COLUMNS = (
    "tenant",
    "number",
    "at",
    "by_id",
    "on_behalf_of_id",
    "action",
    "thing_type",
    "thing_key",
    "why",
    "was",
    "now",
    "commitments",
)
_SQLITE = {
    "at": "CASE length(at) WHEN 19 THEN at || '.000000' ELSE at END",
    "by_id": "coalesce(by_id, '')",
    "on_behalf_of_id": "coalesce(on_behalf_of_id, '')",
}
_POSTGRESQL = {
    "at": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "by_id": "coalesce(replace(by_id::text, '-', ''), '')",
    "on_behalf_of_id": "coalesce(replace(on_behalf_of_id::text, '-', ''), '')",
}
_DIALECTS = {
    "sqlite": (_SQLITE, f" || char({ord(SEPARATOR)}) || "),
    "postgresql": (_POSTGRESQL, f" || chr({ord(SEPARATOR)}) || "),
}
_ENCODER = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(values: Mapping[str, object] | None) -> str:
    """Return ``values`` as the one JSON text that is hashed; empty without values."""
    if not values:
        return ""
    return _ENCODER.encode(values)


def body(entry: JournalEntry) -> str:
    """Return the text of an entry that its hash covers; equals ``body_sql`` of the stored row."""
    parts = (
        entry.tenant,
        str(entry.number),
        entry.at.strftime(MOMENT),
        entry.by_id.hex if entry.by_id else "",
        entry.on_behalf_of_id.hex if entry.on_behalf_of_id else "",
        entry.action,
        entry.thing_type,
        entry.thing_key,
        entry.why,
        entry.was,
        entry.now,
        entry.commitments,
    )
    return SEPARATOR.join(parts)


def body_sql(vendor: str) -> str:
    """Return the SQL expression that joins the columns of a row as ``body`` does."""
    special, glue = _DIALECTS[vendor]
    return glue.join(special.get(name, name) for name in COLUMNS)


def link(previous: str, text: str) -> str:
    """Return the hash of an entry: SHA-256 of the hash before it and its own text."""
    return hashlib.sha256((previous + text).encode()).hexdigest()


def commitment(salt: str, field: str, value: str) -> str:
    """Return what the chain keeps of a personal value."""
    return hashlib.sha256(SEPARATOR.join((salt, field, value)).encode()).hexdigest()
