"""Claim: from a fresh clone to the first page in 60 s or less, with a warm package cache.

Clones this repository into an empty folder, runs `make demo` there and waits until the plan's
overview answers 200. Prints a table on standard error and JSON on standard output.

    python benchmarks/fresh_clone.py
"""

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

TARGET_S = 60
GIVE_UP_S = 300
SOURCE = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes], started: float) -> float:
    """Return the seconds until the address answers 200."""
    while time.perf_counter() - started < GIVE_UP_S:
        if process.poll() is not None:
            raise SystemExit(f"make demo ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"{address} did not answer within {GIVE_UP_S} s")


def main() -> None:
    """Clone, run, wait, stop."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run(["git", "clone", "-q", str(SOURCE), f"{folder}/city"], check=True)
        cloned = time.perf_counter() - started
        port = free_port()
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=f"{folder}/city",
            env={**kept, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            first_page = wait_for(f"http://127.0.0.1:{port}/plan/", process, started)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    report = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "target_s": TARGET_S,
        "clone_s": round(cloned, 1),
        "first_page_s": round(first_page, 1),
    }
    print(f"clone {cloned:.1f} s, first page {first_page:.1f} s of {TARGET_S} s", file=sys.stderr)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
