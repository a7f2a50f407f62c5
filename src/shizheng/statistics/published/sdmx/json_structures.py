"""Structures as SDMX-JSON 2.0, for SDMX 3.0."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shizheng.core.words import pick
from shizheng.statistics.published.formats.plain_json import dumped
from shizheng.statistics.published.sdmx.artefacts import (
    Artefact,
    Code,
    Codelist,
    Component,
    ConceptScheme,
    Dataflow,
    DataStructure,
)
from shizheng.statistics.published.sdmx.json_data import meta, named
from shizheng.statistics.published.sdmx.naming import Standard, maintainer

STANDARD = Standard.V30
PARTS = {
    Codelist: "codelists",
    ConceptScheme: "conceptSchemes",
    Dataflow: "dataflows",
    DataStructure: "dataStructures",
}
Value = dict[str, Any]


def structures(artefacts: Iterable[Artefact], *, at: datetime, is_stub: bool = False) -> bytes:
    """Return a message with artefacts, each once."""
    found: dict[str, dict[str, Value]] = {}
    for each in artefacts:
        found.setdefault(PARTS[type(each)], {})[each.id] = _artefact(each, is_stub=is_stub)
    parts = {name: list(rows.values()) for name, rows in found.items()}
    return dumped({"meta": meta(at, STANDARD, "structure"), "data": parts})


def _artefact(each: Artefact, *, is_stub: bool) -> Value:
    found: Value = {
        "id": each.id,
        "agencyID": maintainer(),
        "version": STANDARD.version(each.version),
        **named(each.name),
        "links": [{"rel": "self", "urn": each.reference.urn(STANDARD), "type": "structure"}],
    }
    return found if is_stub else found | _content(each)


def _content(each: Artefact) -> Value:
    match each:
        case Codelist():
            return {"codes": [_code(code) for code in each.codes]}
        case ConceptScheme():
            return {"concepts": [_code(code) for code in each.concepts]}
        case Dataflow():
            text, _ = pick(each.description)
            words = {"description": text, "descriptions": dict(each.description)}
            return {**words, "structure": each.structure.urn(STANDARD)}
        case DataStructure():
            return {"dataStructureComponents": _components(each)}


def _code(code: Code) -> Value:
    return {"id": code.id, **named(code.name)} | ({"parent": code.parent} if code.parent else {})


def _components(structure: DataStructure) -> Value:
    dimensions = [
        _component(structure, each) | {"position": place}
        for place, each in enumerate(structure.dimensions)
    ]
    attributes: list[Value] = [
        _component(structure, each)
        | {
            "usage": "mandatory" if each.is_required else "optional",
            "attributeRelationship": _relationship(each),
        }
        for each in structure.attributes
    ]
    measure = _component(structure, structure.measure) | {"usage": "optional"}
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": _component(structure, structure.time),
        },
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        "measureList": {"id": "MeasureDescriptor", "measures": [measure]},
    }


def _relationship(component: Component) -> Value:
    return {"dimensions": [component.of]} if component.of else {"observation": {}}


def _component(structure: DataStructure, component: Component) -> Value:
    if component.codelist:
        given: Value = {"enumeration": component.codelist.reference.urn(STANDARD)}
    else:
        given = {"format": {"dataType": component.text_type}}
    return {
        "id": component.id,
        "conceptIdentity": structure.concept(component).urn(STANDARD),
        "localRepresentation": given,
    }
