"""Software lists in CycloneDX JSON (軟體物料清單): read with limits, written as 1.6."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from shizheng.kernel.errors import N_, DomainError

SPACE = UUID("0e1f5c1e-3f3d-5d35-8d5b-6b0a7f1e2c44")
READ = ("1.4", "1.5", "1.6")
TYPES = (
    "application", "framework", "library", "container", "platform", "operating-system", "device",
    "device-driver", "firmware", "file", "machine-learning-model", "data", "cryptographic-asset",
)  # fmt: skip
MOST_BYTES = 5 * 2**20
MOST_COMPONENTS = 10_000
MOST_DEPTH = 8
LENGTHS = {"name": 200, "version": 120, "purl": 500, "licence": 200, "group": 200}


class ListTooLarge(DomainError):
    """More than a system runs (清單過大)."""

    code = "plan.security.list_too_large"
    message = N_("The software list is larger than {limit}.")
    hint = N_("Split it by system; a list belongs to one system.")


class ListUnreadable(DomainError):
    """Not CycloneDX in JSON (無法讀取清單)."""

    code = "plan.security.list_unreadable"
    message = N_("The file is not a CycloneDX list in JSON: {reason}.")
    hint = N_("Let the tool write CycloneDX JSON, version 1.4, 1.5 or 1.6, and send that.")


@dataclass(frozen=True, slots=True)
class Component:
    """A piece of software in a list (軟體元件)."""

    kind: str
    name: str
    version: str = ""
    group: str = ""
    purl: str = ""
    licence: str = ""


def components_in(content: bytes) -> list[Component]:
    """Return the components of a list, those inside others too, each once, in order of name.

    Raises:
        ListTooLarge: more bytes or components than a system has.
        ListUnreadable: not JSON, not CycloneDX, or a component that is none.
    """
    if len(content) > MOST_BYTES:
        raise ListTooLarge(limit=f"{MOST_BYTES // 2**20} MiB")
    body = _parsed(content)
    if body.get("bomFormat") != "CycloneDX":
        raise ListUnreadable(reason="bomFormat")
    if body.get("specVersion") not in READ:
        raise ListUnreadable(reason=f"specVersion {str(body.get('specVersion'))[:20]}")
    found: set[Component] = set()
    for count, component in enumerate(_below(body.get("components", []), "components", 0)):
        if count >= MOST_COMPONENTS:
            raise ListTooLarge(limit=f"{MOST_COMPONENTS} components")
        found.add(component)
    if not found:
        raise ListUnreadable(reason="components")
    return sorted(found, key=lambda each: (each.name, each.version, each.group, each.purl))


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ListUnreadable(reason="JSON") from None
    if not isinstance(body, dict):
        raise ListUnreadable(reason="JSON")
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _below(rows: object, where: str, depth: int) -> Iterator[Component]:
    """Yield components and what lies inside them."""
    if not isinstance(rows, list):
        raise ListUnreadable(reason=where[:80])
    if depth > MOST_DEPTH:
        raise ListTooLarge(limit=f"{MOST_DEPTH} levels")
    for index, row in enumerate(rows):
        here = f"{where}.{index}"
        if not isinstance(row, dict):
            raise ListUnreadable(reason=here[:80])
        yield _component(row, here)
        if "components" in row:
            yield from _below(row["components"], f"{here}.components", depth + 1)


def _component(row: Mapping[str, Any], here: str) -> Component:
    kind = row.get("type")
    if kind not in TYPES:
        raise ListUnreadable(reason=f"{here}.type"[:80])
    name = _text(row, "name", here)
    if not name:
        raise ListUnreadable(reason=f"{here}.name"[:80])
    return Component(
        kind=kind,
        name=name,
        version=_text(row, "version", here),
        group=_text(row, "group", here),
        purl=_text(row, "purl", here),
        licence=_licence(row),
    )


def _text(row: Mapping[str, Any], key: str, here: str) -> str:
    """Return a short printable text, or refuse it."""
    value = row.get(key, "")
    if not isinstance(value, str) or not value.isprintable() or len(value) > LENGTHS[key]:
        raise ListUnreadable(reason=f"{here}.{key}"[:80])
    return value.strip()


def _licence(row: Mapping[str, Any]) -> str:
    """Return the licences by identifier or expression; what is written otherwise is left out."""
    rows = row.get("licenses", [])
    found = []
    for each in rows if isinstance(rows, list) else []:
        if isinstance(each, dict):
            inner = each.get("license")
            said = each.get("expression") or (
                (inner.get("id") or inner.get("name")) if isinstance(inner, dict) else ""
            )
            if isinstance(said, str) and said.isprintable():
                found.append(said)
    return ", ".join(found)[: LENGTHS["licence"]]


def document_of(
    system: str, name: str, number: int, components: Sequence[Component], *, at: datetime
) -> dict[str, Any]:
    """Return a system's software as CycloneDX 1.6; the same facts give the same document."""
    serial = uuid5(SPACE, f"{system}:{number}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": number,
        "metadata": {
            "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": system, "name": name},
        },
        "components": [_written(each, index) for index, each in enumerate(components, start=1)],
    }


def _written(component: Component, index: int) -> dict[str, Any]:
    row = {"type": component.kind, "bom-ref": f"component-{index}", "name": component.name}
    for key in ("version", "group", "purl"):
        if value := getattr(component, key):
            row[key] = value
    if component.licence:
        return {**row, "licenses": [{"license": {"name": component.licence}}]}
    return row
