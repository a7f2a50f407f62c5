"""Figures are entered by one person and signed by another; a file comes in whole or not at all."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.statistics.indicators.conftest import CLOSED, defined
from tests.statistics.pages.conftest import ENTERED, NOON, VISITORS, entered

from shizheng.core.models import Area, JournalEntry
from shizheng.kernel.errors import NotPermitted
from shizheng.services.models import Notice
from shizheng.statistics.domain.errors import PeriodUnreadable
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.indicators.actions import figure_enter, figure_sign, figures_sign
from shizheng.statistics.indicators.entering import Entry, number_read, period_read
from shizheng.statistics.indicators.errors import (
    AlreadySigned,
    CellUnknown,
    NotEntered,
    PeriodUnfit,
    PollUnsaid,
    SignedByAnother,
    StatusUnfit,
    ValueMissing,
    ValueUnfit,
)
from shizheng.statistics.indicators.importing import figures_import
from shizheng.statistics.indicators.waiting import figures_waiting
from shizheng.statistics.indicators.warning import owners_warn
from shizheng.statistics.models import EnteredFigure, Indicator, Vintage
from shizheng.statistics.selectors import definition_by, series_at

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = Period.parse("2020-01")


@pytest.fixture
def visitors(kaohsiung):
    return defined("visitors", VISITORS)


def test_a_figure_counts_once_another_person_has_signed_it(visitors, team):
    figure = figure_enter(
        indicator=visitors, entry=Entry(JANUARY, value=Decimal(4310), source="號函"),
        by=team.enterer, at=NOON,
    )  # fmt: skip
    assert not series_at(visitors, at=NOON).values
    for somebody in (team.enterer, team.elsewhere):
        with pytest.raises(NotPermitted):
            figure_sign(figure=figure, by=somebody, at=NOON)
    figure_sign(figure=figure, by=team.signer, at=NOON)
    assert [each.value for each in series_at(visitors, at=NOON).of()] == [4310]
    with pytest.raises(AlreadySigned):
        figure_sign(figure=figure, by=team.signer, at=NOON)
    assert [entry.action for entry in JournalEntry.objects.filter(action__startswith="statistics")
            .order_by("number")] == [
        "statistics.figure.entered", "statistics.figure.signed", "statistics.vintage.made",
    ]  # fmt: skip


def test_a_correction_is_a_revision_and_the_old_number_stays(visitors, team):
    for value in (4310, 4301):
        given = Entry(JANUARY, value=Decimal(value))
        figure = figure_enter(indicator=visitors, entry=given, by=team.enterer, at=NOON)
        figure_sign(figure=figure, by=team.signer, at=NOON)
    first, second = visitors.vintages.order_by("number")
    assert (first.cause, second.cause) == (Vintage.Cause.ENTERED, Vintage.Cause.REVISION)
    assert [each.value for each in series_at(visitors, at=NOON, number=1).of()] == [4310]
    assert [each.value for each in series_at(visitors, at=NOON).of()] == [4301]


def test_all_are_signed_or_none(visitors, team):
    other = entered(visitors, team.enterer, "2020-01", "1")
    own = entered(visitors, team.signer, "2020-02", "2")
    with pytest.raises(SignedByAnother):
        figures_sign(figures=[other, own], by=team.signer, at=NOON)
    assert not EnteredFigure.objects.exclude(signed_at=None).exists()


def test_only_the_newest_entry_of_a_figure_waits(visitors, team):
    entered(visitors, team.enterer, "2020-01", "1")
    newest = entered(visitors, team.enterer, "2020-01", "2", at=NOON.replace(hour=5))
    assert list(figures_waiting(team.signer)) == [newest]
    assert not figures_waiting(team.elsewhere).exists()


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (Entry(Period.parse("2020-04"), value=Decimal(1)), PeriodUnfit),
        (Entry(Period.parse("2016-12"), value=Decimal(1)), PeriodUnfit),
        (Entry(Period.parse("2020-Q1"), value=Decimal(1)), PeriodUnfit),
        (Entry(JANUARY), ValueMissing),
        (Entry(JANUARY, status="O"), ValueMissing),
        (Entry(JANUARY, value=Decimal(1), status="O"), StatusUnfit),
        (Entry(JANUARY, value=Decimal(1), status="Z"), StatusUnfit),
        (Entry(JANUARY, "district=nowhere", Decimal(1)), CellUnknown),
        (Entry(JANUARY, "village=64000010001", Decimal(1)), CellUnknown),
        (Entry(JANUARY, value=Decimal(1), answers=1000), PollUnsaid),
    ],
    ids=["future", "before-validity", "other-frequency", "nothing", "missing-without-a-word",
         "missing-with-a-number", "no-such-mark", "no-such-district", "no-such-level",
         "poll-of-a-count"],
)  # fmt: skip
def test_what_cannot_be_a_figure_is_refused(visitors, team, entry, refusal):
    with pytest.raises(refusal):
        figure_enter(indicator=visitors, entry=entry, by=team.enterer, at=NOON)
    assert not EnteredFigure.objects.exists()


def test_nobody_enters_what_is_computed_or_another_agencys(kaohsiung, team, visitors):
    computed = defined("closed", CLOSED)
    entry = Entry(JANUARY, value=Decimal(1))
    with pytest.raises(NotEntered):
        figure_enter(indicator=computed, entry=entry, by=team.enterer, at=NOON)
    with pytest.raises(NotPermitted):
        figure_enter(indicator=visitors, entry=entry, by=team.elsewhere, at=NOON)


@pytest.mark.parametrize(
    ("text", "code"),
    [("109年3月", "2020-03"), ("民國109年第1季", "2020-Q1"), ("109年上半年", "2020-S1"),
     ("１０９年", "2020"), ("2020/3", "2020-03"), ("2020年03月", "2020-03"), ("202003", "2020-03"),
     ("2020-W10", "2020-W10")],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text, code):
    assert period_read(text).code == code


@pytest.mark.parametrize("text", ["43891", "Mar-20", "109-03", "109/3", "2020/13", "", "年"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(PeriodUnreadable):
        period_read(text)


@pytest.mark.parametrize("text", ["1.25", "1e30", "NaN", "12_000", "twelve", "=1+1", "#REF!"])
def test_what_is_no_number_is_refused(kaohsiung, text):
    body = definition_by(defined("satisfaction", ENTERED).current_id)
    with pytest.raises(ValueUnfit):
        number_read(text, body)


def test_numbers_may_have_separators(kaohsiung):
    body = definition_by(defined("visitors", VISITORS).current_id)
    assert number_read("１,２３４", body) == 1234


def test_a_file_comes_in_whole_by_names_or_codes(visitors, team):
    first, second = Area.objects.filter(kind="district").order_by("code")[:2]
    text = f"""period,district,value,status,note,source
