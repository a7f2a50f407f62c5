"""From a reading to its warning, with all gauges sending: at their pace, then all in one second."""

import base64
import http.client
import json
import queue
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from observations_made import Network

PACE_S, FLOODED_EACH, LOOK_S, LONGEST_S, SENDERS = 30.0, 10, 0.02, 120.0, 4
ROOT = "/sensorthings/v1.1"


def warned(network: Network, port: int, group: int, cpu_s: Callable[[], float]) -> dict[str, Any]:
    """Let each gauge send once within half a minute, one in ten of them flooded, then all again.

    Returns:
        Seconds from when a flooded reading was about to be sent until its warning stood in the
        database, and until its signed message did.
    """
    from shizheng.sensing.models import Alert, AlertMessage

    found: dict[str, Any] = {}
    half = len(network.streams) // 2
    wet = network.streams[::FLOODED_EACH]
    for name, some, pace in (
        ("warned", [each for each in wet if each <= network.streams[half]], PACE_S),
        ("at_once", [each for each in wet if each > network.streams[half]], 1.0),
    ):
        begun: dict[int, float] = {}
        before = cpu_s()
        started = time.perf_counter()
        sending = threading.Thread(target=all_sent, args=(network, port, set(some), pace, begun))
        sending.start()
        raised: dict[int, float] = {}
        issued: dict[int, float] = {}
        end = started + pace + LONGEST_S
        while len(issued) < len(some) and time.perf_counter() < end:
            for kept, rows in (
                (raised, Alert.objects.filter(is_drill=False, level__gt=0)),
                (issued, AlertMessage.objects.filter(alert__level__gt=0)),
            ):
                field = "stream" if kept is raised else "alert__stream"
                there = set(rows.values_list(field, flat=True)) & set(some)
                now = time.perf_counter()
                for stream in there - kept.keys():
                    kept[stream] = now
            time.sleep(LOOK_S)
        sending.join()
        took = time.perf_counter() - started
        found[f"{name}_warnings"] = f"{len(raised)} of {len(some)}"
        found |= _delays(name, raised, begun) | _delays(f"{name}_issued", issued, begun)
        found[f"{name}_cores"] = round((cpu_s() - before) / took, 2)
    return found


def _delays(name: str, came: dict[int, float], begun: dict[int, float]) -> dict[str, float]:
    late = sorted(came[stream] - begun[stream] for stream in came)
    if len(late) < 2:
        return {}
    hundredths = statistics.quantiles(late, n=100)
    return {f"{name}_p50_s": round(hundredths[49], 2), f"{name}_p99_s": round(hundredths[98], 2),
            f"{name}_max_s": round(late[-1], 2)}  # fmt: skip


def all_sent(
    network: Network, port: int, flooded: set[int], pace: float, begun: dict[int, float]
) -> None:
    """Post a reading of each gauge, evenly over so many seconds, or as fast as it goes."""
    secret = base64.b64encode(f"benchmark:{network.key}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
    waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def send() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while (stream := waiting.get()) is not None:
            now = datetime.now(UTC).isoformat()
            begun[stream] = time.perf_counter()
            body = json.dumps({"phenomenonTime": now, "result": 11.2 if stream in flooded else 6.9})
            path = f"{ROOT}/Datastreams({stream})/Observations"
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            content = answer.read()
            assert answer.status == 201, content

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    for place, stream in enumerate(network.streams):
        ahead = started + place / len(network.streams) * pace - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
        waiting.put(stream)
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
