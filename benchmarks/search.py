"""Claim: two Chinese characters over 230,000 paragraphs, p95 10 ms on SQLite, 30 ms on PostgreSQL.

Recall and precision are measured against a scan of every paragraph. Beside it the peers that one
would use without it: LIKE on SQLite, ILIKE on PostgreSQL, for the first 20 and the count. The
paragraphs are national law and council minutes, repeated with changes until there are enough.
Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/search.py [PARAGRAPHS]
"""

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TARGETS_MS = {"sqlite": 10.0, "postgresql": 30.0}
SERVER = os.environ.get("BENCHMARK_SERVER", "postgres://postgres@127.0.0.1:5432")
NAME = f"benchmark_search_{os.getpid()}"
SHARED = Path(__file__).parents[1] / "../shared/data"
QUERIES, PEER_QUERIES = 400, 30


def sources() -> list[str]:
    """Return the paragraphs of the laws and the minutes as they are."""
    with (SHARED / "laws/national_law_articles.csv").open(encoding="utf-8") as file:
        found = [row["text"] for row in csv.DictReader(file)]
    for path in sorted((SHARED / "council_minutes").glob("kcc_*.txt")):
        found += [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [text for text in found if len(text) > 1]


def paragraphs(count: int) -> Iterator[str]:
    """Yield ``count`` paragraphs; those of a later round lose their head and get another tail."""
    known = sources()
    for number in range(count):
        around, at = divmod(number, len(known))
        text = known[at]
        if around:
            other = known[(number * 31 + around) % len(known)]
            text = text[around * 7 % max(len(text) // 2, 1) :] + other[: around % 40]
        yield text


def queries(texts: list[str], length: int, count: int) -> list[str]:
    """Return words of a length as they stand in the texts, so common ones come more often."""
    chance = random.Random(length)
    found: list[str] = []
    while len(found) < count:
        text = chance.choice(texts)
        at = chance.randrange(max(len(text) - length, 0) + 1)
        word = text[at : at + length]
        if len(word) == length and " " not in word:
            found.append(word)
    return found


def percentiles(times: list[float]) -> dict[str, float]:
    """Return the middle, the 95th percentile and the worst, in milliseconds."""
    cuts = statistics.quantiles(times, n=20)
    return {
        "p50_ms": round(statistics.median(times) * 1e3, 2),
        "p95_ms": round(cuts[18] * 1e3, 2),
        "worst_ms": round(max(times) * 1e3, 2),
    }


def timed(call) -> tuple[float, object]:
    """Return the seconds that a call took, and its result."""
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def measure(count: int) -> dict[str, object]:
    """Load and ask one database, the one that DATABASE_URL names."""
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from shizheng.core import search
    from shizheng.core.models import TextEntry
    from shizheng.core.text_index.backends import text_index
    from shizheng.kernel.text import fold

    call_command("migrate", verbosity=0)
    search.kinds.register("law.paragraph")(search.Kind("Paragraph", "Paragraphs", texts=list))
    now, everyone = timezone.now(), AnonymousUser()
    texts = (
        search.Text("law.paragraph", str(number), "", text, f"/law/{number}", now)
        for number, text in enumerate(paragraphs(count))
    )
    load_s, _ = timed(lambda: search.index(texts))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    folded = [fold(text) for text in paragraphs(count)]

    known = dict(TextEntry.objects.values_list("pk", "key"))

    def agrees(word: str) -> bool:
        """Whether every hit, their order and the count are those of looking through all texts."""
        limit = search.COUNT_LIMIT
        hits = [n for n in range(count - 1, -1, -1) if word in folded[n]]
        rows = TextEntry.objects.visible_to(everyone)
        keys = text_index().matching(rows, [word], count)
        found = search.find(word, viewer=everyone)
        return [int(known[key]) for key in keys] == hits and (found.count, found.is_more) == (
            min(len(hits), limit),
            len(hits) > limit,
        )

    results: dict[str, object] = {}
    for length in (1, 2, 3, 4, 8):
        asked = queries(folded, length, QUERIES)
        for word in asked[:5]:
            search.find(word, viewer=everyone)
        times = [timed(lambda w=word: search.find(w, viewer=everyone))[0] for word in asked]
        checked = asked[: 40 if length == 2 else 10]
        exact = sum(agrees(word) for word in checked)
        results[f"{length} characters"] = percentiles(times) | {"exact": f"{exact}/{len(checked)}"}
    peer = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    times = []
    for word in queries(folded, 2, PEER_QUERIES):
        with connection.cursor() as cursor:
            times.append(timed(lambda w=word, c=cursor: scan(c, peer, w))[0])
    return {
        "database": connection.vendor,
        "paragraphs": TextEntry.objects.count(),
        "characters": sum(map(len, folded)),
        "load_s": round(load_s, 1),
        "size_mb": sizes(connection),
        "search": results,
        "peer": {"name": peer} | percentiles(times),
        "target_ms": TARGETS_MS[connection.vendor],
    }


def scan(cursor, operator: str, word: str) -> int:
    """Look through every text as one would without an index: the count and the first 20."""
    where = f"FROM core_textentry WHERE folded {operator} %s"
    cursor.execute(f"SELECT count(*) FROM (SELECT 1 {where} LIMIT 1001) AS found", [f"%{word}%"])
    cursor.execute(f"SELECT id, title, body {where} ORDER BY id DESC LIMIT 20", [f"%{word}%"])
    return len(cursor.fetchall())


def sizes(connection) -> dict[str, float]:
    """Return megabytes of the texts and of the index over them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sum(length(block)) FROM core_text_match_data")
            index = cursor.fetchone()[0]
            cursor.execute("SELECT sum(length(CAST(body || folded AS BLOB))) FROM core_textentry")
            text = cursor.fetchone()[0]
        else:
            cursor.execute(
                "SELECT pg_relation_size('core_textentry_tokens'), pg_table_size('core_textentry')"
            )
            index, text = cursor.fetchone()
    return {"texts": round(text / 1e6, 1), "index": round(index / 1e6, 1)}


def databases(folder: Path) -> Iterator[str]:
    """Yield the address of an empty database of each kind that can be had here."""
    yield f"sqlite:///{folder / 'search.db'}"
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


def show(row: dict) -> None:
    """Print one database as a table."""
    size = row["size_mb"]
    print(
        f"\n{row['database']}: {row['paragraphs']:,} paragraphs, loaded in {row['load_s']} s, "
        f"texts {size['texts']} MB, index {size['index']} MB",
        file=sys.stderr,
    )
    print(f"{'':16}{'p50 ms':>10}{'p95 ms':>10}{'worst':>10}{'exact':>10}", file=sys.stderr)
    for name, figures in [*row["search"].items(), (row["peer"]["name"], row["peer"])]:
        print(
            f"{name:16}{figures['p50_ms']:>10}{figures['p95_ms']:>10}{figures['worst_ms']:>10}"
            f"{figures.get('exact', ''):>10}",
            file=sys.stderr,
        )


def holds(row: dict) -> bool:
    """Whether the claim holds for one database."""
    exact = [figures["exact"].split("/") for figures in row["search"].values()]
    return row["search"]["2 characters"]["p95_ms"] <= row["target_ms"] and all(
        found == asked for found, asked in exact
    )


def main() -> None:
    """Measure every database in a process of its own."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    if not SHARED.is_dir():
        sys.exit(f"The texts are not at {SHARED}; nothing was measured.")
    count = sys.argv[1] if sys.argv[1:] else "230000"
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
            results.append(json.loads(done.stdout.splitlines()[-1]))
            show(results[-1])
    print(json.dumps({"benchmark": "search", "results": results}))
    sys.exit(0 if all(map(holds, results)) else 1)


if __name__ == "__main__":
    main()
