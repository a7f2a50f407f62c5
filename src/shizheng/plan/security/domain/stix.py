"""Indicators of an incident as a STIX 2.1 bundle (入侵指標交換).

The same facts give the same bundle byte for byte: ids are UUIDs of version 5 in a name space of
our own, as section 2.9 of STIX 2.1 allows for objects that a producer makes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from shizheng.plan.security.domain.levels import IndicatorKind, Marking

SPACE = UUID("6f2f3a86-9d0e-5a57-9a5c-6f1b7c3d2e10")
MARKINGS = {
    Marking.WHITE: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Marking.GREEN: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    Marking.AMBER: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    Marking.RED: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
"""The four statements of TLP; their ids are fixed by STIX 2.1, section 7.2.1.4."""

PATHS = {
    IndicatorKind.IPV4: "ipv4-addr:value",
    IndicatorKind.IPV6: "ipv6-addr:value",
    IndicatorKind.DOMAIN: "domain-name:value",
    IndicatorKind.URL: "url:value",
    IndicatorKind.SHA256: "file:hashes.'SHA-256'",
    IndicatorKind.EMAIL: "email-addr:value",
}


@dataclass(frozen=True, slots=True)
class Sighted:
    """An indicator as it was noted."""

    kind: str
    value: str
    marking: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Producer:
    """Who tells it: the city, by its code and name."""

    code: str
    name: str


def pattern_of(kind: str, value: str) -> str:
    r"""Return the STIX pattern for a value; ``\`` and ``'`` are written with a backslash."""
    written = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{PATHS[IndicatorKind(kind)]} = '{written}']"


def bundle_of(
    reference: str, indicators: Sequence[Sighted], *, by: Producer, at: datetime
) -> dict[str, Any]:
    """Return the bundle of an incident's indicators, marked as strictly as the strictest.

    Args:
        reference: a name for the incident that tells nothing of it, such as its number.
        at: when it is told; aware.

    Raises:
        ValueError: there is no indicator.
    """
    if not indicators:
        raise ValueError("a bundle needs an indicator")
    who = f"identity--{uuid5(SPACE, f'identity:{by.code}')}"
    said = _moment(at)
    ordered = sorted(indicators, key=lambda each: (each.kind, each.value))
    found = [_indicator(reference, each, who) for each in ordered]
    strictest = max((Marking(each.marking) for each in ordered), key=list(Marking).index)
    group = {
        **_common("grouping", f"{by.code}:{reference}", said),
        "created_by_ref": who,
        "name": reference,
        "context": "suspicious-activity",
        "object_refs": [each["id"] for each in found],
        "object_marking_refs": [MARKINGS[strictest]],
    }
    identity = {
        **_common("identity", by.code, _moment(datetime(2020, 1, 1, tzinfo=UTC))),
        "name": by.name,
        "identity_class": "organization",
        "sectors": ["government-local"],
    }
    objects = [identity, *found, group]
    digest = json.dumps(objects, sort_keys=True)
    return {"type": "bundle", "id": f"bundle--{uuid5(SPACE, digest)}", "objects": objects}


def _indicator(reference: str, each: Sighted, who: str) -> dict[str, Any]:
    noted = _moment(each.noted_at)
    return {
        **_common("indicator", f"{reference}:{each.kind}:{each.value}", noted),
        "created_by_ref": who,
        "name": each.value[:200],
        "indicator_types": ["malicious-activity"],
        "pattern": pattern_of(each.kind, each.value),
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": noted,
        "object_marking_refs": [MARKINGS[Marking(each.marking)]],
    }


def _common(type_: str, name: str, moment: str) -> dict[str, Any]:
    key = uuid5(SPACE, f"{type_}:{name}")
    return {
        "type": type_, "spec_version": "2.1", "id": f"{type_}--{key}", "created": moment,
        "modified": moment,
    }  # fmt: skip


def _moment(at: datetime) -> str:
    """Return a moment in UTC with milliseconds, as STIX writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def as_text(bundle: dict[str, Any]) -> str:
    """Return a bundle as the text that is kept and sent."""
    return json.dumps(bundle, ensure_ascii=False, indent=1)
