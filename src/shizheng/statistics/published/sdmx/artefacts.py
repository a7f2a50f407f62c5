"""Structures in SDMX: code lists, concepts, data structures, dataflows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass

from shizheng.statistics.published.sdmx.naming import Reference

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list; ``parent`` is the code that it lies within."""

    id: str
    name: Words
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Codelist:
    """A list of codes (代碼表)."""

    id: str
    name: Words
    codes: tuple[Code, ...]
    version: int = 1

    @property
    def reference(self) -> Reference:
        """What points to it."""
        return Reference("codelist", "Codelist", self.id, self.version)


@dataclass(frozen=True, slots=True)
class ConceptScheme:
    """The concepts of every structure (概念)."""

    id: str
    name: Words
    concepts: tuple[Code, ...]
    version: int = 1

    @property
    def reference(self) -> Reference:
        """What points to it."""
        return Reference("conceptscheme", "ConceptScheme", self.id, self.version)


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension, an attribute or the measure of a structure.

    Args:
        codelist: what its values are from; None for a text type.
        text_type: of SDMX, where there is no list.
        of: of an attribute, the dimension it belongs to; empty for the observation.
    """

    id: str
    name: Words
    codelist: Codelist | None = None
    text_type: str = "String"
    of: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class DataStructure:
    """What data of one flow are made of (資料結構)."""

    id: str
    name: Words
    version: int
    dimensions: tuple[Component, ...]
    time: Component
    measure: Component
    attributes: tuple[Component, ...]
    scheme: Reference

    @property
    def reference(self) -> Reference:
        """What points to it."""
        return Reference("datastructure", "DataStructure", self.id, self.version)

    @property
    def codelists(self) -> list[Codelist]:
        """The lists that it names, each once."""
        parts = (*self.dimensions, *self.attributes)
        return list({each.codelist.id: each.codelist for each in parts if each.codelist}.values())

    def concept(self, component: Component) -> Reference:
        """Return what points to the concept of a component."""
        return Reference("conceptscheme", "ConceptScheme", self.scheme.id, 1, component.id)


@dataclass(frozen=True, slots=True)
class Dataflow:
    """What somebody can ask data of (資料流): one indicator."""

    id: str
    name: Words
    description: Words
    version: int
    structure: Reference

    @property
    def reference(self) -> Reference:
        """What points to it."""
        return Reference("datastructure", "Dataflow", self.id, self.version)


Artefact = Codelist | ConceptScheme | DataStructure | Dataflow
KINDS: Mapping[str, type] = {
    "codelist": Codelist,
    "conceptscheme": ConceptScheme,
    "datastructure": DataStructure,
    "dataflow": Dataflow,
}
"""Resources by the name that addresses use."""
