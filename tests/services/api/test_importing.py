"""Files of cases: every row checked, all or nothing, the same file once."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from shizheng.cli.main import app
from shizheng.core.journal import verify
from shizheng.kernel.errors import NotPermitted
from shizheng.services.batch import errors, reading
from shizheng.services.batch.importing import file_import
from shizheng.services.models import Case

HEAD = "row_key,kind,description,longitude,latitude,district,address,email\n"
GOOD = "a1,pothole,坑洞,120.3127,22.6483,,,x@example.org\na2,crack,裂縫,,,三民區,建國三路 1 號,\n"
BAD = "a3,volcano,火山,120.3127,22.6483,,,\n"


def taken(text, **given):
    content = text if isinstance(text, bytes) else text.encode()
    return file_import(service="road_damage", content=content, by=None, at=timezone.now(), **given)


def test_a_file_becomes_cases_and_the_same_file_changes_nothing(kaohsiung):
    report = taken(HEAD + GOOD)
    assert (report.opened, report.known, report.refused) == (2, 0, [])
    assert [case.channel for case in Case.objects.all()] == ["batch", "batch"]
    again = taken("\ufeff" + HEAD + GOOD)
    assert (again.opened, again.known) == (0, 2)
    assert Case.objects.count() == 2
    assert verify().is_intact


def test_one_bad_row_stops_all_and_is_named_by_its_line(kaohsiung):
    report = taken(HEAD + GOOD + BAD)
    assert not report.is_kept
    assert [(row.line, row.code) for row in report.refused] == [(4, "services.answers_wrong")]
    assert "volcano" in report.refused[0].reason
    assert Case.objects.count() == 0


def test_partial_keeps_the_good_rows(kaohsiung):
    report = taken(HEAD + BAD + GOOD, partial=True)
    assert (report.opened, len(report.refused)) == (2, 1)
    assert Case.objects.count() == 2


def test_rows_without_a_key_are_known_by_what_they_hold(kaohsiung):
    text = "kind,description,longitude,latitude\n" + 2 * "pothole,坑,120.3127,22.6483\n"
    assert taken(text).opened == 2  # two alike in one file are two
    assert taken(text).known == 2


def test_big5_is_read_when_it_is_said(kaohsiung):
    content = (HEAD + GOOD).encode("big5")
    with pytest.raises(errors.FileUnreadable) as refused:
        taken(content)
    assert refused.value.parameters["line"] == 2
    assert taken(content, encoding="big5").opened == 2
    assert Case.objects.filter(description="坑洞").exists()


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", errors.FileEmpty),
        (HEAD, errors.FileEmpty),
        ("kind,colour\npothole,red\n", errors.ColumnsWrong),
        ("kind,kind\npothole,crack\n", errors.ColumnsWrong),
        ("kind,\npothole,x\n", errors.ColumnsWrong),
        ('kind\n"pothole\n', errors.FileBroken),
        (b"\xff\xfe\x00", errors.FileUnreadable),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(kaohsiung, text, refusal):
    with pytest.raises(refusal):
        taken(text)


def test_files_have_limits(kaohsiung, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    with pytest.raises(errors.FileTooLong):
        taken(HEAD + GOOD)
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(errors.FileTooLong):
        taken(HEAD + GOOD)
    with pytest.raises(errors.EncodingUnknown):
        taken(b"x", encoding="klingon")


def test_rows_with_faults_of_their_own(kaohsiung):
    text = HEAD + "k,pothole,a,1,2,,,,too many\n" + "k,pothole,坑,abc,22.6,,,\n"
    text += "m,pothole,坑,120.3127,22.6483,,,bad\n" + 2 * "n,pothole,坑,120.3127,22.6483,,,\n"
    codes = [row.code for row in taken(text).refused]
    assert codes == [
        "services.batch.row_too_long", "services.answer.unfit", "services.answer.unfit",
        "services.batch.key_twice",
    ]  # fmt: skip


def test_only_who_takes_in_for_others_may_bring_a_file(people):
    with pytest.raises(NotPermitted):
        file_import(service="road_damage", content=b"x", by=people.resident, at=timezone.now())


def test_the_command_reports_by_line(kaohsiung, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    run = CliRunner().invoke(app, ["cases", "import", "road_damage", str(file)])
    assert run.exit_code == 1
    assert "0 opened, 0 known before, 1 refused" in run.output
    assert "line 4" in run.output
    run = CliRunner().invoke(
        app, ["cases", "import", "road_damage", str(file), "--partial", "--json"]
    )
    rows = json.loads(run.stdout)["rows"]
    assert [bool(row["number"]) for row in rows] == [True, True, False]
    run = CliRunner().invoke(app, ["cases", "import", "nothing", str(file)])
    assert run.exit_code == 2


def test_the_interface_and_the_page_take_files_of_staff(people):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client(headers={"accept": "application/json"})
    client.force_login(people.call_taker)
    file = SimpleUploadedFile("cases.csv", (HEAD + GOOD).encode())
    answer = client.post("/api/services/road_damage/cases/import", {"file": file})
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["opened"], answer.json()["kept"]) == (2, True)
    browser = Client()
    browser.force_login(people.call_taker)
    assert "road_damage" in browser.get("/en/desk/import/").content.decode()
    file = SimpleUploadedFile("cases.csv", (HEAD + GOOD + BAD).encode())
    given = {"service": "road_damage", "encoding": "utf-8", "file": file}
    shown = browser.post("/en/desk/import/", given).content.decode()
    assert "volcano" in shown
    browser.force_login(people.resident)
    assert browser.get("/desk/import/").status_code == 403
