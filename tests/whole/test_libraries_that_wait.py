"""What the process that the web server forks has not read: Typst, and what few requests need.

Typst's threads would not survive the fork. The others cost a second of every start.
"""

import subprocess
import sys

ASK = """
import django, sys
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
late = {"duckdb", "ibis", "ortools", "pyhanko", "pyogrio", "pyproj", "rdflib", "sklearn"}
print(sorted(late & set(sys.modules)))
import shizheng.plan.tasks, shizheng.services.outputs.typeset
assert shizheng.plan.quarters.making.report_make
print("typst" in sys.modules)
"""


def test_the_addresses_of_a_city_bring_in_no_library_that_can_wait():
    """Takes seconds: only a process of its own has imported nothing yet."""
    answer = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, timeout=120
    )
    assert answer.stdout.strip().splitlines()[-2:] == ["[]", "False"]
