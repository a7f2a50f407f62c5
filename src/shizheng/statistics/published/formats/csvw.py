"""Metadata of the CSV by the W3C's Tabular Data Model (CSVW)."""

from typing import Any

from shizheng.statistics.published import addresses
from shizheng.statistics.published.editions import Edition
from shizheng.statistics.published.formats import plain_csv
from shizheng.statistics.published.formats.columns import Column, columns_of
from shizheng.statistics.published.formats.plain_json import dumped
from shizheng.statistics.published.formats.registry import written_as
from shizheng.statistics.published.licence import licence

ENDING = "csv-metadata.json"
"""Where RFC-reading programs look first: ``{+url}-metadata.json``."""


@written_as(ENDING, media_type="application/csvm+json", name="CSVW", file_type="JSON_LD")
def as_csvw(edition: Edition) -> bytes:
    """Return what each column of the CSV is."""
    columns = columns_of(edition)
    body = edition.body
    return dumped(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh-Hant"}],
            "url": addresses.permalink(edition.code, edition.number, plain_csv.ENDING),
            "dc:title": _natural(body.name),
            "dc:description": _natural(body.concept),
            "dc:identifier": edition.code,
            "dc:license": {"@id": licence().url},
            "dc:issued": {"@value": edition.released_at.isoformat(), "@type": "xsd:dateTime"},
            "dc:hasVersion": str(edition.number),
            "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
            "tableSchema": {
                "columns": [_column(column) for column in columns],
                "primaryKey": [column.name for column in columns if column.is_key],
            },
        }
    )


def _natural(words: Any) -> list[dict[str, str]]:
    return [{"@value": text, "@language": tag} for tag, text in words.items()]


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": _natural(column.title),
        "datatype": column.datatype,
        "required": column.is_required,
    }
    if column.language:
        found["lang"] = column.language
    return found
