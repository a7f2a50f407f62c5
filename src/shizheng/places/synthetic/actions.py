"""Taking an invented city into the registers, once, with its relations."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from shizheng.core.rows import add
from shizheng.places.building import built_all
from shizheng.places.frame import frame
from shizheng.places.importing.running import SIZE, rows_take_in
from shizheng.places.importing.writing import Row
from shizheng.places.models import Register, Relation, Thing
from shizheng.places.selectors.registers import body_of
from shizheng.places.synthetic.definitions import LayerOf
from shizheng.places.synthetic.domain.made import Made
from shizheng.places.synthetic.making import Making


def synthetic_city_take_in(*, making: Making, at: datetime) -> int:
    """Take every layer into its register (虛構城市匯入); return how many things it has.

    What was taken in before stays; a city that was cut off goes on where it stopped. All of it is
    marked as invented.

    Raises:
        ValueError: the districts have no outline, or no room for a block.
    """
    count = 0
    numbered: dict[str, list[str]] = {}
    for given in making.declared.layers:
        made = making.layer(given.layer)
        register = Register.objects.select_related("current").get(code=given.register_)
        run = rows_take_in(
            register=register, mapping=making.declared.id, name=f"{given.layer}",
            digest=making.digest, pieces=_rows(making, given, made, register), at=at,
            valid_from=making.valid_from,
        )  # fmt: skip
        numbered[given.layer] = making.keys(given, made)
        _relate(making, given, made, numbered, at)
        count += run.row_count
    return count


def _rows(making: Making, given: LayerOf, made: Made, register: Register) -> Iterator[list[Row]]:
    body, day = body_of(register), making.valid_from
    number = 0
    for piece in making.given(given, made, SIZE):
        found = built_all(body, piece, frame=frame(day))
        yield [Row(number + place + 1, each, day) for place, each in enumerate(found)]
        number += len(found)


def _relate(
    making: Making, given: LayerOf, made: Made, numbered: dict[str, list[str]], at: datetime
) -> None:
    """Say what belongs together, a piece at a time; pieces that are there already stay."""
    for code, layer in given.relations.items():
        to = next(each.register_ for each in making.declared.layers if each.layer == layer)
        keys = numbered[layer]
        pairs = zip(numbered[given.layer], (keys[n] for n in made.related[code]), strict=True)
        while some := list(islice(pairs, SIZE)):
            _keep(code, (given.register_, to), some, at=at, day=making.valid_from)


@transaction.atomic
def _keep(
    code: str, registers: tuple[str, str], pairs: Sequence[tuple[str, str]], *, at: datetime,
    day: date,
) -> None:  # fmt: skip
    mine, others = (
        {
            thing.key: thing
            for thing in Thing.objects.filter(
                register__code=register, key__among=sorted({pair[side] for pair in pairs})
            )
        }
        for side, register in enumerate(registers)
    )
    things = [each.pk for each in mine.values()]
    held = set(
        Relation.objects.filter(thing_id__among=things, code=code, recorded_to=None).values_list(
            "thing__key", flat=True
        )
    )
    add(
        [
            Relation(
                code=code, thing=mine[key], other=others[other], valid_from=day, recorded_from=at
            )
            for key, other in pairs
            if key in mine and other in others and key not in held
        ]
    )
