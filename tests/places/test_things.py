"""Acts on things: what is kept, what is refused, what stays on record."""

from datetime import date, timedelta

import pytest
import shapely
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tests.places.conftest import AT, DAY, plot, well

from shizheng.core.journal import entries_of
from shizheng.core.models import OutboxEvent
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.places import topology
from shizheng.places.actions.relations import relation_end, things_relate
from shizheng.places.actions.things import (
    thing_change,
    thing_correct,
    thing_record,
    thing_retire,
)
from shizheng.places.domain.errors import (
    FieldOutOfRange,
    GeometryMissing,
    KeyTaken,
    KeyUnfit,
    NothingChanges,
    NotValidThen,
    OutsideCity,
    Overlaps,
    ReasonMissing,
    RelationUnfit,
    RuleBroken,
    StateUnreachable,
    ThingRefused,
)
from shizheng.places.models import Feature, Thing

LATER = AT + timedelta(days=10)
NEXT = DAY + timedelta(days=60)


def refusals(call, *arguments, **more) -> set[type]:
    with pytest.raises(ThingRefused) as refused:
        call(*arguments, **more)
    return {type(problem) for problem in refused.value.problems}


def test_a_thing_is_kept_with_its_measures_and_places(town, people):
    made = well(town, by=people.officer, depth_m="12.5", use="家用")
    (row,) = made.features.all()
    assert row.properties == {"name": "Well W-1", "depth_m": 12.5, "use": "home"}
    assert (row.state, row.recorded_to, row.district.code) == ("in_use", None, "D2")
    assert row.min_x == row.max_x == 0.01
    (entry,) = entries_of(made)
    assert (entry.action, entry.by) == ("places.thing.recorded", people.officer)
    assert OutboxEvent.objects.filter(type="places.thing.recorded").count() == 1


def test_everything_that_is_wrong_is_said_at_once(town):
    assert refusals(well, town, x=5.0, y=5.0, depth_m="-1") == {OutsideCity, FieldOutOfRange}
    assert refusals(well, town, "nine", pump_count="3", depth_m="2") == {KeyUnfit}
    assert refusals(well, town, pump_count="3", depth_m="2") == {RuleBroken}
    assert not Thing.objects.exists()


def test_swapped_axes_are_said_whatever_the_register_lets_through(town):
    assert refusals(well, town, x=0.01, y=0.5) == {OutsideCity}
    assert refusals(
        thing_record, register=town.wells, key="W-2", by=None, at=AT, valid_from=DAY,
        values={"name": "x"},
    ) == {GeometryMissing}  # fmt: skip


def test_who_may_not_edit_records_nothing(town, people):
    with pytest.raises(NotPermitted):
        well(town, by=people.staff)
    with pytest.raises(NotPermitted):
        well(town, by=people.resident)


def test_a_key_is_taken_once_until_the_thing_has_ended(town):
    made = well(town)
    with pytest.raises(KeyTaken):
        well(town)
    thing_retire(thing=made, seen=1, by=None, at=LATER, on=NEXT, why="已填平")
    with pytest.raises(KeyTaken):
        well(town, on=DAY + timedelta(days=1))
    again = well(town, on=NEXT + timedelta(days=30), at=LATER)
    assert again.pk == made.pk


def test_a_change_holds_from_its_day_and_the_days_before_stay(town):
    made = well(town, depth_m="10")
    thing_change(thing=made, seen=1, by=None, at=LATER, valid_from=NEXT, values={"depth_m": "14"})
    believed = made.features.filter(recorded_to=None).order_by("valid_from")
    assert [(r.valid_from, r.valid_to, r.properties["depth_m"]) for r in believed] == [
        (DAY, NEXT, 10.0), (NEXT, None, 14.0),
    ]  # fmt: skip
    assert made.features.filter(recorded_to=LATER).count() == 1


def test_a_correction_says_that_it_was_never_otherwise(town):
    made = well(town, depth_m="10")
    thing_correct(
        thing=made, seen=1, by=None, at=LATER, day=DAY, why="量測有誤", values={"depth_m": "11"}
    )
    (now,) = made.features.filter(recorded_to=None)
    (then,) = made.features.exclude(recorded_to=None)
    assert (now.properties["depth_m"], then.properties["depth_m"]) == (11.0, 10.0)
    assert (now.valid_from, now.valid_to) == (DAY, None)
    with pytest.raises(ReasonMissing):
        thing_correct(
            thing=made, seen=2, by=None, at=LATER, day=DAY, why=" ", values={"depth_m": "9"}
        )


