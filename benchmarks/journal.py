"""Claim: the journal is verified at 200,000 entries/s or more on one core.

Beside it the physical limit: fetching the same rows without looking at them, and hashing the
same texts without a database. Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/journal.py [ENTRIES]
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 200_000
SERVER = os.environ.get("BENCHMARK_SERVER", "postgres://postgres@127.0.0.1:5432")
NAME = f"benchmark_journal_{os.getpid()}"
REPEATS = 3


def fill(count: int) -> None:
    """Append entries of the size of real ones, without the cost of single acts."""
    from datetime import UTC, datetime, timedelta

    from shizheng.core import chain
    from shizheng.core.models import JournalEntry, JournalHead, JournalPersonal, User

    officer = User.objects.create(username="officer")
    start, previous = datetime(2020, 1, 1, tzinfo=UTC), chain.GENESIS
    batch: list[JournalEntry] = []
    for number in range(1, count + 1):
        personal = number % 50 == 0
        entry = JournalEntry(
            id=number,
            tenant="exampleton",
            number=number,
            at=start + timedelta(seconds=number),
            by=officer,
            action="plan.directive.progress_reported",
            thing_type="plan.directive",
            thing_key=f"{number % 1000:032x}",
            why="本月進度落後，因用地尚未取得，已請地政局協助。",
            was='{"progress":40,"status":"open"}',
            now='{"progress":55,"status":"open"}',
            commitments=chain.canonical({"phone": chain.commitment("s", "phone", str(number))})
            if personal
            else "",
        )
        entry.hash = previous = chain.link(previous, chain.body(entry))
        batch.append(entry)
        if len(batch) == 10_000 or number == count:
            JournalEntry.objects.bulk_create(batch)
            JournalPersonal.objects.bulk_create(
                JournalPersonal(entry_id=e.id, field="phone", salt="s", value=str(e.number))
                for e in batch
                if e.commitments
            )
            batch = []
    JournalHead.objects.create(tenant="exampleton", number=count, hash=previous)


def seconds(work) -> float:
    """Return the shortest of a few runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def measure(count: int) -> dict[str, object]:
    """Measure one database, the one that DATABASE_URL names."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from shizheng.core import journal, verification

    call_command("migrate", verbosity=0)
    fill(count)
    texts = [row[3] for page in verification._pages("exampleton") for row in page]

    def fetch() -> None:
        for _ in verification._pages("exampleton"):
            pass

    def hash_only() -> None:
        for text in texts:
            hashlib.sha256(text.encode()).hexdigest()

    def check() -> None:
        found = journal.verify()
        assert found.is_intact, found.faults
        assert found.entry_count == count

    return {
        "database": connection.vendor,
        "entries": count,
        "bytes_per_entry": round(sum(len(t.encode()) for t in texts) / count),
        "verify_per_s": round(count / seconds(check)),
        "fetch_only_per_s": round(count / seconds(fetch)),
        "hash_only_per_s": round(count / seconds(hash_only)),
        "target_per_s": TARGET,
    }


def databases(folder: Path):
    """Yield the address of an empty database of each kind that can be had here."""
    yield f"sqlite:///{folder / 'journal.db'}"
    import psycopg

    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True)
    except psycopg.OperationalError:
        print("PostgreSQL is not reachable; SQLite only.", file=sys.stderr)
        return
    server.execute(f"CREATE DATABASE {NAME}")
    try:
        yield f"{SERVER}/{NAME}"
    finally:
        server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def main() -> None:
    """Measure every database in a process of its own."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    count = sys.argv[1] if sys.argv[1:] else "300000"
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for url in databases(Path(folder)):
            env = os.environ | {
                "DJANGO_SETTINGS_MODULE": "shizheng.settings",
                "DATABASE_URL": url,
                "SHIZHENG_HOME": folder,
            }
            command = [sys.executable, __file__, "--measure", count]
            done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
            results.append(json.loads(done.stdout))
    print(f"{'database':12}{'verify/s':>12}{'fetch/s':>12}{'hash/s':>12}", file=sys.stderr)
    for row in results:
        print(
            f"{row['database']:12}{row['verify_per_s']:>12,}"
            f"{row['fetch_only_per_s']:>12,}{row['hash_only_per_s']:>12,}",
            file=sys.stderr,
        )
    print(json.dumps({"benchmark": "journal", "results": results}))
    sys.exit(0 if all(row["verify_per_s"] >= TARGET for row in results) else 1)


if __name__ == "__main__":
    main()
