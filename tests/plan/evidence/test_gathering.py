"""What bindings show, what of it is kept, and the lights that follow."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.plan.models import EvidenceBinding, EvidenceSnapshot
from shizheng.plan.register.lights import lights_recompute
from shizheng.statistics.models import Indicator

from .conftest import APRIL, codes, judged, months, published

pytestmark = pytest.mark.django_db
GOOD = {"requests_in_time": months(96, 97, 98), "requests_closed": months(40, 41, 42)}


@pytest.fixture
def good(edition):
    for code, values in GOOD.items():
        published(code, values)


def newest(code: str) -> EvidenceSnapshot:
    return EvidenceSnapshot.objects.filter(binding__reference=code).order_by("-at", "-id")[0]


def test_every_commitment_is_bound_or_awaits_its_source(edition):
    rows = EvidenceBinding.objects.filter(item__edition=edition, held_to=None)
    assert rows.filter(is_awaited=False).count() == 3
    assert {row.item.code for row in rows.select_related("item")} == {
        item.code for item in edition.items.all()
    }


def test_without_a_figure_the_light_is_grey_and_says_so(edition):
    light = judged(edition)["1-1"]
    assert light.colour == "grey"
    assert codes(light) == ["no_evidence", "empty", "empty"]
    assert not EvidenceSnapshot.objects.exists()


@pytest.mark.usefixtures("good")
def test_fresh_figures_on_target_turn_the_light_green(edition):
    light = judged(edition)["1-1"]
    assert (light.colour, light.commitments) == ("green", {"1": "green"})
    snapshot = newest("requests_in_time")
    assert (snapshot.value, snapshot.period, snapshot.dated_on) == (
        98,
        "2026-03",
        date(2026, 3, 31),
    )
    assert (snapshot.unit, snapshot.rows, snapshot.state) == ("percent", 400, "fresh")
    assert (snapshot.definition_version, snapshot.vintage) == (1, 1)
    assert [point[2] for point in snapshot.points] == ["96.000000", "97.000000", "98.000000"]


def test_what_is_partial_never_turns_green(edition):
    published("benches_repaired_in_time", months(95, 96, 99))
    light = judged(edition)["2-2"]
    assert (light.colour, codes(light)) == ("yellow", ["partial"])


@pytest.mark.parametrize(
    ("values", "colour", "code"),
    [
        pytest.param(months(96, 97, 94), "yellow", "off_target", id="misses-the-target"),
        pytest.param(months(96, 97, 79), "red", "below_floor", id="under-the-floor"),
        pytest.param(months(96, 97, None), "green", "evidence", id="last-month-has-none"),
        pytest.param(months(96, 97, 98, 88), "yellow", "off_target", id="a-month-that-is-over"),
    ],
)
def test_the_light_follows_the_figures(edition, values, colour, code):
    at = APRIL if len(values) < 4 else datetime(2026, 5, 2, tzinfo=UTC)
    published("requests_closed", months(40, 41, 42), at=at)
    published("requests_in_time", values, at=at)
    light = judged(edition, at)["1-1"]
    assert (light.colour, light.reasons[0]["code"]) == (colour, code)


def test_a_month_that_has_just_begun_does_not_replace_the_last_whole_one(edition):
    published("requests_in_time", months(96, 97, 98, 20))
    assert judged(edition)["1-1"].reasons[0]["code"] != "below_floor"
    snapshot = newest("requests_in_time")
    assert (snapshot.period, snapshot.is_running) == ("2026-03", False)


def test_a_first_month_that_still_runs_is_shown_but_not_judged(edition):
    published("requests_in_time", {"2026-04": 20})
    light = judged(edition)["1-1"]
    assert newest("requests_in_time").is_running
    assert "below_floor" not in codes(light)


def test_fewer_rows_than_the_binding_asks_for_say_nothing(edition):
    published("requests_in_time", months(96, 97, 98), rows=4)
    light = judged(edition)["1-1"]
    assert light.colour == "grey"
    assert newest("requests_in_time").state == "empty"


def test_what_is_not_released_is_no_evidence_yet(edition):
    published("requests_in_time", months(96, 97, 98), released_at=APRIL + timedelta(days=1))
    assert judged(edition)["1-1"].colour == "grey"
    assert judged(edition, APRIL + timedelta(days=2))["1-1"].colour == "yellow"  # one is empty


def test_an_indicator_that_is_not_public_is_no_evidence(edition):
    published("requests_in_time", months(96, 97, 98))
    Indicator.objects.filter(code="requests_in_time").update(is_public=False)
    assert judged(edition)["1-1"].colour == "grey"


def test_invented_figures_keep_their_mark(edition):
    published("requests_closed", months(40, 41, 42))
    published("requests_in_time", months(96, 97, 98), is_synthetic=True)
    light = judged(edition)["1-1"]
    assert light.is_synthetic
    assert newest("requests_in_time").is_synthetic


@pytest.mark.usefixtures("good")
def test_gathering_again_without_news_keeps_and_asks_nothing(
    edition, django_assert_max_num_queries
):
    judged(edition)
    with django_assert_max_num_queries(18):
        assert evidence_gather(at=APRIL + timedelta(hours=1)) == 0
    assert lights_recompute(edition=edition, at=APRIL + timedelta(hours=1)) == 0


@pytest.mark.usefixtures("good")
def test_figures_grow_old_by_themselves(edition):
    judged(edition)
    later = APRIL + timedelta(days=60)
    light = judged(edition, later)["1-1"]
    assert (light.colour, codes(light)[0]) == ("yellow", "stale")
    states = EvidenceSnapshot.objects.filter(binding__reference="requests_in_time")
    assert list(states.order_by("at").values_list("state", flat=True)) == ["fresh", "stale"]


@pytest.mark.usefixtures("good")
def test_a_revision_is_another_snapshot_and_the_first_stays(edition):
    judged(edition)
    published("requests_in_time", {"2026-03": 70}, at=APRIL + timedelta(days=1))
    light = judged(edition, APRIL + timedelta(days=1))["1-1"]
    assert (light.colour, codes(light)[0]) == ("red", "below_floor")
    values = EvidenceSnapshot.objects.filter(binding__reference="requests_in_time")
    assert [row.value for row in values.order_by("at")] == [Decimal(98), Decimal(70)]


@pytest.mark.usefixtures("good")
def test_new_numbers_of_the_same_colour_keep_the_day_of_the_colour(edition):
    judged(edition)
    published("requests_in_time", {"2026-03": 99}, at=APRIL + timedelta(days=1))
    light = judged(edition, APRIL + timedelta(days=1))["1-1"]
    assert (light.colour, light.colour_since) == ("green", APRIL)
    assert light.since == APRIL + timedelta(days=1)


@pytest.mark.usefixtures("good")
def test_what_a_source_showed_cannot_be_changed(edition):
    judged(edition)
    for change in (
        lambda rows: rows.update(value=1),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(EvidenceSnapshot.objects.all())
