"""The solver is not part of the start."""

import subprocess
import sys


def test_asking_for_conflicts_and_preparing_a_plan_imports_no_solver():
    code = (
        "import sys; from shizheng.analysis.digging import planning, conflicts, explaining; "
        "sys.exit('ortools' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
