"""The invented polls, cities and dataset of a demonstration: told once, and marked everywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.plan.works.site import Desk
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.core.demo_year import Month, months_before
from shizheng.core.journal import verify
from shizheng.core.worker import run_all
from shizheng.statistics.demonstration.playing import play
from shizheng.statistics.models import Dataset, PeerFigure, Poll

__all__ = ["kaohsiung"]


@pytest.fixture
def year(kaohsiung, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LANGUAGE_CODE = "zh-hant"
    return year_told


def year_told() -> None:
    """Tell every month of the year up to a moment ago."""
    now = timezone.now() - timedelta(minutes=1)
    pack = pack_at(KAOHSIUNG)
    for since, until in months_before(now):
        play(pack, Month(since, until, now, None), float)


def test_polls_cities_and_a_map_are_there_once_and_say_that_they_are_invented(year):
    year()
    year()
    run_all()
    assert sorted(Poll.objects.values_list("code", "version")) == [
        ("demo-1", 1), ("demo-2", 1), ("demo-2", 2), ("demo-3", 1), ("demo-media", 1),
    ]  # fmt: skip
    for rows in (Poll.objects.all(), PeerFigure.objects.all(), Dataset.objects.all()):
        assert rows.exists()
        assert all(row.is_synthetic for row in rows)
    assert not Poll.objects.filter(signed_at=None).exists()
    assert not PeerFigure.objects.filter(signed_at=None).exists()
    anybody = Desk()
    shown = anybody.read("/en/figures/polls/demo-3/")
    for words in ("Invented: this poll is part of a demonstration.", "a change", "虛構日報",
                  "withheld"):  # fmt: skip
        assert words in shown
    assert "與不滿意誤植" in anybody.read("/en/figures/polls/demo-2/")
    query = "_by=行政區&_of=棵數&_how=sum&_as=map"
    drawn = anybody.read(f"/en/data/datasets/demo-street-trees/v1/chart?{query}")
    assert "invented" in drawn
    assert "no figure" not in drawn, "every district has its count"
    assert "invented" in anybody.read("/en/figures/petitions_in_time/")
    assert verify().is_intact
