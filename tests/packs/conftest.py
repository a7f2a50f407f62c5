import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def packs():
    """The folder of the packs that come with the product."""
    return ROOT / "packs"


@pytest.fixture
def town(tmp_path):
    """A copy of the invented town, to be broken."""
    return Path(shutil.copytree(ROOT / "packs/exampleton", tmp_path / "town"))


@pytest.fixture
def edit(town):
    """Replace a text in one file of the copy; it must stand there."""

    def replace(file, old, new):
        path = town / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return town

    return replace
