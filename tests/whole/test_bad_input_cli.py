"""What a stranger may hand to the command line: one clear sentence, an exit code, nothing made."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shizheng.cli.main import app

ROOT = Path(__file__).parents[2]
TOWN = ROOT / "packs/exampleton"
OUTLINE = (ROOT / "packs/kaohsiung/plan/policy-outline-109.txt").read_text(encoding="utf-8")
SHAPES, VILLAGES = "areas/villages.geojson", "areas/villages.csv"
PACK, ROLES, COMMITMENTS = "pack.yaml", "roles.yaml", "plan/commitments.yaml"


def run(*arguments, given=None):
    return CliRunner().invoke(app, [*map(str, arguments)], input=given)


@pytest.fixture
def town(tmp_path):
    return Path(shutil.copytree(TOWN, tmp_path / "town"))


def put(file, content):
    def damage(town):
        (town / file).write_bytes(content if isinstance(content, bytes) else content.encode())

    return damage


def swap(file, old, new):
    def damage(town):
        text = (town / file).read_text(encoding="utf-8")
        assert old in text
        (town / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def recoded(file, encoding):
    def damage(town):
        text = (town / file).read_text(encoding="utf-8")
        (town / file).write_bytes(text.encode(encoding, "replace"))

    return damage


def drawn(coordinates):
    """Give the first village other coordinates."""

    def damage(town):
        shapes = json.loads((town / SHAPES).read_text())
        shapes["features"][0]["geometry"]["coordinates"] = coordinates
        (town / SHAPES).write_text(json.dumps(shapes))

    return damage


def in_place_of(file):
    def damage(town):
        (town / file).unlink()
        (town / file).mkdir()

    return damage


HEADER = "code,district,name.zh-Hant,name.en,note"
NINES = "9" * 40
DAMAGE = {
    "shapes-of-text": (drawn([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]), "[longitude"),
    "shapes-in-metres": (drawn([[[180000, 2500000]] * 4]), "in degrees"),
    "latitude-before-longitude": (drawn([[[22.6, 120.3]] * 4]), "in degrees"),
    "shapes-not-finite": (drawn([[[float("nan"), 0]] * 4]), "[longitude"),
    "shapes-too-large-to-hold": (drawn([[[10**400, 0]] * 4]), "in degrees"),
    "no-rings": (drawn([]), "without a ring"),
    "coordinates-of-one-number": (drawn(5), "without a ring"),
    "deep-geojson": (put(SHAPES, "[" * 100_000), "nests too deep"),
    "geojson-cut-off": (put(SHAPES, '{"type":"FeatureCollection","features":[{"ty'), "line 1"),
    "geojson-without-features": (put(SHAPES, '{"type":"FeatureCollection"}'), "no list of"),
    "geojson-is-a-picture": (put(SHAPES, b"\x89PNG\r\n\x1a\n"), "not UTF-8"),
    "column-inside-a-column": (swap(VILLAGES, "name.en,note", "name.en,name.en.x"), "inside it"),
    "columns-of-points": (swap(VILLAGES, HEADER, "code,district,.,..,note"), "beside a point"),
    "wrong-columns": (swap(VILLAGES, "code,district", "kode,districts"), "`code` is missing"),
    "table-with-a-zero-byte": (swap(VILLAGES, "Pinewood", "Pine\0wood"), "U+0000"),
    "table-is-a-workbook": (put(VILLAGES, b"PK\x03\x04" + bytes(99)), "U+0003"),
    "table-in-big5": (recoded(VILLAGES, "big5"), "not UTF-8"),
    "table-is-a-folder": (in_place_of(VILLAGES), "not a plain file"),
    "escaped-zero-byte": (swap(PACK, "Apache-2.0", '"Apa\\0che"'), "U+0000"),
    "escaped-bell": (swap(PACK, "Apache-2.0", '"Apa\\ache"'), "U+0007"),
    "definition-in-utf-16": (recoded(ROLES, "utf-16"), "UTF-16"),
    "definition-of-noise": (put(ROLES, bytes(range(128, 256))), "not UTF-8"),
    "definition-cut-in-a-sign": (put(ROLES, "name: 市".encode()[:-1]), "not UTF-8"),
    "100-megabytes": (put("big.yaml", b"a: 1\n" * 20_000_000), "at most"),
    "a-million-values": (put("big.yaml", b"a: [" + b"b," * 900_000 + b"b]\n"), "200,000 values"),
    "deep-nesting": (put("deep.yaml", "a: " * 1 + "[" * 9_000), "levels deep"),
    "alias-bomb": (put("bomb.yaml", "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n"), "anchor"),
    "python-object": (put("o.yaml", "a: !!python/object/apply:os.system [x]\n"), "bears the tag"),
    "unknown-kind": (put("ship.yaml", "schema: spaceship/1\nid: x\n"), "“spaceship/1”"),
    "number-past-the-columns": (swap(ROLES, "position: 1", f"position: {NINES}"), "or less"),
    "version-past-the-columns": (
        swap(ROLES, "position: 1", "position: 1\nversion: 99999999999"), "or less"
    ),
    "id-past-the-column": (swap(PACK, "id: exampleton", "id: " + "e" * 51), "1 to 50"),
    "code-past-the-column": (
        swap("agencies.yaml", "EX-00", "E" * 41), "40 characters or fewer"
    ),
    "target-past-the-column": (swap(COMMITMENTS, "value: 4", "value: 1" + "0" * 20), "16 digits"),
    "item-number-without-end": (swap("plan/catalogue.csv", "3-3,", "3-999999999,"), "30-15"),
    "closure-of-no-area": (swap("calendar.yaml", "area: D2", "area: D9"), "no area is called"),
    "address-is-a-script": (
        swap(PACK, "contact:\n", "contact:\n  website: javascript:alert(1)\n"), "https://"
    ),
    "outline-is-a-picture": (put("plan/outline-2026.txt", b"\x89PNG\r\n\x1a\n"), "a PNG picture"),
    "outline-gone": (lambda town: (town / "plan/outline-2026.txt").unlink(), "does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_pack_is_told_with_its_file_and_line(town, name):
    damage, says = DAMAGE[name]
    damage(town)
    answer = run("check", town, "--json")
    assert answer.exit_code == 1, answer.output
    problems = json.loads(answer.stdout)["problems"]
    assert any(says in f"{each['message']} {each['hint']}" for each in problems), problems
    assert all(each["file"].startswith(str(town)) and each["line"] >= 1 for each in problems)


PLAIN = "壹、民政局\n一、推動里政。\n二、辦理選務。\n"
OUTLINES = {
    "empty": (b"", "empty"),
    "form-feeds-only": (b"\f" * 1_000_000, "empty"),
    "docx": (b"PK\x03\x04" + b"word/" + bytes(99), "DOCX"),
    "zip": (b"PK\x03\x04" + bytes(99), "ZIP"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG"),
    "rtf": (b"{\\rtf1 x}", "RTF"),
    "html": (b"<!DOCTYPE html><p>x", "HTML"),
    "old-word": (b"\xd0\xcf\x11\xe0" + bytes(99), "Word"),
    "database": (b"SQLite format 3\0" + bytes(99), "SQLite"),
    "pdf-cut-off": (b"%PDF-1.7\n1 0 obj\n<<", "damaged or incomplete"),
    "zero-bytes-inside": (PLAIN.replace("里", "里\0\0\0").encode(), "binary"),
    "cut-in-a-sign": (OUTLINE.encode()[:5_001], "middle of a character"),
    "gb18030": (OUTLINE.encode("gb18030"), "not valid"),
    "utf-16-cut-off": (OUTLINE.encode("utf-16")[:5_001], "middle of a character"),
    "contents-only": ("目錄\n壹、民政局……1\n貳、財政局……9\n".encode(), "No numbered"),
    "prose": ("本市以民為本。\n".encode() * 50, "No numbered"),
    "too-large": (b"1. a" * 5_000_001, "at most 20,000,000"),
    "too-many-lines": ("一、\u2028".encode() * 100_001, "at most 100,000"),
}


@pytest.mark.parametrize("name", OUTLINES)
def test_what_is_no_outline_is_refused_in_one_sentence(name, tmp_path):
    content, says = OUTLINES[name]
    file = tmp_path / "outline.txt"
    file.write_bytes(content)
    for given in (("outline", "check", file), ("outline", "check", "-")):
        answer = run(*given, given=content)
        assert answer.exit_code == 2, answer.output
        assert says in answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1
    answer = run("outline", "check", file, "--json")
    assert set(json.loads(answer.stdout)["error"]) == {"code", "message", "hint"}


def test_19_megabytes_of_one_line_are_read_in_seconds(tmp_path):
    file = tmp_path / "long.txt"
    file.write_bytes(("一、" + "市" * 6_300_000).encode())
    assert json.loads(run("outline", "check", file, "--json").stdout)["items"] == 1


@pytest.mark.parametrize("file", ["nowhere.txt", "", "/", "x" * 300])
def test_a_file_that_cannot_be_opened_is_named(file):
    answer = run("outline", "check", file)
    assert (answer.exit_code, len(answer.stderr.strip().splitlines())) == (2, 1)


# From here on a process matters: settings are read once, ports and locks belong to one.


def process(tmp_path, *arguments, **env):
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    home = {"SHIZHENG_HOME": str(tmp_path / "home"), "SHIZHENG_PACK": "exampleton"}
    return subprocess.run(
        [sys.executable, "-m", "shizheng.cli.main", *map(str, arguments)],
        env=clean | home | env,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )


def no_database(tmp_path):
    file = tmp_path / "noise.db"
    file.write_bytes(bytes(range(256)) * 40)
    return f"sqlite:///{file}"


ADDRESSES = {
    "scheme": (lambda tmp: "mysql://x@h/db", "postgres://"),
    "port": (lambda tmp: "postgres://x@127.0.0.1:abc/db", "postgres://"),
    "nobody-listens": (lambda tmp: "postgres://x:hidden@127.0.0.1:1/db", "Nothing answers"),
    "password-with-a-sign": (lambda tmp: "postgres://x:p#hidden@127.0.0.1/db", "%23"),
    "in-memory": (lambda tmp: "sqlite://", "sqlite:////"),
    "folder-missing": (lambda tmp: f"sqlite:///{tmp}/none/x.db", "cannot be opened"),
    "not-a-database": (no_database, "not a database"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_broken_database_address_is_told_without_its_password(tmp_path, name):
    make, says = ADDRESSES[name]
    answer = process(tmp_path, "init", DATABASE_URL=make(tmp_path))
    assert (answer.returncode, answer.stdout) == (2, ""), answer.stderr
    assert says in answer.stderr
    assert "hidden" not in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


SETTINGS = {
    "port": (("serve",), {"PORT": "abc"}, "PORT must be a whole number"),
    "address": (("serve",), {"PORT": "0", "SHIZHENG_ADDRESS": "a..b"}, "SHIZHENG_ADDRESS"),
    "zone": (("init",), {"SHIZHENG_TIME_ZONE": "Mars/X"}, "Asia/Taipei"),
    "language": (("init",), {"SHIZHENG_LANGUAGE": "xx"}, "zh-hant, en"),
    "home-is-a-file": (("init",), {"SHIZHENG_HOME": "/etc/hostname"}, "/etc/hostname"),
    "pack-of-the-demo": (("demo",), {"PORT": "0", "SHIZHENG_PACK": "none"}, "no such folder"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_is_named_before_anything_is_made(tmp_path, name):
    arguments, env, says = SETTINGS[name]
    answer = process(tmp_path, *arguments, **env)
    assert (answer.returncode, answer.stdout) == (2, ""), answer.stderr
    assert says in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "home/shizheng.db").exists()


def test_a_taken_port_stops_the_demo_before_it_makes_anything(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = process(tmp_path, "demo", PORT=str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "is taken" in answer.stderr
    assert not (tmp_path / "home").exists()


def test_an_empty_key_of_an_interrupted_start_is_told(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/secret_key").touch()
    answer = process(tmp_path, "init")
    assert (answer.returncode, "holds no key" in answer.stderr) == (2, True)


def test_answers_that_do_not_fit_on_the_disk_are_told():
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(
            [sys.executable, "-m", "shizheng.cli.main", "check", str(TOWN)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (answer.returncode, "disk is full" in answer.stderr) == (2, True)


def test_a_city_is_made_once_by_two_that_begin_together_and_survives_bad_requests(tmp_path):
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "shizheng.cli.main", "init"],
            env={k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
            | {"SHIZHENG_HOME": str(tmp_path / "home")},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [(each.communicate()[1], each.returncode) for each in both] == [("", 0)] * 2

    with sqlite3.connect(tmp_path / "home/shizheng.db") as database:
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    broken = Path(shutil.copytree(TOWN, tmp_path / "town"))
    DAMAGE["shapes-in-metres"][0](broken)
    refused = process(tmp_path, "load", broken, "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["code"] == "packs.pack_broken"
    with sqlite3.connect(tmp_path / "home/shizheng.db") as database:
        assert database.execute("SELECT count(*) FROM core_city").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == tables
    assert process(tmp_path, "load", TOWN).returncode == 0
    taken = process(tmp_path, "export", tmp_path)
    assert (taken.returncode, "overwrites nothing" in taken.stderr) == (2, True)
    assert not re.findall(r"\.\S+-", " ".join(os.listdir(tmp_path)))
