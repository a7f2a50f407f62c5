"""What cannot be measured is said by name; nothing that is typed becomes part of a query."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from tests.statistics.measuring.conftest import AT

from shizheng.core.measures import (
    COUNT,
    Comparison,
    Condition,
    Dimension,
    Measure,
    Standing,
    count_distinct,
    measures,
)
from shizheng.kernel.registry import UnknownKey
from shizheng.services.models import Case
from shizheng.statistics.domain.periods import Frequency
from shizheng.statistics.measuring import engine
from shizheng.statistics.measuring.answering import measured
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.errors import (
    ColumnMissing,
    DimensionNotPublic,
    DimensionUnknown,
    DimensionValueUnknown,
    EngineExhausted,
    EngineUnreachable,
    EngineUnusable,
    MeasureNotPublic,
    TableMissing,
)
from shizheng.statistics.measuring.parquet import over_parquet, write
from shizheng.statistics.measuring.staging import needs_of

YEAR = (Frequency.YEAR, date(2020, 1, 1), date(2021, 1, 1))
HOSTILE = [
    pytest.param("x'; DROP TABLE services_case; --", id="quote"),
    pytest.param('x"; DROP TABLE services_case; --', id="double-quote"),
    pytest.param("' OR 1=1 OR 'a'='", id="always-true"),
    pytest.param("\\' OR 1=1 --", id="backslash"),
    pytest.param("$$; COPY services_case TO '/tmp/x'; $$", id="dollars"),
    pytest.param("{{7*7}}${7*7}%(x)s{0}", id="template"),
    pytest.param("臺灣\u202e", id="turned-writing"),
]


@pytest.fixture
def entered():
    """Enter measures for one test."""
    codes = []

    def enter(measure):
        measures.register(measure.code)(measure)
        codes.append(measure.code)
        return measure.code

    yield enter
    for code in codes:
        del measures._entries[code]


def cases(code="services.test", **given):
    parts = {
        "name": "N", "description": "D", "unit": "case", "table": Case, "aggregate": COUNT,
        "time": "opened_at",
    }  # fmt: skip
    return Measure(code=code, **parts | given)


def test_an_unknown_measure_is_answered_with_the_known_ones(lived_in):
    with pytest.raises(UnknownKey) as refused:
        measured([Ask("services.cases_lost", *YEAR)], at=AT)
    assert "services.cases_lost" in str(refused.value)
    assert "services.cases_closed" in str(refused.value)


def test_an_unknown_dimension_is_answered_with_the_known_ones(lived_in):
    with pytest.raises(DimensionUnknown, match="district, village, service"):
        measured([Ask("services.cases_opened", *YEAR, by=("colour",))], at=AT)
    with pytest.raises(DimensionUnknown, match="colour"):
        measured([Ask("services.cases_opened", *YEAR, where=(("colour", ("red",)),))], at=AT)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["district", "service", "channel", "category"])
def test_a_value_that_a_dimension_lacks_is_refused(lived_in, name, value):
    with pytest.raises(DimensionValueUnknown) as refused:
        measured([Ask("services.cases_opened", *YEAR, where=((name, (value,)),))], at=AT)
    assert refused.value.parameters["value"] == value


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_of_an_open_dimension_is_a_text_that_no_row_has(lived_in, value):
    before = Case.objects.count()
    hostile = Ask("services.notices_sent", *YEAR, where=(("language", (value,)),))
    plain = Ask("services.notices_sent", *YEAR)
    found = measured([hostile, plain], at=AT)
    assert found[hostile].rows == ()
    assert found[plain].rows
    assert Case.objects.count() == before


def test_a_value_that_no_database_can_hold_is_refused(lived_in):
    ask = Ask("services.notices_sent", *YEAR, where=(("language", ("zh\x00Hant",)),))
    with pytest.raises(DimensionValueUnknown):
        measured([ask], at=AT)


def test_a_hostile_value_is_found_where_a_row_has_it(lived_in):
    case = Case.objects.order_by("opened_at").first()
    was, value = case.channel, "a'b\\"
    Case.objects.filter(pk=case.pk).update(channel=value)
    try:
        open_dimension = {"channel": Dimension("channel")}
        measures.register("services.odd")(cases("services.odd", dimensions=open_dimension))
        ask = Ask("services.odd", *YEAR, by=("channel",), where=(("channel", (value,)),))
        found = measured([ask], at=AT)[ask]
        assert [(row.keys, row.value) for row in found] == [((value,), 1)]
    finally:
        del measures._entries["services.odd"]
        Case.objects.filter(pk=case.pk).update(channel=was)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"time": "opened_on"}, "opened_on"),
        ({"aggregate": count_distinct("colour")}, "colour"),
        ({"where": (Condition("service.colour", Comparison.IS_NULL),)}, "service.colour"),
        ({"time": Standing("opened_at", "title.code")}, "title.code"),
        ({"synthetic": "answers"}, "answers"),
    ],
    ids=["time", "counted", "condition", "way-through-no-key", "column-that-cannot-be-measured"],
)
def test_a_column_that_is_not_there_is_named(lived_in, entered, given, named):
    code = entered(cases(**given))
    with pytest.raises(ColumnMissing) as refused:
        measured([Ask(code, *YEAR)], at=AT)
    assert f"services.test uses the column “{named}”" in str(refused.value)


def test_a_column_that_the_database_lacks_is_named(lived_in, monkeypatch):
    field = Case._meta.get_field("opened_at")
    monkeypatch.setattr(field, "column", "opened_once")
    with pytest.raises(ColumnMissing, match=r"opened_once.*services_case.*opened_at"):
        measured([Ask("services.cases_opened", *YEAR)], at=AT)


def test_a_table_that_the_database_lacks_is_named(lived_in, monkeypatch):
    monkeypatch.setattr(Case._meta, "db_table", "services_file")
    with pytest.raises(TableMissing, match="services_file"):
        measured([Ask("services.cases_opened", *YEAR)], at=AT)


def test_files_that_lack_a_table_or_a_column_are_refused(lived_in, tmp_path):
    ask = Ask("services.cases_opened", *YEAR)
    needs = needs_of([ask])
    with pytest.raises(TableMissing, match="services_case"), over_parquet(needs, tmp_path):
        pass
    write(needs, tmp_path)
    more = needs_of([dataclasses.replace(ask, by=("village",))])
    with pytest.raises(ColumnMissing, match="village"), over_parquet(more, tmp_path):
        pass


def test_what_is_not_for_everybody_is_refused(lived_in, entered):
    code = entered(cases(public=None))
    with pytest.raises(MeasureNotPublic, match=r"services\.test"):
        measured([Ask(code, *YEAR, is_public=True)], at=AT)
    with pytest.raises(DimensionNotPublic, match="action"):
        measured([Ask("services.acts", *YEAR, by=("action",), is_public=True)], at=AT)


def test_the_offices_own_services_are_in_no_public_figure(lived_in):
    inside = Case.objects.filter(service__category="internal")
    ask = Ask("services.cases_opened", Frequency.YEAR, date(2020, 1, 1), date(2022, 1, 1),
              by=("category",), is_public=True)  # fmt: skip
    assert ("internal",) not in {row.keys for row in measured([ask], at=AT)[ask]}
    whole = dataclasses.replace(ask, is_public=False)
    told = {row.keys for row in measured([whole], at=AT)[whole]}
    assert (("internal",) in told) == inside.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"start": date(2020, 1, 2)}, {"end": date(2020, 12, 31)}, {"end": date(2020, 1, 1)},
        {"by": ("service", "service")},
        {"where": (("service", ("a",)), ("service", ("b",)))},
    ],
    ids=["start-in-a-period", "end-in-a-period", "no-period", "by-twice", "where-twice"],
)  # fmt: skip
def test_a_caller_that_asks_askew_hears_of_it(given):
    parts = {
        "measure": "services.cases_opened", "frequency": Frequency.YEAR,
        "start": date(2020, 1, 1), "end": date(2021, 1, 1),
    }  # fmt: skip
    with pytest.raises(ValueError, match=r".+"):
        Ask(**parts | given)


def test_a_server_that_does_not_answer_may_be_tried_again_and_no_password_is_told(tmp_path):
    known = {
        "HOST": "127.0.0.1", "PORT": "1", "USER": "postgres", "NAME": "city",
        "PASSWORD": "ge:heim\\", "OPTIONS": {"sslmode": "prefer"},
    }  # fmt: skip
    with engine.opened(tmp_path) as reader:
        engine.load(reader, "postgresql")
        with pytest.raises(EngineUnreachable) as refused:
            engine.attach_postgres(reader, known, tmp_path)
    assert refused.value.retry
    assert "Try again" in str(refused.value)
    assert "heim" not in str(refused.value)
    assert refused.value.__suppress_context__
    kept = tmp_path / "passwords"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.read_text() == "*:*:*:*:ge\\:heim\\\\\n"


def test_a_missing_extension_is_not_a_matter_of_trying_again(monkeypatch):
    import duckdb

    monkeypatch.setattr(duckdb, "__version__", "1.4.0")
    with pytest.raises(
        EngineUnusable, match=r"sqlite_scanner is not of version v1\.4\.0"
    ) as refused:
        engine.scanner("sqlite_scanner")
    assert not refused.value.retry
    with pytest.raises(EngineUnusable, match="the package of nothing_scanner is missing"):
        engine.scanner("nothing_scanner")


def test_too_little_memory_is_said_with_the_setting(lived_in, settings):
    settings.ANALYTICS_MEMORY = 1
    with pytest.raises(EngineExhausted, match="1 MB"):
        measured([Ask("services.acts", *YEAR), Ask("services.acts", *YEAR, by=("service",))], at=AT)


def test_the_engine_reads_one_database_and_reaches_nothing_else(lived_in, tmp_path):
    import duckdb

    needs = needs_of([Ask("services.cases_opened", *YEAR)])
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    with engine.over_city(needs) as opened:
        schema = "main" if connection.vendor == "sqlite" else "public"
        for query in (
            f"DELETE FROM city.{schema}.services_case",
            f"CREATE TABLE city.{schema}.mine (a INTEGER)",
            f"SELECT * FROM read_csv('{outside}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'made.csv'}'",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                opened.reader.execute(query)


def test_the_live_database_file_is_never_attached(lived_in):
    needs = needs_of([Ask("services.cases_opened", *YEAR)])
    with engine.over_city(needs) as opened:
        paths = [
            Path(path)
            for (path,) in opened.reader.execute(
                "SELECT path FROM duckdb_databases() WHERE path IS NOT NULL"
            ).fetchall()
        ]
        copies = [path for path in paths if path.is_file()]
        assert Path(str(connection.settings_dict["NAME"])) not in paths
        assert copies
        assert all(path.parent.stat().st_mode & 0o077 == 0 for path in copies)
    assert not any(path.exists() for path in copies)
