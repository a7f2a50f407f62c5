import os
import shutil
from pathlib import Path

import pytest
import yaml

from shizheng.packs.checker import check, examine
from shizheng.packs.loader import load
from shizheng.packs.problems import PackBroken, PackUnreadable, report

AGENCIES, CALENDAR, LIGHTS = "agencies.yaml", "calendar.yaml", "plan/light_rule.yaml"
SLIPS = yaml.safe_load((Path(__file__).parent / "slips.yaml").read_text())


@pytest.mark.parametrize("slip", [pytest.param(slip, id=name) for name, slip in SLIPS.items()])
def test_each_slip_is_told_where_it_stands(edit, slip):
    town = edit(slip["file"], slip["old"], slip["new"])
    problems = check(town)
    found = [p for p in problems if (p.path, p.code) == (slip["path"], slip["code"])]
    assert found, report(problems)
    assert slip["says"] in f"{found[0].message} {found[0].hint}"
    if found[0].file.endswith((".yaml", ".csv")):
        assert 1 <= found[0].line <= len(Path(found[0].file).read_text().splitlines())


def test_the_line_is_that_of_the_value(edit, town):
    edit(AGENCIES, "official_code: EX-03", "official_code: EX-01")
    lines = (town / AGENCIES).read_text().splitlines()
    (problem,) = check(town)
    assert lines[problem.line - 1].strip() == "official_code: EX-01"
    assert problem.line > 30


def test_a_row_of_a_table_is_told_by_its_line(edit, town):
    edit("areas/villages.csv", "D2001,D2,", "D2001,D7,")
    (problem,) = check(town)
    assert (problem.file, problem.line) == (str(town / "areas/villages.csv"), 4)


def test_all_problems_come_at_once(edit, town):
    edit("pack.yaml", "currency:", "curency:")
    edit(LIGHTS, "warn_days: 10", "warn_days: soon")
    edit("roles.yaml", "position: 2", "position: -2")
    files = {problem.file for problem in check(town)}
    assert files == {str(town / name) for name in ("pack.yaml", LIGHTS, "roles.yaml")}
    with pytest.raises(PackBroken) as broken:
        load(town)
    assert len(broken.value.problems) == 4


def test_a_list_with_a_wrong_entry_is_not_called_too_short(edit, town):
    edit("services/street_festival.yaml", "amount: 5wd", "amount: 5 weeks")
    (problem,) = check(town)
    assert problem.path == "clocks.deciding.amounts.0.amount"


def test_the_report_groups_by_file_and_counts(edit, town):
    edit(LIGHTS, "warn_days: 10", "warn_days: soon")
    edit(LIGHTS, "fresh_days: 40", "fresh_days: 0")
    assert report(check(town)) == (
        f"{town}/plan/light_rule.yaml:8  fresh_days\n"
        f"  {'must be 1 or more, got 0.':<64}  [pack.light_rule.fresh_days]\n"
        f"{town}/plan/light_rule.yaml:9  warn_days\n"
        f"  {'must be a whole number, got “soon”.':<64}  [pack.light_rule.warn_days]\n"
        "\n2 problems in 1 file."
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"\xef\xbb\xbfschema: role/1\n", "byte-order mark", id="byte-order-mark"),
        pytest.param("schema: role/1\n".encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param("schema: role/1\nid: 市民\n".encode("big5"), "not UTF-8", id="big5"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"- a\n- b\n", "must be a mapping", id="a-list"),
        pytest.param(b"x" * 4_000_001, "at most", id="too-large"),
        pytest.param(b"schema: role/1\x00", "control character", id="a-zero-byte"),
    ],
)
def test_a_file_that_is_no_definition_is_told_so(town, content, says):
    (town / "extra.yaml").write_bytes(content)
    (problem,) = check(town)
    assert says in problem.message
    assert problem.file == str(town / "extra.yaml")


def test_big5_is_told_with_its_line(town):
    (town / "extra.yaml").write_bytes("a: 1\nb: 市民\n".encode("big5"))
    (problem,) = check(town)
    assert problem.line == 2
    assert "UTF-8" in problem.hint


def test_a_file_called_yml_is_not_passed_over(town):
    (town / "extra.yml").write_text("schema: role/1\n")
    (problem,) = check(town)
    assert "end in .yaml" in problem.message


def test_a_missing_kind_is_told(town):
    (town / CALENDAR).unlink()
    assert [problem.code for problem in check(town)] == ["pack.calendar.missing"]


def test_links_in_a_circle_do_not_hang(town):
    (town / "loop").symlink_to(town)
    (town / "circle.yaml").symlink_to(town / "circle.yaml")
    (problem,) = check(town)
    assert problem.file.endswith("circle.yaml")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda path: None, "no such folder", id="missing"),
        pytest.param(lambda path: path.write_text("x"), "a file, not a folder", id="a-file"),
        pytest.param(lambda path: path.mkdir(), "no pack.yaml", id="no-manifest"),
        pytest.param(lambda path: path.symlink_to(path), "", id="a-link-to-itself"),
    ],
)
def test_what_is_no_pack_is_refused_in_one_sentence(tmp_path, make, says):
    path = tmp_path / "pack"
    make(path)
    with pytest.raises(PackUnreadable) as refused:
        check(path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(town):
    (town / CALENDAR).chmod(0)
    assert check(town)[0].message == "cannot be read: permission denied."


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("../pack.yaml", "", id="a-file-of-the-pack-may-be-named"),
        pytest.param("/etc/hostname", "outside the pack", id="an-absolute-path"),
        pytest.param("circle.csv", "outside the pack", id="a-circle-of-links"),
        pytest.param("out.csv", "outside the pack", id="a-link-that-leads-out"),
        pytest.param('"a\\0b"', "outside the pack", id="a-zero-byte"),
        pytest.param("x" * 300, "", id="a-very-long-name"),
        pytest.param(".", "not a plain file", id="a-folder"),
    ],
)
def test_a_companion_file_is_one_of_the_pack(edit, town, name, says):
    (town / "areas/circle.csv").symlink_to("circle.csv")
    (town / "areas/out.csv").symlink_to("/etc/hostname")
    edit("areas/areas.yaml", "!table villages.csv", f"!table {name}")
    problems = check(town)
    assert any(says in problem.message for problem in problems), report(problems)


def test_a_second_pack_file_is_refused(town):
    shutil.copy(town / "pack.yaml", town / "again.yaml")
    (problem,) = check(town)
    assert problem.code == "pack.pack.twice"


def test_definitions_are_read_with_place_and_digest(town):
    pack, problems = examine(town)
    assert not problems
    officer = next(each for each in pack.definitions("role") if each.id == "officer")
    assert (officer.version, len(officer.digest)) == (8, 64)
    assert officer.body["name"] == {"zh-Hant": "承辦人", "en": "Officer"}
    assert (town / "roles.yaml").read_text().splitlines()[officer.line - 1] == "schema: role/1"
