"""Sealed observations as Parquet files, read by DuckDB through what Ibis has for every engine."""

from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb
import ibis
import numpy as np
import pytest
from tests.sensing.conftest import DAY, MINUTE, START, stream_made

from shizheng.sensing.store.exporting import exported
from shizheng.sensing.store.sealing import reading_corrected, sealed
from shizheng.sensing.store.writing import readings_added
from shizheng.statistics.observed import hourly_means, latest

pytestmark = pytest.mark.django_db
END = datetime(2021, 1, 1, tzinfo=UTC)


@pytest.fixture
def files(town, tmp_path):
    """Two streams over a month's end, sealed but for the last day, one sealed reading corrected."""
    streams = [stream_made(f"s-{n}", owner=town.works) for n in range(2)]
    chance = np.random.default_rng(3)
    rows = []
    for stream in streams:
        for place in range(40 * 48):
            rows.append(
                (stream.pk, START + place * 30 * MINUTE, round(chance.normal(), 2), 0, None)
            )
    readings_added(rows, {each.pk: DAY for each in streams}, START)
    readings_added(
        [(streams[0].pk, START + 1, None, 8, '{"r": "濕"}')], {streams[0].pk: DAY}, START
    )
    sealed(until_us=START + 39 * DAY)
    reading_corrected(
        stream=streams[1], time_us=START + 60 * MINUTE, value=5.5, quality=2048, extra=None
    )
    count, made = exported(tmp_path, since=None, until=END)
    return streams, rows, count, made, tmp_path


def test_every_sealed_reading_is_in_the_file_of_its_month_once(files):
    streams, rows, count, made, folder = files
    assert count == 2 * 39 * 48 + 1
    assert [str(each.relative_to(folder)) for each in made] == [
        "streams.parquet", "observations/month=2020-03/part-0.parquet",
        "observations/month=2020-04/part-0.parquet",
    ]  # fmt: skip
    with over(folder) as engine:
        asked = "SELECT stream, time_us, value, quality, extra FROM observations ORDER BY 1, 2"
        found = engine.execute(asked).fetchall()
    expected = {row[:2]: row[2:] for row in rows if row[1] < START + 39 * DAY}
    expected[streams[0].pk, START + 1] = (None, 8, '{"r": "濕"}')
    expected[streams[1].pk, START + 60 * MINUTE] = (5.5, 2048, None)
    assert found == [(*key, *expected[key]) for key in sorted(expected)]
    assert not list(folder.rglob("*.part"))
    again, _ = exported(folder, since=datetime(2020, 4, 1, tzinfo=UTC), until=END)
    assert again == sum(row[1] >= 1_585_699_200_000_000 for row in expected_keys(expected))


@contextmanager
def over(folder):
    """Open DuckDB over the files of a folder."""
    with duckdb.connect() as engine:
        engine.execute(
            f"CREATE VIEW observations AS SELECT * FROM "
            f"read_parquet('{folder}/observations/*/*.parquet')"
        )
        yield engine


def expected_keys(expected):
    return list(expected)


def test_hourly_means_and_the_newest_are_those_of_the_readings(files):
    streams, rows, _count, _made, folder = files
    with over(folder) as engine:
        hours = engine.execute(ibis.to_sql(hourly_means(START, START + DAY), "duckdb")).fetchall()
        newest = engine.execute(ibis.to_sql(latest(), "duckdb")).fetchall()
    first = [row[2] for row in rows if row[0] == streams[0].pk][:2]
    assert len(hours) == 48
    assert hours[0] == (streams[0].pk, START, 2, pytest.approx(sum(first) / 2))
    assert [row[1] for row in newest] == [START + 39 * DAY - 30 * MINUTE] * 2
