"""Files of others, taken in by what the pack says of them; skipped where they are not there."""

from pathlib import Path

import pytest
from tests.core.town import agency
from tests.statistics.datasets.conftest import AT

from shizheng.packs.loader import load
from shizheng.statistics.datasets.definitions import ImportMap
from shizheng.statistics.datasets.importing import mapped_import
from shizheng.statistics.datasets.profiling import columns_of

ROOT = Path(__file__).parents[3]
SHARED = ROOT / "../shared/data"
ROWS = {
    "dengue_cases": 15_145, "traffic_accidents_a1": 551, "air_quality_hourly": 8_136,
    "village_population": 10_692, "metro_ridership": 1_096, "property_prices": 17_070,
    "environment_penalties": 356, "budget_by_function": 472, "hotline_1999_monthly": 8_969,
}  # fmt: skip
TYPED = {
    "dengue_cases": {"onset_date": "date", "village_code": "text", "cases": "integer"},
    "traffic_accidents_a1": {"date": "date", "lon": "decimal", "deaths": "integer"},
    "air_quality_hourly": {"time": "datetime", "site_id": "text", "pm2_5": "decimal"},
    "village_population": {"month": "month", "village_code": "text", "population": "integer"},
    "metro_ridership": {"date": "date", "metro_total": "integer"},
    "property_prices": {"trade_date": "date", "land_area_m2": "decimal"},
    "environment_penalties": {"document_no": "text", "penalty_date": "date", "fine_ntd": "integer"},
    "budget_by_function": {"amount_kntd": "integer"},
    "hotline_1999_monthly": {"month": "month", "requests": "integer"},
}
TOLD = {"property_prices": {("nearly_typed", "completed"), ("formula", "completed")}}
"""Four dates in the source are none, such as 1991-02-30; the column stays text."""


@pytest.fixture(scope="module")
def maps():
    return {body.id: body for body in load(ROOT / "packs/kaohsiung").bodies(ImportMap)}


def test_the_pack_maps_every_file_that_is_named_here(maps):
    assert set(maps) == set(ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_a_real_file_is_read_as_its_map_says(maps, name, settings, tmp_path):
    body = maps[name]
    file = SHARED / body.file
    if not file.is_file():
        pytest.skip("The shared data are not on this machine.")
    settings.MEDIA_ROOT = tmp_path / "files"
    agency(str(body.owner))
    version = mapped_import(body, file, publishes=True, at=AT)
    assert version.state == "published"
    assert {(each["finding"], each["column"]) for each in version.problems} == TOLD.get(name, set())
    assert version.row_count == ROWS[name]
    types = {column.name: column.type.value for column in columns_of(version)}
    assert {each: types[each] for each in TYPED[name]} == TYPED[name]
    again = mapped_import(body, file, publishes=True, at=AT)
    assert (again.number, again.digest) == (2, version.digest)
    assert (again.difference["rows_added"], again.difference["rows_removed"]) == (0, 0)
