"""Claim: a spike of five times the load for one minute is over within 60 s, errors < 0.1 %.

A real server (`shizheng serve`) on the database that ``DATABASE_URL`` names, which must hold a
loaded pack; a client sends at a fixed rate whatever comes back: reports by Open311, lists of
reports, public pages of services. Recovered: the p95 of ten seconds is at most twice that before.

    DATABASE_URL=... uv run python benchmarks/spike.py [REQUESTS_A_SECOND]
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import httpx

PORT = 8765
BEFORE_S, SPIKE_S, AFTER_S, TIMES = 30, 60, 75, 5
WINDOW_S = 10


def rate_at(second: float, base: float) -> float:
    """Return how many requests a second are sent at a second of the run."""
    return base * (TIMES if BEFORE_S <= second < BEFORE_S + SPIKE_S else 1)


async def one(
    client: httpx.AsyncClient, chance: random.Random, found: list[Any], at: float
) -> None:
    """Send one request and note when it was due, how long it took, whether it failed."""
    started = time.perf_counter()
    kind = chance.random()
    try:
        if kind < 0.4:
            body = {
                "service_code": "road_damage", "lat": str(22.63 + chance.random() * 0.05),
                "long": str(120.30 + chance.random() * 0.05), "attribute[kind]": "pothole",
                "description": "路面有坑洞",
            }  # fmt: skip
            answer = await client.post("/open311/v2/requests.json", data=body)
        elif kind < 0.7:
            answer = await client.get("/open311/v2/requests.json?page_size=20")
        else:
            answer = await client.get("/services/road_damage/")
        failed = answer.status_code >= 400
    except httpx.HTTPError:
        failed = True
    found.append((at, time.perf_counter() - started, failed))


async def load(base: float) -> list[Any]:
    """Send at the planned rate until the end."""
    found: list[Any] = []
    chance, waiting = random.Random(5), set()
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{PORT}", timeout=30, limits=limits
    ) as client:
        started = time.perf_counter()
        while (at := time.perf_counter() - started) < BEFORE_S + SPIKE_S + AFTER_S:
            task = asyncio.create_task(one(client, chance, found, at))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            await asyncio.sleep(1 / rate_at(at, base))
        await asyncio.gather(*waiting)
    return found


def p95(times: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    times = sorted(times)
    return round(times[int(len(times) * 0.95)] * 1000, 1) if times else 0.0


def main() -> None:
    """Serve, load, print."""
    base = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    env = os.environ | {"SHIZHENG_OPEN311_RATE": "1000000/m", "PORT": str(PORT)}
    server = subprocess.Popen(["shizheng", "serve"], env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                httpx.get(f"http://127.0.0.1:{PORT}/health/live")
                break
            except httpx.HTTPError:
                time.sleep(0.5)
        found = asyncio.run(load(base))
    finally:
        server.terminate()
        server.wait()
    end = BEFORE_S + SPIKE_S
    before = p95([took for at, took, _ in found if at < BEFORE_S])
    after = {
        start: p95([took for at, took, _ in found if end + start <= at < end + start + WINDOW_S])
        for start in range(0, AFTER_S - WINDOW_S + 1, 5)
    }
    recovered = next((start for start, value in after.items() if value <= 2 * before), None)
    failed = sum(failed for _, _, failed in found)
    print(json.dumps({
        "requests a second": base, "requests": len(found), "errors": failed,
        "p95 before, ms": before,
        "p95 in the spike, ms": p95([took for at, took, _ in found if BEFORE_S <= at < end]),
        "recovered within, s": recovered, "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
