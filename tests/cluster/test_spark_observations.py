"""Sealed observations in Parquet: one expression, the same answer of DuckDB and of Spark."""

import math
from datetime import UTC, datetime

import duckdb
import ibis
import numpy as np
import pytest
from tests.sensing.conftest import DAY, MINUTE, START, stream_made, town

from shizheng.sensing.store.exporting import exported
from shizheng.sensing.store.sealing import sealed
from shizheng.sensing.store.writing import readings_added
from shizheng.statistics.measuring.cluster import SparkEngine, _session
from shizheng.statistics.observed import hourly_means, latest

__all__ = ["town"]
pytestmark = [
    pytest.mark.django_db,  # pyspark leaves the socket of each answer to the collector of garbage
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
STREAMS, DAYS, A_DAY = 20, 40, 144


@pytest.fixture
def folder(town, tmp_path):
    """Twenty streams over forty days and a month's end, with flags and results that are words."""
    chance = np.random.default_rng(5)
    for number in range(STREAMS):
        stream = stream_made(f"s-{number}", owner=town.works)
        values = np.round(2 + np.cumsum(chance.normal(0, 0.03, DAYS * A_DAY)), 2)
        rows = [
            (stream.pk, START + place * 10 * MINUTE, value, 8 * (place % 97 == 0), None)
            for place, value in enumerate(values.tolist())
        ]
        rows[number] = (*rows[number][:2], None, 0, '{"r": "濕"}')
        readings_added(rows, {stream.pk: DAY}, START)
    sealed(until_us=START + (DAYS + 1) * DAY)
    count, files = exported(tmp_path, since=None, until=datetime(2021, 1, 1, tzinfo=UTC))
    assert count == STREAMS * DAYS * A_DAY
    assert len(files) == 3
    return tmp_path


@pytest.fixture
def both(folder):
    """Ask DuckDB and Spark for the rows of an expression over the files of a folder."""
    session = _session("local[2]")
    frame = session.read.parquet(str(folder / "observations"))
    frame.createOrReplaceTempView("observations")
    spark = SparkEngine(session)

    def ask(expression):
        with duckdb.connect() as engine:
            engine.execute(
                f"CREATE VIEW observations AS FROM "
                f"read_parquet('{folder}/observations/*/*.parquet')"
            )
            ours = engine.execute(ibis.to_sql(expression, "duckdb")).fetchall()
        return ours, sorted(spark.rows(expression))

    yield ask
    session.catalog.dropTempView("observations")


def test_hourly_means_of_all_streams_are_the_same_on_both(both):
    ours, theirs = both(hourly_means(START, START + 31 * DAY))
    assert len(ours) == STREAMS * 31 * 24
    assert [row[:3] for row in theirs] == [row[:3] for row in ours]
    assert all(
        math.isclose(one[3], other[3], rel_tol=1e-12)
        for one, other in zip(ours, theirs, strict=True)
    )


def test_the_newest_of_all_streams_are_the_same_on_both(both):
    ours, theirs = both(latest())
    assert len(ours) == STREAMS
    assert theirs == ours
