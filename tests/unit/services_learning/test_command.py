"""``shizheng learn`` and ``suggest``: what is printed, what is kept, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from shizheng import settings
from shizheng.cli.main import app

COLUMNS = ("--text", "question", "--label", "office")
PLAIN = (*COLUMNS, "--plain")


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def table(examples, tmp_path):
    lines = [f"{one.texts[0]},{one.label}" for one in examples]
    path = tmp_path / "faq.csv"
    path.write_text("\n".join(["question,office", *lines, ""]), encoding="utf-8")
    return path


def test_it_says_how_well_it_did_and_keeps_the_model(table, home):
    ran = run("learn", table, *PLAIN)
    assert ran.exit_code == 0
    for words in ("right at first", "macro-F1", "share confident", "never apply it alone"):
        assert words in ran.stdout
    assert (home / "learning/agency.json").is_file()


def test_as_json_it_tells_the_same_to_a_program(table):
    ran = run("learn", table, *PLAIN, "--json")
    facts = json.loads(ran.stdout)
    assert facts["rows"] == 78
    assert len(facts["file_sha256"]) == 64
    assert facts["kept_aside"]["top_1"] <= facts["kept_aside"]["top_3"] <= 1
    assert (
        sum(one["rows"] for one in facts["kept_aside"]["by_label"]) == (facts["kept_aside"]["rows"])
    )


def test_a_dry_run_keeps_nothing(table, home):
    assert "Nothing was kept." in run("learn", table, *PLAIN, "--dry-run").stdout
    assert not home.exists()


def test_what_was_learnt_can_be_tried(table):
    run("learn", table, *PLAIN)
    ran = run("suggest", "路燈閃爍不亮", "--json")
    found = json.loads(ran.stdout)
    assert found["suggestions"][0]["label"] == "lamps"
    assert ran.exit_code == (0 if found["is_confident"] else 1)


def test_offices_that_the_pack_does_not_have_are_refused(table):
    ran = run("learn", table, *COLUMNS, "--json")
    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"]["code"] == "services.learning.agency_unknown"
    assert "line 2" in ran.stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("\ufeffquestion,office\n路燈,a\n", "table_unreadable", id="bom"),
        pytest.param("question,answer\n路燈,a\n", "column_missing", id="no-such-column"),
        pytest.param("question,office\n路燈,a\n", "too_little", id="one-row"),
        pytest.param("", "column_missing", id="empty"),
    ],
)
def test_a_bad_table_gets_one_refusal_and_keeps_nothing(tmp_path, home, content, code):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    ran = run("learn", path, *PLAIN, "--json")
    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"]["code"] == f"services.learning.{code}"
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not home.exists()


@pytest.mark.parametrize("path", ["missing.csv", "."])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path, path):
    ran = run("learn", tmp_path / path, *PLAIN)
    assert ran.exit_code == 2
    assert "cannot be used" in ran.stderr


def test_nothing_can_be_suggested_before_something_was_learnt():
    ran = run("suggest", "路燈不亮", "--json")
    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"]["code"] == "services.learning.model_missing"


def test_an_empty_text_is_refused(table):
    run("learn", table, *PLAIN)
    ran = run("suggest", "", "--json")
    assert json.loads(ran.stdout)["error"]["code"] == "services.learning.text_without_words"


def test_a_name_that_leads_elsewhere_is_refused(table, home):
    assert run("learn", table, *PLAIN, "--name", "../elsewhere").exit_code == 2
    assert not home.exists()
