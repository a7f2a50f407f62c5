import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_lists_every_kind_as_it_is():
    script = ROOT / "scripts/definitions_reference.py"
    command = [sys.executable, script, "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
