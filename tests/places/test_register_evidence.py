"""A register as evidence: a filter counted as of days, of what everybody may see."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.places.conftest import AT, DAY, well
from tests.services.conftest import KAOHSIUNG, pack_at

from shizheng.core.evidence import evidence_kinds
from shizheng.places.actions.things import thing_change

KIND = "register"
REFERENCES = ["wells_in_use", "wells_dug"]
LATER = datetime(2020, 5, 10, 1, tzinfo=UTC)


def test_a_packs_counts_are_named_with_their_units():
    units = evidence_kinds[KIND].units_in(pack_at(KAOHSIUNG.parent / "exampleton"))
    assert units == {"wells_in_use": "percent", "wells_dug": "thing"}


def test_a_register_without_things_shows_nothing(town):
    assert evidence_kinds[KIND].vintages(REFERENCES, AT) == {}


def test_the_last_months_are_counted_as_the_register_says_of_their_last_days(town):
    first = well(town, "W-1")
    well(town, "W-2", dug_on="2020-02-01")
    well(town, "W-3", on=date(2020, 4, 2), at=LATER)
    thing_change(
        thing=first, seen=1, by=None, at=LATER, valid_from=date(2020, 5, 1), state="closed"
    )
    kind = evidence_kinds[KIND]

    assert {*kind.vintages(REFERENCES, LATER)} == {*REFERENCES}
    found = kind.observe(REFERENCES, LATER)
    shown = [(each.period, each.value, each.rows) for each in found["wells_in_use"].numbers]
    assert shown == [
        ("2020-03", Decimal(100), 2), ("2020-04", Decimal(100), 3), ("2020-05", Decimal("66.7"), 3)
    ]  # fmt: skip
    assert found["wells_in_use"].numbers[-1].is_running
    assert found["wells_in_use"].numbers[-1].dated_on == date(2020, 5, 10)
    assert [each.value for each in found["wells_dug"].numbers] == [1, 1, 1]
    assert not any(each.is_synthetic for each in found["wells_dug"].numbers)
    assert kind.address("wells_dug").endswith("/registers/wells/")


def test_what_was_recorded_later_does_not_count_at_a_moment_before(town):
    well(town, "W-1")
    well(town, "W-2", at=AT + timedelta(days=3), state="closed")

    then = evidence_kinds[KIND].observe(["wells_in_use"], AT)["wells_in_use"].numbers

    assert [(each.value, each.rows) for each in then] == [(Decimal(100), 1)]
    assert then[0].dated_on >= DAY
