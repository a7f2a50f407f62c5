"""Claim: from `shizheng serve` to the first page in 3 s or less, all processes included.

Beside it the floor: Python importing Django and this project, without serving anything.

    uv run python benchmarks/startup.py
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

TARGET_S = 3.0
REPEATS = 5
PORT = 18471
BOOT = "import django; django.setup(); import shizheng.web.urls"


def boot(env: dict[str, str]) -> float:
    """Return the seconds that Python needs to import it all."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", BOOT], env=env, check=True)
    return time.perf_counter() - started


def first_page(env: dict[str, str]) -> float:
    """Return the seconds from the start of the command to the first answer 200 of the home page."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "shizheng.cli.main", "serve"], env=env, stdout=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - started < 30:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - started
            except OSError:
                time.sleep(0.01)
        raise TimeoutError("no page within 30 s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main() -> None:
    """Measure on a fresh SQLite database and print."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "shizheng.settings",
            "DATABASE_URL": f"sqlite:///{home}/city.db",
            "SHIZHENG_HOME": home,
            "PORT": str(PORT),
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=env, check=True)
        boots = sorted(boot(env) for _ in range(REPEATS))
        pages = sorted(first_page(env) for _ in range(REPEATS))
    median = pages[REPEATS // 2]
    print(f"{'':14}{'median s':>10}{'worst s':>10}", file=sys.stderr)
    print(f"{'first page':14}{median:>10.2f}{pages[-1]:>10.2f}", file=sys.stderr)
    print(f"{'import only':14}{boots[REPEATS // 2]:>10.2f}{boots[-1]:>10.2f}", file=sys.stderr)
    result = {
        "first_page_s": {"median": round(median, 2), "worst": round(pages[-1], 2)},
        "import_only_s": {"median": round(boots[REPEATS // 2], 2), "worst": round(boots[-1], 2)},
        "target_s": TARGET_S,
    }
    print(json.dumps({"benchmark": "startup", "results": [result]}))
    sys.exit(0 if median <= TARGET_S else 1)


if __name__ == "__main__":
    main()
