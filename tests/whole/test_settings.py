"""Every variable of the environment is documented, and nothing else is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""["'](SHIZHENG_[A-Z_]+|DATABASE_URL|PORT)["']""")


def variables_read() -> set[str]:
    sources = (ROOT / "src" / "shizheng").rglob("*.py")
    return {name for path in sources for name in READ.findall(path.read_text(encoding="utf-8"))}


def rows_documented() -> dict[str, list[str]]:
    text = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", text, flags=re.MULTILINE)
    return {name: [default, meaning] for name, default, meaning in rows}


def test_every_variable_that_is_read_is_documented():
    assert variables_read() - set(rows_documented()) == set()


def test_no_variable_is_documented_that_nothing_reads():
    assert set(rows_documented()) - variables_read() == set()


@pytest.mark.parametrize("name", sorted(rows_documented()))
def test_every_row_says_default_and_meaning(name):
    assert all(part.strip() for part in rows_documented()[name])
