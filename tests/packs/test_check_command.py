import json

import pytest
from typer.testing import CliRunner

from shizheng.cli.main import app

run = CliRunner().invoke


@pytest.mark.parametrize("name", ["kaohsiung", "exampleton"])
def test_the_packs_of_the_product_are_clean(packs, name):
    result = run(app, ["check", str(packs / name)])
    assert result.exit_code == 0, result.output
    assert "no problems" in result.output
    assert "is adopted with its gaps: " in result.output


def test_problems_are_printed_and_counted(edit):
    town = edit("plan/light_rule.yaml", "warn_days: 10", "warn_days: soon")
    result = run(app, ["check", str(town)])
    assert result.exit_code == 1
    assert f"{town}/plan/light_rule.yaml:9  warn_days\n" in result.output
    assert result.output.endswith("1 problem in 1 file.\n")


def test_a_program_gets_them_as_json(edit):
    town = edit("plan/light_rule.yaml", "warn_days: 10", "warn_days: soon")
    result = run(app, ["check", str(town), "--json"])
    (problem,) = json.loads(result.output)["problems"]
    assert result.exit_code == 1
    assert problem["line"] == 9
    assert problem["column"] == 12
    assert problem["code"] == "pack.light_rule.warn_days"


def test_what_is_no_pack_ends_with_two(tmp_path):
    result = run(app, ["check", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "there is no such folder" in result.stderr
