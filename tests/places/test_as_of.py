"""The layer as of a day as known at a moment, against a replay of the acts by hand."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import shapely
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.places.conftest import AT, undone

from shizheng.kernel.errors import DomainError
from shizheng.places.actions.things import (
    thing_change,
    thing_correct,
    thing_record,
    thing_retire,
)
from shizheng.places.models import Register, Thing
from shizheng.places.selectors.histories import history
from shizheng.places.selectors.layers import Layer, Question

FIRST, SPAN = date(2020, 1, 1), 12
acts = st.lists(
    st.tuples(
        st.sampled_from(["record", "change", "retire", "correct"]), st.sampled_from(["W-1", "W-2"]),
        st.integers(0, SPAN - 1), st.integers(0, 3),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass
class Replay:
    """For each moment, each thing's name on each day, written one by one."""

    now: dict[str, list[str | None]] = field(
        default_factory=lambda: {key: [None] * (SPAN + 1) for key in ("W-1", "W-2")}
    )
    edges: dict[str, set[int]] = field(default_factory=lambda: {"W-1": set(), "W-2": set()})
    known: list[dict[str, list[str | None]]] = field(default_factory=list)

    def act(self, act: str, key: str, number: int, name: str) -> bool:
        days = self.now[key]
        exists = days[number] is not None
        if act == "record":
            if any(each is not None for each in days[number:]):
                return False
            self._write(key, number, SPAN + 1, name)
        elif act == "change":
            if not exists or (days[number] == name and self._is_last(key, number)):
                return False
            self._write(key, number, SPAN + 1, name)
        elif act == "retire":
            if all(each is None for each in days[number:]):
                return False
            self._write(key, number, SPAN + 1, None)
        else:
            if not exists or days[number] == name:
                return False
            begin = max(edge for edge in self.edges[key] if edge <= number)
            end = min([edge for edge in self.edges[key] if edge > number], default=SPAN + 1)
            self._write(key, begin, end, name)
        return True

    def _is_last(self, key: str, number: int) -> bool:
        return not any(edge > number for edge in self.edges[key])

    def _write(self, key: str, begin: int, end: int, name: str | None) -> None:
        self.now[key][begin:end] = [name] * (end - begin)
        self.edges[key] = {e for e in self.edges[key] if e < begin or e >= end} | {begin}
        if end <= SPAN:
            self.edges[key].add(end)

    def keep(self) -> None:
        self.known.append({key: list(days) for key, days in self.now.items()})


def perform(register: Register, step, at) -> bool:
    act, key, number, name = step
    thing = Thing.objects.filter(register=register, key=key).first()
    values, common = {"name": name}, {"by": None, "at": at}
    try:
        with transaction.atomic():
            if act == "record":
                thing_record(
                    register=register, key=key, valid_from=day(number), values=values,
                    geometry=shapely.Point(0.01, 0.01), **common,
                )  # fmt: skip
            elif thing is None:
                return False
            elif act == "change":
                thing_change(
                    thing=thing, seen=thing.version, valid_from=day(number), values=values,
                    **common,
                )  # fmt: skip
            elif act == "retire":
                thing_retire(
                    thing=thing, seen=thing.version, on=day(number), why="不存在", **common
                )
            else:
                thing_correct(
                    thing=thing, seen=thing.version, day=day(number), why="更正錯誤",
                    values=values, **common,
                )  # fmt: skip
    except DomainError:
        return False
    return True


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example([("record", "W-1", 0, 2), ("retire", "W-1", 1, 0), ("change", "W-1", 0, 2)])
@given(acts)
def test_every_day_at_every_moment_is_what_the_replay_says(town, sequence):
    with undone():
        replay, layer = Replay(), Layer.of(town.wells, AnonymousUser())
        for turn, (act, key, number, name) in enumerate(sequence):
            done = perform(
                town.wells, (act, key, number, f"name {name}"), AT + timedelta(hours=turn)
            )
            assert done == replay.act(act, key, number, f"name {name}"), (turn, act, key)
            replay.keep()
        for turn, known in enumerate(replay.known):
            moment = AT + timedelta(hours=turn, minutes=30)
            for number in range(SPAN):
                asked = Question(on=day(number), known_at=moment)
                found = {each.key: each.values["name"] for each in layer.shown(layer.rows(asked))}
                wanted = {k: days[number] for k, days in known.items() if days[number]}
                assert found == wanted, (turn, number)
        for thing in Thing.objects.all():
            told = history(layer, thing)
            for number in range(SPAN):
                names = [
                    each.values["name"] for each in told
                    if each.valid_from <= day(number)
                    and (each.valid_to is None or day(number) < each.valid_to)
                ]  # fmt: skip
                assert names == [n for n in [replay.now[thing.key][number]] if n]
