"""Claims: conflicts of a dig among 200,000 permits in 5 ms, and 12,000 requests planned in 5 min.

The city is made from a seed (digging_made.py) and is no real one: a claim about its shares holds
for it alone. Conflict search is set beside trying every permit (recall), the plan beside first
come, first served and the bound. Prints progress on standard error, JSON on standard output.

    uv run python benchmarks/digging.py [conflicts|plan] [REQUESTS]
"""

import json
import os
import platform
import sys
import time

import numpy as np
import shapely
from digging_made import permits, year_of_requests

from shizheng.analysis.digging.checking import problems_of
from shizheng.analysis.digging.conflicts import DigIndex
from shizheng.analysis.digging.explaining import explain
from shizheng.analysis.digging.planning import disruption_of, plan_year

PERMITS, PROBES, METRES, DAYS = 200_000, 2_000, 20.0, 90
REQUESTS = 12_000
TARGET_MS, TARGET_SECONDS, TARGET_SAVED = 5.0, 300, 0.25


def conflicts() -> dict[str, object]:
    """Ask for what is near 2,000 new digs of the same streets, and again by trying every permit."""
    works = permits(1, PERMITS)
    started = time.perf_counter()
    index = DigIndex(works)
    built = time.perf_counter() - started
    taken, hits, right = [], 0, 0
    for number, probe in enumerate(permits(2, PROBES)):
        started = time.perf_counter()
        found = index.near(probe, METRES, DAYS)
        taken.append((time.perf_counter() - started) * 1000)
        hits += len(found)
        if number < 200:
            right += {d.id for d, _ in found} == _by_force(index, probe)
    return {
        "permits": PERMITS,
        "build_s": round(built, 2),
        "hits_a_probe": round(hits / PROBES, 1),
        "p50_ms": round(float(np.percentile(taken, 50)), 3),
        "p99_ms": round(float(np.percentile(taken, 99)), 3),
        "target_p99_ms": TARGET_MS,
        "probes_equal_to_brute_force": f"{right} of 200",
    }


def _by_force(index: DigIndex, probe) -> set[str]:
    """Every permit by exact distance or section and by days, without the tree."""
    near = shapely.distance(index.lines, probe.line) <= METRES
    same = np.array([not set(probe.sections).isdisjoint(dig.sections) for dig in index.digs])
    start, end = probe.start.toordinal(), probe.end.toordinal()
    in_time = (index.starts - end <= DAYS) & (start - index.ends <= DAYS)
    hit = (near | same) & in_time
    return {index.digs[at].id for at in np.flatnonzero(hit)} - {probe.id}


def plan(requests: int) -> dict[str, object]:
    """Plan the year and check the plan with the validator."""
    year = year_of_requests(1, requests)
    started = time.perf_counter()
    planned = plan_year(
        year,
        progress=lambda done, of: (
            done % 500 < 3
            and print(f"{done} of {of}, {time.perf_counter() - started:.0f} s", file=sys.stderr)
        ),
    )
    seconds = time.perf_counter() - started
    merges = explain(year, planned.plan)
    return {
        "requests": len(year.requests),
        "owners": len({request.owner for request in year.requests}),
        "sections": len(year.sections),
        "clusters": planned.clusters,
        "largest_cluster": planned.largest_cluster,
        "clusters_proven_best": planned.proven_clusters,
        "seconds": round(seconds, 1),
        "target_seconds": TARGET_SECONDS,
        "first_come_openings": planned.first_come.opened_sections,
        "first_come_deferred": len(planned.first_come.deferred),
        "joint_openings_before_the_solver": planned.first_joint,
        "openings": planned.plan.opened_sections,
        "deferred": len(planned.plan.deferred),
        "merges": len(merges),
        "saved_share": round(planned.saved_share, 4),
        "target_saved_share": TARGET_SAVED,
        "bound": planned.bound,
        "gap_share": round(planned.gap_share, 4),
        "disruption": disruption_of(planned.plan, year.sections),
        "first_come_disruption": disruption_of(planned.first_come, year.sections),
        "problems_found_by_the_validator": len(problems_of(year, planned.plan)),
    }


def main() -> None:
    what = sys.argv[1:2] or ["both"]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS
    out: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
    }
    if what[0] != "plan":
        out["conflicts"] = conflicts()
    if what[0] != "conflicts":
        out["plan"] = plan(count)
    out["load_at_end"] = round(os.getloadavg()[0], 1)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
