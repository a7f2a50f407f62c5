"""What a pack says of an invented city: where, how large, which registers it fills with what."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from shizheng.packs.schema import (
    Body,
    DistrictRef,
    Finding,
    Key,
    Part,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.places.definitions import RegisterBody, RegisterRef

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack


class ValueOf(Part):
    """Where a field has its value from: a column of the layer, or the same words for all.

    ``codes`` says what stands for which value of the column; ``text`` puts it into a sentence at
    ``{}``.
    """

    of: Key | None = None
    codes: Mapping[str, str] = Field(default_factory=dict)
    text: Text | None = None
    says: Text | None = None

    def read(self, value: Any) -> Any:
        """Return what the field says where the column has ``value``."""
        if self.says is not None:
            return self.says
        if value is None:
            return None
        found = self.codes.get(str(value), value) if self.codes else value
        return self.text.format(found) if self.text else found


class LayerOf(Part):
    """One register of the invented city, and the layer that fills it.

    ``key`` is made of columns of the layer and of ``number``, counted from 1; ``relations`` says
    which relation of the register each of the layer's is, and to which layer it leads.
    """

    layer: Key
    register_: RegisterRef = Field(alias="register")
    key: Text
    values: dict[Key, ValueOf]
    relations: dict[Key, Key] = Field(default_factory=dict)


@kinds.register("synthetic_city/1")
class SyntheticCity(Body):
    """An invented city (虛構城市): seed, districts in which it lies, names, layers.

    ``things`` is about how many things a demonstration has; ``age_days`` since when they hold.
    """

    synthetic: Literal[True]
    seed: Whole
    things: Annotated[Whole, Field(ge=1, le=100_000)]
    districts: Annotated[tuple[DistrictRef, ...], Field(min_length=1)]
    turned_degrees: Annotated[float, Field(ge=-45, le=45, allow_inf_nan=False)] = 0.0
    age_days: Annotated[Whole, Field(ge=1, le=3650)] = 400
    names: Annotated[tuple[Words, ...], Field(min_length=1)]
    source: Words
    layers: Annotated[tuple[LayerOf, ...], Field(min_length=1)]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check layers, columns and fields against the registers and the generator."""
        registers = {each.id: each for each in pack.bodies(RegisterBody)}
        names = [each.layer for each in self.layers]
        for place, each in enumerate(self.layers):
            at = ("layers", place)
            if each.layer in names[:place]:
                yield Finding((*at, "layer"), f"“{each.layer}” is there twice.", "twice")
            register = registers.get(each.register_)
            if register is not None:
                yield from _layer(at, each, register, names[:place])


def _layer(
    at: tuple[str | int, ...], given: LayerOf, register: RegisterBody, before: list[str]
) -> Iterator[Finding]:
    from shizheng.places.synthetic.domain.layers import LAYERS, columns_of, relations_of

    if given.layer not in LAYERS:
        yield Finding((*at, "layer"), f"is one of {', '.join(LAYERS)}.", "layer")
        return
    columns = columns_of(given.layer)
    for name, value in given.values.items():
        if name != "state" and register.field(name) is None:
            yield Finding((*at, "values", name), "the register has no such field.", "field")
        if (value.of is None) == (value.says is None):
            yield Finding((*at, "values", name), "says either “of” or “says”.", "value")
        if value.of is not None and value.of not in columns:
            known = ", ".join(sorted(columns))
            yield Finding((*at, "values", name, "of"), f"is one of {known}.", "column")
    declared = {each.id for each in register.relations}
    for name, other in given.relations.items():
        if name not in declared or name not in relations_of(given.layer) or other not in before:
            message = "is a relation of register and layer, to a layer that stands before."
            yield Finding((*at, "relations", name), message, "relation")