def test_of_two_who_edit_one_record_the_second_is_told(town):
    made = well(town)
    stale = Thing.objects.get(pk=made.pk)
    thing_change(thing=made, seen=1, by=None, at=LATER, valid_from=NEXT, values={"name": "新"})
    with pytest.raises(ChangedMeanwhile):
        thing_change(thing=stale, seen=1, by=None, at=LATER, valid_from=NEXT, values={"name": "舊"})
    assert made.features.filter(recorded_to=None).latest("valid_from").properties["name"] == "新"


def test_the_same_again_changes_nothing(town):
    made = well(town)
    with pytest.raises(NothingChanges):
        thing_change(thing=made, seen=1, by=None, at=LATER, valid_from=NEXT, values={})
    made.refresh_from_db()
    assert made.version == 1


def test_states_follow_as_declared(town):
    made = well(town)
    thing_change(thing=made, seen=1, by=None, at=LATER, valid_from=NEXT, state="closed")
    with pytest.raises(ThingRefused):
        thing_change(thing=made, seen=2, by=None, at=LATER, valid_from=NEXT, state="lost")
    forgotten = well(town, "W-2", state="sealed")
    with pytest.raises(StateUnreachable):
        thing_change(thing=forgotten, seen=1, by=None, at=LATER, valid_from=NEXT, state="in_use")


def test_before_it_was_there_nothing_can_change(town):
    made = well(town)
    with pytest.raises(NotValidThen):
        thing_change(
            thing=made, seen=1, by=None, at=LATER, valid_from=date(2019, 1, 1), values={"name": "x"}
        )


def test_plots_do_not_overlap_but_may_touch(town):
    plot(town, "1", 0.0, 0.0)
    plot(town, "2", 0.002, 0.0)
    assert refusals(plot, town, "3", 0.0035, 0.0) == {Overlaps}
    thing_retire(
        thing=Thing.objects.get(key="2"), seen=1, by=None, at=LATER, on=NEXT, why="分割為二"
    )
    plot(town, "3", 0.0035, 0.0, on=NEXT, at=LATER)


@pytest.mark.parametrize("at_once", [1, 1_000], ids=str)
def test_a_loose_end_is_noted_and_a_joined_one_is_not(town, monkeypatch, at_once):
    monkeypatch.setattr(topology, "AT_ONCE", at_once)
    well(town, x=0.01, y=0.01)

    def drain(key, *points):
        made = thing_record(
            register=town.drains, key=key, by=None, at=AT, valid_from=DAY, values={},
            geometry=shapely.LineString(points),
        )  # fmt: skip
        return [note["code"] for note in made.features.get().notes]

    assert drain("D-1", (0.01, 0.01, -1.0), (0.011, 0.01, -1.2)) == ["loose_end"]
    assert drain("D-2", (0.011, 0.01, -1.2), (0.01, 0.01, -2.0)) == []


def test_relations_lead_where_the_register_says(town, people):
    lot, one, two = plot(town, "1", 0.0, 0.0), well(town), well(town, "W-2")

    def relate(other, code="watered_by"):
        lot.refresh_from_db()
        return things_relate(
            thing=lot, seen=lot.version, code=code, other=other, by=people.registrar, at=LATER,
            valid_from=NEXT,
        )  # fmt: skip

    made = relate(one)
    assert relate(one) == made
    with pytest.raises(RelationUnfit, match="as many"):
        relate(two)
    with pytest.raises(RelationUnfit, match="no such"):
        relate(two, "owned_by")
    left = relation_end(
        relation=made, seen=lot.version, by=people.registrar, at=LATER,
        on=NEXT + timedelta(days=5),
    )  # fmt: skip
    assert left.valid_to == NEXT + timedelta(days=5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE places_feature SET state = 'closed'",
        "UPDATE places_feature SET recorded_to = NULL WHERE recorded_to IS NOT NULL",
        "DELETE FROM places_feature",
        "DELETE FROM places_thing",
        "UPDATE places_thing SET key = 'other'",
    ],
    ids=["rewritten", "reopened", "deleted", "thing-deleted", "renamed"],
)
def test_the_database_itself_keeps_what_was_recorded(town, statement):
    made = well(town)
    thing_change(thing=made, seen=1, by=None, at=LATER, valid_from=NEXT, values={"name": "新"})
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Feature.objects.count() == 3
