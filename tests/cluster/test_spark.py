"""Every measure is the same on Spark as on DuckDB: ``make test-cluster``."""

from datetime import date

import pytest
from tests.statistics.measuring.conftest import AT
from tests.statistics.measuring.test_measured import CODES, SPANS, plain
from tests.statistics.measuring.test_refusals import HOSTILE

from shizheng.core.measures import measures
from shizheng.services.models import Case
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.measuring import cluster
from shizheng.statistics.measuring.answering import measured
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.errors import EngineUnusable
from shizheng.statistics.measuring.parquet import write
from shizheng.statistics.measuring.staging import needs_of

pytestmark = [  # pyspark leaves the socket of each answer to the collector of garbage
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SPARK = "local[2]"


def asks_of(code):
    """Each dimension by month, and the whole by every frequency."""
    for frequency, span in SPANS.items():
        yield Ask(code, frequency, *span)
    for name in measures[code].dimensions:
        yield Ask(code, Frequency.MONTH, *SPANS[Frequency.MONTH], by=(name,))
    yield Ask(code, Frequency.MONTH, *SPANS[Frequency.MONTH], is_public=True)


ASKS = [ask for code in CODES for ask in asks_of(code)]


@pytest.fixture(scope="module")
def both(lived_in):
    """The same asks on DuckDB and on Spark."""
    from django.test import override_settings

    ours = measured(ASKS, at=AT)
    with override_settings(ANALYTICS=SPARK):
        return ours, measured(ASKS, at=AT)


@pytest.mark.parametrize("code", CODES)
def test_a_measure_is_the_same_on_both(both, code):
    ours, theirs = both
    for ask in asks_of(code):
        assert plain(theirs[ask]) == plain(ours[ask]), ask


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_a_text_that_no_row_has(lived_in, settings, value):
    settings.ANALYTICS = SPARK
    span = (Frequency.YEAR, date(2020, 1, 1), date(2022, 1, 1))
    hostile = Ask("services.notices_sent", *span, where=(("language", (value,)),))
    whole = Ask("services.notices_sent", *span)
    found = measured([hostile, whole], at=AT)
    assert found[hostile].rows == ()
    assert found[whole].rows


def test_a_hostile_value_is_found_where_a_row_has_it(lived_in, settings):
    case = Case.objects.order_by("opened_at").first()
    ask = Ask("services.cases_opened", Frequency.YEAR, date(2020, 1, 1), date(2022, 1, 1),
              by=("channel",))  # fmt: skip
    was, value = case.channel, "a'b\\n"
    Case.objects.filter(pk=case.pk).update(channel=value)
    try:
        settings.ANALYTICS = SPARK
        assert (value,) in {row.keys for row in measured([ask], at=AT)[ask]}
    finally:
        Case.objects.filter(pk=case.pk).update(channel=was)


def test_what_spark_cannot_read_is_refused(lived_in, tmp_path):
    needs = needs_of([Ask("services.calls", Frequency.YEAR, date(2020, 1, 1), date(2021, 1, 1))])
    (file,) = write(needs, tmp_path)
    file.write_bytes(b"not a file of figures")
    with (
        pytest.raises(EngineUnusable, match="READ_FILE"),
        cluster.over_files(tmp_path, needs, SPARK),
    ):
        pass
