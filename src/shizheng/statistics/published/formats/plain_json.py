"""Plain JSON: the definition, the figures, and of what edition they are."""

import json
from decimal import Decimal
from typing import Any

from shizheng.statistics.published import addresses
from shizheng.statistics.published.editions import Edition, Observation
from shizheng.statistics.published.formats.columns import column_name
from shizheng.statistics.published.formats.registry import written_as

ENDING = "json"


def as_number(value: Decimal | None) -> int | float | None:
    """Return a value for JSON; whole numbers stay exact."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def dumped(value: Any) -> bytes:
    """Return JSON as it is published: readable, in UTF-8, always the same for the same."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def about(edition: Edition) -> dict[str, Any]:
    """Return what an edition is, in words."""
    body = edition.body
    return {
        "indicator": edition.code,
        "name": dict(body.name),
        "concept": dict(body.concept),
        "source": dict(body.source),
        "unit": body.unit,
        "unit_name": dict(body.unit_name),
        "decimals": body.places,
        "frequency": str(body.every),
        "owner": {"code": edition.indicator.owner.code, "name": edition.indicator.owner.name},
        "definition_version": body.version,
        "vintage": edition.number,
        "released_at": edition.released_at.isoformat(),
        "is_synthetic": edition.is_synthetic,
        "permalink": addresses.permalink(edition.code, edition.number, ENDING),
    }


@written_as(ENDING, media_type="application/json", name="JSON", file_type="JSON")
def as_json(edition: Edition) -> bytes:
    """Return the edition with one object for each figure."""
    figures = [_figure(edition, each) for each in edition.observations]
    return dumped({**about(edition), "areas": edition.areas, "figures": figures})


def _figure(edition: Edition, each: Observation) -> dict[str, Any]:
    return {
        "period": each.period.code,
        "area": each.area,
        **dict(zip(map(column_name, edition.breakdowns), each.keys, strict=True)),
        "value": as_number(each.value),
        "obs_status": each.status,
        "conf_status": each.confidentiality,
        "reason": each.reason,
        "is_synthetic": each.is_synthetic,
    }
