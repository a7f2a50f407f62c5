from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def packs():
    """The folder of the packs that come with the product."""
    return ROOT / "packs"
