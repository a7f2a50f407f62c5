"""Servers as benchmarks start them: what they cost in time of the processors and in memory."""

import http.client
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CONNECTIONS = 8
Ask = Callable[[http.client.HTTPConnection, int], int]
"""Asks once, given a connection and a number that no other has; returns how many things it did."""


def children(group: int) -> list[Path]:
    """Return the processes of a group."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(each.name)) == group:
                found.append(each)
        except OSError:
            continue
    return found


def memory_mb(group: int) -> int:
    """Return what all processes of a group take, what they share counted once."""
    told = [(each / "smaps_rollup").read_text() for each in children(group)]
    return round(sum(int(text.split("Pss:")[1].split()[0]) for text in told) / 1024)


def cpu_s(group: int, database: str = "") -> float:
    """Return how long the processors worked for a group, and for PostgreSQL on its database."""
    rows = children(group)
    if database:
        for each in Path("/proc").glob("[0-9]*"):
            try:
                said = (each / "cmdline").read_text()
            except OSError:
                continue
            if said.startswith("postgres") and f" {database} " in said:
                rows.append(each)
    told = [(each / "stat").read_text().rsplit(")", 1)[1].split() for each in rows]
    return sum(int(ticks) for each in told for ticks in each[11:13]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: list[str], more: dict[str, str], port: int, path: str) -> Iterator[int]:
    """Serve until the end of the block; yield the group of processes.

    Raises:
        SystemExit: it does not answer within a minute.
    """
    log = os.environ.get("BENCHMARK_LOG", os.devnull)
    with open(log, "ab") as said:
        started = subprocess.Popen(
            command, env=os.environ | more, start_new_session=True, stdout=said, stderr=said
        )
    try:
        for _ in range(300):
            try:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                line.request("GET", path)
                if line.getresponse().status < 500:
                    break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit(f"{command} does not answer")
        yield started.pid
    finally:
        os.killpg(started.pid, 15)
        started.wait()


def asked(port: int, ask: Ask, seconds: float) -> tuple[list[float], int, float]:
    """Ask again and again over all connections.

    Returns:
        Seconds that each answer took, how many things were done, seconds in all.
    """
    took: list[float] = []
    done: list[int] = []
    failed: list[BaseException] = []
    end = time.perf_counter() + seconds

    def go_on(first: int) -> None:
        line, number = http.client.HTTPConnection("127.0.0.1", port, timeout=120), first
        try:
            while time.perf_counter() < end:
                started = time.perf_counter()
                done.append(ask(line, number))
                took.append(time.perf_counter() - started)
                number += CONNECTIONS
        except (OSError, http.client.HTTPException, AssertionError) as problem:
            failed.append(problem)

    threads = [threading.Thread(target=go_on, args=(first,)) for first in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"an answer failed: {failed[0]!r}")
    return took, sum(done), time.perf_counter() - started
