"""`shizheng serve` as an operator runs it: real processes, real signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def served(installation):
    """Start the server; the answer is the process and its address once it has said it."""

    def start(**env):
        process = subprocess.Popen(
            [sys.executable, "-m", "shizheng.cli.main", "serve"],
            env=installation.env | {"PORT": "0", "SHIZHENG_GRACE": "5"} | env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        installation.started.append(process)
        said = process.stdout.readline()
        address = re.search(r"http://\S+/", said)
        assert address, said + process.stderr.read()
        return process, address.group()

    return start


def fetch(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def members(group):
    """Processes of a process group, by command name."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return {
        int(pid): int(ppid)
        for pid, ppid, pgid, state in rows
        if int(pgid) == group and not state.startswith("Z")
    }


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_it_serves_is_ready_and_stops_without_leaving_a_process(served):
    process, address = served()
    assert fetch(address + "health/live") == (200, b'{"status": "ok"}')
    assert wait_until(lambda: fetch(address + "health/ready")[0] == 200)
    assert len(members(process.pid)) == 6  # parent, gunicorn, two of its, worker, scheduler

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert members(process.pid) == {}


def test_an_address_that_is_too_long_is_one_sentence(served):
    _process, address = served()
    assert fetch(f"{address}health/live?q={'a' * 7_000}")[0] == 200
    status, said = fetch(f"{address}health/live?q={'a' * 20_000}")
    assert status == 414
    assert "網址超過 8190 個字元" in said.decode()
    assert fetch(f"{address}health/live")[0] == 200


def test_a_killed_parent_leaves_no_orphan(served):
    process, _ = served()
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert wait_until(lambda: not members(process.pid), 10), members(process.pid)


def test_crashed_processes_start_again(served):
    process, address = served()
    assert wait_until(lambda: fetch(address + "health/ready")[0] == 200)
    before = {pid for pid, parent in members(process.pid).items() if parent == process.pid}
    assert len(before) == 3
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    def replaced():
        now = {pid for pid, parent in members(process.pid).items() if parent == process.pid}
        return len(now) == 3 and not now & before

    assert wait_until(replaced)
    assert wait_until(lambda: fetch(address + "health/live")[0] == 200)


def test_a_taken_port_is_one_sentence_with_another_port_in_it(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = installation.shizheng("serve", PORT=str(port))

    assert answer.returncode == 2
    (said,) = answer.stderr.strip().splitlines()
    assert f"Port {port} is taken" in said
    assert f"PORT={port + 1} shizheng serve" in said


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "8000.5"])
def test_a_port_that_is_none_is_one_sentence(installation, port):
    answer = installation.shizheng("serve", PORT=port)

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert f"PORT must be a whole number from 0 to 65535, got “{port}”" in answer.stderr


def test_a_database_without_tables_is_one_sentence_that_says_init(installation, tmp_path):
    answer = installation.shizheng("serve", PORT="0", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")

    assert answer.returncode == 2
    assert "shizheng init" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_readiness_says_what_is_wrong(served, installation):
    installation.run("m.City.objects.all().delete()")
    _, address = served()

    status, body = fetch(address + "health/ready")
    assert status == 503
    assert "shizheng init" in json.loads(body)["checks"]["pack"]["problem"]