109年1月,,"4,310",,,服務中心日報
2020-01,{first.name["zh-Hant"]},120,P,,
2020-01,{second.code},,O,颱風停班,
"""
    report = figures_import(
        indicator=visitors, content=text.encode("utf-8-sig"), by=team.enterer, at=NOON
    )
    assert (report.entered, report.problems) == (3, [])
    figures_sign(figures=list(figures_waiting(team.signer)), by=team.signer, at=NOON)
    found = {each.cell: (each.value, each.status) for each in series_at(visitors, at=NOON).values}
    assert found == {
        "": (Decimal(4310), "A"), f"district={first.code}": (Decimal(120), "P"),
        f"district={second.code}": (None, "O"),
    }  # fmt: skip


def test_one_wrong_line_stops_the_file_and_every_wrong_line_is_told(visitors, team):
    text = """period,district,value
2020-01,,4310
2020-01,,4311
43891,,12
2020-02,亞特蘭提斯區,3
2020-02,,12.5
"""
    report = figures_import(indicator=visitors, content=text.encode(), by=team.enterer, at=NOON)
    assert [problem.line for problem in report.problems] == [3, 4, 5, 6]
    assert "第 2 列" in report.problems[0].reason
    assert not EnteredFigure.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "statistics.file_unfit"),
        (b"period,value\n", "statistics.file_unfit"),
        (b"period,amount\n2020-01,3\n", "statistics.file_unfit"),
        (b"period,value,value\n2020-01,3,4\n", "statistics.file_unfit"),
        (b'period,value\n2020-01,"3\n', "statistics.file_unfit"),
        (b"period,value\n2020-01,3,4\n", "statistics.file_unfit"),
        ("period,value,note\n2020-01,3,颱風\n".encode("big5"), "services.batch.file_unreadable"),
        (b"period,value\n" + b"2020-01,3\n" * 5001, "statistics.file_unfit"),
    ],
    ids=["empty", "no-rows", "no-value", "twice", "broken", "too-wide", "encoding", "too-long"],
)
def test_a_file_that_is_no_file_of_figures_is_refused(client, visitors, team, content, code):
    client.force_login(team.enterer)
    given = {"file": SimpleUploadedFile("f.csv", content or b" "), "encoding": "utf-8"}
    answer = client.post("/figures/desk/visitors/file/", given)
    assert answer.status_code == 422
    assert not EnteredFigure.objects.exists()
    assert answer.context["form"].errors or answer.context["report"].problems


def test_pages_of_the_desk_take_a_figure_from_entry_to_publication(client, visitors, team, now):
    client.force_login(team.enterer)
    page = "/figures/desk/visitors/enter/"
    wrong = client.post(page, {"period": "2020-13", "value": "a", "status": "A", "source": "函"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"period", "value"}
    sent = client.post(
        page, {"period": "109年1月", "value": "4,310", "status": "A", "source": "函"}
    )
    assert (sent.status_code, sent.url) == (303, "/figures/desk/")
    assert "您填報的" in client.get("/figures/desk/").content.decode()
    figure = EnteredFigure.objects.get()
    client.post("/figures/desk/sign/", {"figure": [figure.pk]})
    figure.refresh_from_db()
    assert figure.signed_at is None
    client.force_login(team.signer)
    client.post("/figures/desk/sign/", {"figure": [figure.pk]})
    assert "4,310" in client.get("/figures/visitors/").content.decode()


def test_the_desk_is_for_those_who_enter_or_sign(client, visitors, team):
    assert client.get("/figures/desk/").status_code == 302
    client.force_login(team.resident)
    assert client.get("/figures/desk/").status_code == 403
    client.force_login(team.elsewhere)
    assert client.get("/figures/desk/").status_code == 200
    assert client.get("/figures/desk/visitors/enter/").status_code == 403


def test_an_empty_file_can_be_taken_and_filled(client, visitors, team, now):
    client.force_login(team.enterer)
    answer = client.get("/figures/desk/visitors/empty.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "period,value,district,status,note,source,answers,design_effect"
    assert lines[1].startswith("2020-02,,")


def test_owners_are_told_once_a_week_what_is_late(client, visitors, team, now):
    Indicator.objects.exclude(pk=visitors.pk).update(is_kept=False)
    assert owners_warn(at=NOON) >= 1
    mine = Notice.objects.get(person=team.enterer)
    assert "臨櫃人次：逾期" in mine.text
    assert owners_warn(at=NOON) == 0
    client.force_login(team.enterer)
    assert mine.subject in client.get("/my/notices/").content.decode()
