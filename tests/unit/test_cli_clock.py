import copy
import json
import subprocess
import sys

import pytest
import yaml
from tests.unit.calendar_2020 import DEFINITION, FIGURES
from typer.testing import CliRunner

from shizheng.cli.main import app


@pytest.fixture
def pack(tmp_path, monkeypatch):
    (tmp_path / "calendar.yaml").write_text(
        yaml.safe_dump(copy.deepcopy(DEFINITION), allow_unicode=True), encoding="utf-8"
    )
    monkeypatch.setenv("SHIZHENG_PACK", str(tmp_path))
    return tmp_path


def run(*options):
    return CliRunner().invoke(app, ["clock", *options])


def answer(*options):
    result = run(*options, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(("received", "amount", "expected"), FIGURES)
def test_the_figures_of_the_law_come_out(pack, received, amount, expected):
    found = answer("--received", received, "--amount", amount)
    assert found["due_on"] == expected
    assert (found["rule"], found["amount"]) == ("tw_apa48", amount)


def test_the_answer_as_json_has_its_whole_account(pack):
    found = answer("--received", "109年1月2日", "--amount", "30d")
    assert found["due_at"] == "2020-02-03T12:00:00+08:00"
    assert found["calendar_version"].startswith("office_days@2020-08-25#")
    assert found["explanation"][0] == {
        "date": "2020-01-02",
        "counted": False,
        "reason": {"zh-Hant": "收件當日，不計", "en": "day of receipt, not counted"},
    }
    assert set(found["summary"]) == {"zh-Hant", "en"}


def test_the_answer_in_words_tells_each_day_when_asked(pack):
    result = run("--received", "2020-02-13", "--amount", "3wd", "--explain")
    assert result.exit_code == 0
    assert result.stdout.startswith("2020-02-17  109年2月17日（一）")
    assert "+ Sat 2020-02-15  109年2月15日（六）  補行上班，第2個工作天" in result.stdout
    assert "補行上班" not in run("--received", "2020-02-13", "--amount", "3wd").stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--pause", "2020-03-04..2020-03-06"], "2020-03-11"),
        (["--pause", "109-03-04..109-03-06", "--pause", "2020-03-10..2020-03-11"], "2020-03-12"),
        (["--pause", "2020-03-04.."], None),
        (["--extend", "5wd"], "2020-03-16"),
        (["--limit", "1wd"], "2020-03-03"),
    ],
)
def test_pauses_and_extensions_are_options(pack, options, expected):
    assert answer("--received", "2020-03-02", "--amount", "5wd", *options)["due_on"] == expected


def test_area_and_knowledge_choose_the_calendar(pack):
    options = ["--received", "2020-08-24", "--amount", "3wd"]
    assert answer(*options)["due_on"] == "2020-08-28"
    assert answer(*options, "--area", "hills")["due_on"] == "2020-08-31"
    assert answer(*options, "--as-known-on", "2020-08-24")["due_on"] == "2020-08-27"


def test_switches_bear_on_saturdays(pack):
    found = answer("--received", "2020-01-02", "--amount", "30d", "--no-noon")
    assert found["due_at"] == "2020-02-03T23:59:59+08:00"
    found = answer("--received", "2020-02-14", "--amount", "1d", "--no-make-up-saturday")
    assert found["due_on"] == "2020-02-17"


def test_hours_take_a_moment_of_the_office_clock(pack):
    found = answer("--received", "2020-01-23T16:30", "--amount", "24h")
    assert found["due_at"] == "2020-01-24T16:30:00+08:00"


def test_counting_back_is_an_option(pack):
    assert answer("--before", "2020-03-18", "--amount", "10d")["due_on"] == "2020-03-06"


def test_standing_and_warnings_are_told_when_asked(pack):
    options = ["--on", "2020-03-12", "--warn", "50%", "--warn", "2wd"]
    found = answer("--received", "2020-03-02", "--amount", "5wd", *options)
    assert (found["standing"]["state"], found["standing"]["overdue"]) == ("overdue", 3)
    assert found["warnings"] == {"50%": "2020-03-05", "2wd": "2020-03-05"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--amount", "30d"], "cli.option_missing"),
        (["--received", "2020-01-02"], "cli.option_missing"),
        (["--received", "soon", "--amount", "30d"], "kernel.date_unreadable"),
        (["--received", "2020-02-30", "--amount", "30d"], "kernel.date_impossible"),
        (["--received", "2020-01-02", "--amount", "0d"], "time.amount_too_small"),
        (["--received", "2020-01-02", "--amount", "24h"], "time.hours_need_moment"),
        (["--received", "2020-01-02T25:00", "--amount", "24h"], "kernel.date_unreadable"),
        (["--received", "2030-01-02", "--amount", "30d"], "time.calendar_out_of_range"),
        (["--received", "2020-01-02", "--amount", "3d", "--rule", "x"], "kernel.unknown_key"),
        (["--received", "2020-01-02", "--amount", "3d", "--pause", "x"], "cli.pause_unreadable"),
        (["--received", "2020-01-02", "--amount", "3d", "--timezone", "x"], "cli.zone_unknown"),
        (["--received", "2020-01-02", "--amount", "3d", "--warn", "x"], "time.warning_invalid"),
        (["--received", "2020-01-02", "--amount", "3d", "--calendar", "x"], "cli.calendar_missing"),
        (["--received", "2020-01-02", "--amount", "3d", "--calendar=."], "cli.calendar_unreadable"),
        (["--before", "2020-03-02", "--amount", "3d", "--limit", "3d"], "cli.options_conflict"),
    ],
)  # fmt: skip
def test_wrong_input_is_answered_with_one_sentence_and_exit_code_2(pack, options, code):
    result = run(*options, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == code
    assert result.stderr.strip() == f"{error['message']} {error['hint']}".strip()
    assert run(*options).stdout == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("calendar.yaml", b"a: [", "calendar.yaml is not a work calendar"),
        ("calendar.yaml", b"a: 2020-02-30", "day is out of range for month"),
        ("calendar.yaml", b"- a", "there are no keys"),
        ("calendar.yaml", b"schema: calendar/1", "id is missing"),
        ("calendar.yaml", "schema: 行事曆".encode("big5"), "not UTF-8"),
        ("days.csv", b"date\n2020-01-01\n", "column is_holiday is missing"),
    ],
)
def test_a_broken_calendar_file_is_named_with_its_problem(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    result = run("--received", "2020-01-02", "--amount", "3d", "--calendar", str(tmp_path / name))
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_pack_without_calendar_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("SHIZHENG_PACK", str(tmp_path))
    result = run("--received", "2020-01-02", "--amount", "3d")
    assert result.exit_code == 2
    assert "There is no work calendar at" in result.stderr


def test_the_command_line_answers_without_django():
    code = "import sys, shizheng.cli.main; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
