"""Takes in what really happened, by a mapping of the pack; run again, it adds what is new."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from shizheng.kernel.errors import N_
from shizheng.kernel.registry import Registry
from shizheng.sensing.importing import ImportUnfit
from shizheng.sensing.judging.definitions import IncidentImport
from shizheng.sensing.models import Incident


def imported(folder: Path, identifier: str) -> dict[str, int]:
    """Take in the file of a mapping of the pack, by its id; return how many rows met what.

    Raises:
        UnknownKey: the pack has no such mapping; it names those it has.
        ImportUnfit: the file cannot be read, or lacks a column.
    """
    from shizheng.packs.loader import load

    maps: Registry[IncidentImport] = Registry("Mappings of incidents")
    for body in load(settings.PACK).bodies(IncidentImport):
        maps.register(body.id)(body)
    return dict(incidents_import(maps[identifier], folder))


@transaction.atomic
def incidents_import(body: IncidentImport, folder: Path) -> Counter[str]:
    """Take in incidents (匯入災情).

    Raises:
        ImportUnfit: the file cannot be read, or lacks a column.
    """
    counts: Counter[str] = Counter()
    for row in _rows(body, folder / body.file):
        made = _incident(body, row)
        if made is None:
            counts["left_out" if _is_left_out(body, row) else "unreadable"] += 1
            continue
        _row, is_new = Incident.objects.get_or_create(
            kind=body.id, key=made.pop("key"), defaults=made
        )
        counts["new" if is_new else "same"] += 1
    return counts


def _is_left_out(body: IncidentImport, row: Mapping[str, str]) -> bool:
    kept = all(row[name] in values for name, values in body.only.items())
    dropped = any(row[name] in values for name, values in body.without.items())
    return not kept or dropped or row[body.time][:10] in body.not_on


def _incident(body: IncidentImport, row: Mapping[str, str]) -> dict[str, object] | None:
    if _is_left_out(body, row):
        return None
    try:
        value = row[body.value] if body.value else ""
        longitude, latitude = float(row[body.longitude]), float(row[body.latitude])
        return {
            "key": row[body.key][:80], "began_at": _moment(body, row[body.time]),
            "ended_at": _moment(body, row[body.ended]) if body.ended and row[body.ended] else None,
            "value": float(value) if value else None, "longitude": longitude,
            "latitude": latitude, "place": row[body.place][:200],
        }  # fmt: skip
    except ValueError:
        return None


def _moment(body: IncidentImport, text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(body.zone))


def _rows(body: IncidentImport, file: Path) -> list[dict[str, str]]:
    names = {body.key, body.time, body.longitude, body.latitude, body.place}
    names |= {name for name in (body.ended, body.value) if name} | {*body.only, *body.without}
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, ValueError) as error:
        reason = N_("it is not there, or no CSV or JSON in UTF-8")
        raise ImportUnfit(file=file.name, mapping=body.id, reason=reason) from error
    if rows and not names <= rows[0].keys():
        raise ImportUnfit(file=file.name, mapping=body.id, reason=N_("a column is missing"))
    return rows
