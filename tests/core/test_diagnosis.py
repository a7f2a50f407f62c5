"""Real troubles of a machine, each told in one sentence."""

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from shizheng.core.diagnosis import explain

SHIZHENG = str(Path(sys.executable).with_name("shizheng"))


def run(address, home, *command):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SHIZHENG_")}
    return subprocess.run(
        command or (SHIZHENG, "journal", "verify"),
        env=kept | {"DATABASE_URL": address, "SHIZHENG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def said(answer):
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr
    return answer.stderr


def test_a_database_that_is_no_database_is_named(tmp_path):
    broken = tmp_path / "city.db"
    broken.write_text("this is a letter, not a database\n" * 200, encoding="utf-8")
    assert f"{broken} is damaged" in said(run(f"sqlite:///{broken}", tmp_path))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    missing = tmp_path / "no" / "city.db"
    assert f"{missing} cannot be opened" in said(run(f"sqlite:///{missing}", tmp_path))


def test_an_empty_database_says_what_to_run(tmp_path):
    assert "shizheng init" in said(run(f"sqlite:///{tmp_path / 'city.db'}", tmp_path))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        pytest.param("postgres://u:hunter2@127.0.0.1:1/x", "Nothing answers", id="no-server"),
        pytest.param("postgres://u:hunter2@no.such.host.invalid/x", "cannot be found", id="host"),
        pytest.param("oracle://u:hunter2@host/x", "cannot be read", id="other-make"),
    ],
)
def test_an_unreachable_database_is_told_without_its_password(tmp_path, address, sentence):
    text = said(run(address, tmp_path))
    assert sentence in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('FATAL:  password authentication failed for user "a"', "refused the user name"),
        ('FATAL:  database "x" does not exist', "There is no database"),
        ('FATAL:  role "a" does not exist', "knows no such user"),
        ("FATAL:  sorry, too many clients already", "no free connection"),
        ('FATAL:  no pg_hba.conf entry for host "1.2.3.4"', "pg_hba.conf"),
        ('could not extend file "base/1": No space left on device', "disk is full"),
        ('relation "core_city" does not exist', "shizheng init"),
    ],
)
def test_sentences_of_postgresql_are_understood(text, sentence):
    assert sentence in explain(psycopg.OperationalError(text))


def test_a_locked_file_is_understood_through_the_error_that_hides_it(tmp_path):
    from django.db import OperationalError

    first, second = (sqlite3.connect(tmp_path / "x.db", timeout=0) for _ in range(2))
    first.execute("BEGIN EXCLUSIVE")
    try:
        second.execute("CREATE TABLE t (a)")
    except sqlite3.OperationalError as locked:
        hidden = OperationalError("something")
        hidden.__cause__ = locked
    assert "Another process holds the database" in explain(hidden)
    first.close()
    second.close()


def test_a_full_disk_is_told(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space") as full, open("/dev/full", "wb", 0) as device:
        device.write(b"x")
    assert "disk is full" in explain(full.value)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "/x/y may not be read or written"),
        (errno.EROFS, "/x/y may not be read or written"),
        (errno.EADDRINUSE, "port is taken"),
        (errno.ENOTDIR, "needs a folder"),
    ],
)
def test_troubles_of_the_system_are_told(number, sentence):
    assert sentence in explain(OSError(number, os.strerror(number), "/x/y"))


def test_a_mistake_of_ours_is_not_explained_away():
    assert explain(ValueError("no such table")) is None
    assert explain(FileNotFoundError(errno.ENOENT, "gone", "x")) is None


def test_a_taken_port_is_told_by_the_command(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        os.environ["PORT"] = str(port)
        try:
            answer = run(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, SHIZHENG, "serve")
        finally:
            del os.environ["PORT"]
    assert f"Port {port} is taken" in said(answer)
