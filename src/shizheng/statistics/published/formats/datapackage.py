"""A Frictionless Data Package that describes the CSV."""

import hashlib
from typing import Any

from shizheng.statistics.published import addresses
from shizheng.statistics.published.editions import Edition
from shizheng.statistics.published.formats import plain_csv
from shizheng.statistics.published.formats.columns import Column, columns_of
from shizheng.statistics.published.formats.plain_json import dumped
from shizheng.statistics.published.formats.registry import written_as
from shizheng.statistics.published.licence import licence

ENDING = "datapackage.json"
TYPES = {"string": "string", "date": "date", "decimal": "number", "boolean": "boolean"}


@written_as(ENDING, media_type="application/json", name="Data Package", file_type="JSON")
def as_datapackage(edition: Edition) -> bytes:
    """Return the package with its one resource, the CSV, and the CSV's size and digest."""
    body, given = edition.body, licence()
    owner = edition.indicator.owner
    return dumped(
        {
            "profile": "tabular-data-package",
            "name": edition.code.replace("_", "-"),
            "id": addresses.vintage(edition.code, edition.number),
            "title": _text(body.name),
            "description": _text(body.concept),
            "version": f"{edition.number}.0.0",
            "created": edition.released_at.isoformat(timespec="seconds"),
            "licenses": [{"name": given.id, "path": given.url, "title": _text(given.name)}],
            "sources": [{"title": _text(body.source)}],
            "contributors": [{"title": _text(owner.name), "role": "publisher"}],
            "resources": [_resource(edition)],
        }
    )


def _resource(edition: Edition) -> dict[str, Any]:
    content = plain_csv.as_csv(edition)
    columns = columns_of(edition)
    return {
        "name": edition.code.replace("_", "-"),
        "profile": "tabular-data-resource",
        "path": addresses.permalink(edition.code, edition.number, plain_csv.ENDING),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column) for column in columns],
            "primaryKey": [column.name for column in columns if column.is_key],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": _text(column.title),
        "type": TYPES[column.datatype],
        "constraints": {"required": column.is_required},
    }


def _text(words: Any) -> str:
    """Return the texts of all languages in one, as a package has one language."""
    return " / ".join(dict.fromkeys(words.values()))
