"""Structures as SDMX-ML 2.1 and 3.0: code lists, concepts, data structures, dataflows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shizheng.statistics.published.sdmx.artefacts import (
    Artefact,
    Code,
    Codelist,
    Component,
    ConceptScheme,
    Dataflow,
    DataStructure,
)
from shizheng.statistics.published.sdmx.naming import Standard, maintainer
from shizheng.statistics.published.sdmx.xml import (
    element,
    header,
    message,
    plain,
    reference,
    tagged,
    texts,
)

PARENT = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")
ORDERS: Mapping[Standard, Sequence[tuple[str, type]]] = {
    Standard.V21: [
        ("Dataflows", Dataflow),
        ("Codelists", Codelist),
        ("Concepts", ConceptScheme),
        ("DataStructures", DataStructure),
    ],
    Standard.V30: [
        ("Codelists", Codelist),
        ("ConceptSchemes", ConceptScheme),
        ("Dataflows", Dataflow),
        ("DataStructures", DataStructure),
    ],
}
"""Parts of a message, in the order that the schemas ask."""
USAGES = {Standard.V21: ("assignmentStatus", "Mandatory", "Conditional"),
          Standard.V30: ("usage", "mandatory", "optional")}  # fmt: skip


class StructureWriter:
    """Writes artefacts for one edition of the standard.

    Args:
        is_stub: tell only what there is, not what is in it.
    """

    def __init__(self, standard: Standard, *, is_stub: bool = False) -> None:
        self.standard, self.is_stub = standard, is_stub

    def written(self, artefacts: Iterable[Artefact], *, at: datetime) -> bytes:
        """Return a message with artefacts, each once."""
        listed = list(artefacts)
        body = []
        for name, kind in ORDERS[self.standard]:
            found = {each.id: each for each in listed if isinstance(each, kind)}
            if found:
                body.append(element(f"str:{name}", *map(self.artefact, found.values())))
        content = [header(at), element("mes:Structures", *body)]
        return message("Structure", self.standard, ("mes", "str", "com"), content)

    def artefact(self, each: Artefact) -> str:
        """Return one artefact."""
        match each:
            case Codelist():
                return self._whole("Codelist", each, map(self._code, each.codes))
            case ConceptScheme():
                return self._whole("ConceptScheme", each, map(self._concept, each.concepts))
            case DataStructure():
                return self._whole("DataStructure", each, [self._components(each)])
            case Dataflow():
                points = reference("str:Structure", each.structure, self.standard)
                return self._whole("Dataflow", each, [points])

    def _whole(self, kind: str, each: Artefact, content: Iterable[str]) -> str:
        attributes = {
            "id": each.id,
            "agencyID": maintainer(),
            "version": self.standard.version(each.version),
            "urn": each.reference.urn(self.standard),
        }
        if self.standard is Standard.V21:
            attributes["isFinal"] = "true"
        described = texts("com:Description", each.description) if isinstance(each, Dataflow) else ""
        inner = () if self.is_stub else content
        if self.is_stub:
            attributes |= {"isExternalReference": "false"}
        return tagged(f"str:{kind}", attributes, [texts("com:Name", each.name), described, *inner])

    def _code(self, code: Code) -> str:
        parent = ""
        if code.parent and self.standard is Standard.V21:
            parent = element("str:Parent", tagged("Ref", {"id": code.parent}))
        elif PARENT.fullmatch(code.parent):  # the schema of 3.0 takes no digit at its beginning
            parent = element("str:Parent", plain(code.parent))
        return element("str:Code", texts("com:Name", code.name), parent, id=code.id)

    def _concept(self, concept: Code) -> str:
        return element("str:Concept", texts("com:Name", concept.name), id=concept.id)

    def _components(self, structure: DataStructure) -> str:
        parts = [
            self._component("str:Dimension", structure, each, {"position": str(place)})
            for place, each in enumerate(structure.dimensions, 1)
        ]
        time = self._component("str:TimeDimension", structure, structure.time, {})
        dimensions = element("str:DimensionList", *parts, time, id="DimensionDescriptor")
        attributes = element(
            "str:AttributeList",
            *[self._attribute(structure, each) for each in structure.attributes],
            id="AttributeDescriptor",
        )
        return element(
            "str:DataStructureComponents", dimensions, attributes, self._measure(structure)
        )

    def _component(
        self,
        name: str,
        structure: DataStructure,
        component: Component,
        attributes: Mapping[str, str],
        tail: str = "",
    ) -> str:
        concept = reference("str:ConceptIdentity", structure.concept(component), self.standard)
        if component.codelist:
            inner = reference("str:Enumeration", component.codelist.reference, self.standard)
        else:
            inner = tagged("str:TextFormat", {"textType": component.text_type})
        content = [concept, element("str:LocalRepresentation", inner), tail]
        return tagged(name, {"id": component.id, **attributes}, content)

    def _attribute(self, structure: DataStructure, component: Component) -> str:
        name, mandatory, optional = USAGES[self.standard]
        usage = {name: mandatory if component.is_required else optional}
        relation = element("str:AttributeRelationship", self._relation(component))
        return self._component("str:Attribute", structure, component, usage, relation)

    def _relation(self, component: Component) -> str:
        if self.standard is Standard.V30:
            if not component.of:
                return element("str:Observation")
            return element("str:Dimension", component.of)
        if not component.of:
            return element("str:PrimaryMeasure", tagged("Ref", {"id": "OBS_VALUE"}))
        return element("str:Dimension", tagged("Ref", {"id": component.of}))

    def _measure(self, structure: DataStructure) -> str:
        is_21 = self.standard is Standard.V21
        name = "str:PrimaryMeasure" if is_21 else "str:Measure"
        usage = {} if is_21 else {"usage": "optional"}
        measure = self._component(name, structure, structure.measure, usage)
        return element("str:MeasureList", measure, id="MeasureDescriptor")
