"""Claim: a whole pack with its 505 items is read and checked in less than 2 s.

Beside it the peer: PyYAML's SafeLoader (libyaml) and json on the same files, which read them and
check nothing. Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/check_pack.py [PACK]
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from shizheng.packs.checker import examine

TARGET_S = 2.0
REPEATS = 5


class Tagged(yaml.CSafeLoader):
    """Reads the tags of a pack as text."""


for tag in ("!table", "!file"):
    Tagged.add_constructor(tag, lambda loader, node: loader.construct_scalar(node))


def seconds(run: Callable[[], object]) -> float:
    """Return the shortest of a few runs."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def peer(pack: Path) -> None:
    """Read every file of the pack, without lines and without checks."""
    for file in pack.rglob("*.yaml"):
        list(yaml.load_all(file.read_text(), Loader=Tagged))
    for file in pack.rglob("*.geojson"):
        json.loads(file.read_bytes())


def main() -> int:
    """Measure, print, and return 1 where the claim does not hold."""
    pack = Path(sys.argv[1] if len(sys.argv) > 1 else "packs/kaohsiung")
    command = [str(Path(sys.executable).parent / "shizheng"), "check", str(pack)]
    figures = {
        "read_and_check_s": round(seconds(lambda: examine(pack)), 3),
        "command_s": round(
            seconds(lambda: subprocess.run(command, check=True, capture_output=True)), 3
        ),
        "peer_read_only_s": round(seconds(lambda: peer(pack)), 3),
        "definitions": len(examine(pack)[0].all),
        "target_s": TARGET_S,
    }
    for name, value in figures.items():
        print(f"{name:<20} {value:>8}", file=sys.stderr)
    print(json.dumps(figures))
    return 0 if figures["command_s"] < TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
