"""The data behind a report (報告資料): as CSV for spreadsheets, and the record itself as JSON."""

from collections.abc import Iterator

from shizheng.core import chain
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.facts import Record
from shizheng.plan.register.exports import csv_lines

OF_EVIDENCE = (
    "source", "reference", "commitment", "period", "on", "value", "rows", "digest",
    "definition_version", "vintage", "snapshot", "gathered_at",
)  # fmt: skip
COLUMNS = (
    "quarter", "code", "department", "title_zh", "title_en", "light", "reasons", "note_light",
    "note_reason", "note_expires_on", "is_synthetic", "name_zh", "name_en", "unit_zh", "unit_en",
    *OF_EVIDENCE,
)  # fmt: skip


def record_json(body: Record) -> bytes:
    """Return the public record exactly as its digest covers it: SHA-256 of these bytes."""
    return chain.canonical(body).encode()


def record_csv(body: Record, department: int | None = None) -> Iterator[str]:
    """Return a row for every piece of evidence; an item without any has one row."""
    return csv_lines(_rows(body, department), COLUMNS)


def _rows(body: Record, department: int | None) -> Iterator[dict[str, object]]:
    for item in body["items"]:
        if department not in (None, item["department"]):
            continue
        note = item["note"] or {}
        shared = {
            "quarter": body["quarter"],
            "code": item["code"],
            "department": item["department"],
            "title_zh": item["title"].get("zh-Hant", item["text"]),
            "title_en": item["title"].get("en", ""),
            "light": item["light"],
            "reasons": " ".join(reason["code"] for reason in item["reasons"]),
            "note_light": note.get("light", ""),
            "note_reason": note.get("reason", ""),
            "note_expires_on": note.get("expires_on", ""),
            "is_synthetic": str(item["is_synthetic"]).lower(),
        }
        for each in item["evidence"] or [{}]:
            name, unit = each.get("name", {}), each.get("unit_name", {})
            of_evidence = {key: _cell(each.get(key)) for key in OF_EVIDENCE}
            yield {
                **shared, **of_evidence,
                "name_zh": name.get("zh-Hant", ""), "name_en": name.get("en", ""),
                "unit_zh": unit.get("zh-Hant", ""), "unit_en": unit.get("en", ""),
            }  # fmt: skip


def _cell(value: object) -> object:
    return "" if value is None else value


def file_name(closing: QuarterClosing, department: int | None, ending: str) -> str:
    """Return the name under which a file is saved, such as ``2020-Q1-1-dept-13.csv``."""
    of = f"-dept-{department}" if department is not None else ""
    return f"{closing.number}{of}.{ending}"
