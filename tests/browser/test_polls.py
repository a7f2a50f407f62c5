"""Polls, media polls, other cities and a map of a dataset in a browser, by keyboard."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung  # noqa: F401 - fixture
from tests.statistics.pages.test_demo_figures import year, year_told  # noqa: F401 - fixture

from shizheng.core.worker import run_all

pytestmark = pytest.mark.django_db(transaction=True)
MAP = "_by=行政區&_of=棵數&_how=sum&_as=map"


def test_anybody_reads_polls_other_cities_and_a_map(year, visit):  # noqa: F811
    year()
    run_all()
    for language, size in (("", PHONE), ("/en", DESK)):
        width = size["viewport"]["width"]
        anybody = visit(None, **size)
        anybody.open(f"{language}/figures/polls/", f"polls-{width}")
        anybody.send("main table a[href*='demo-3']")
        anybody.press("main details summary")
        anybody.look(f"poll-{width}")
        anybody.open(f"{language}/figures/polls/demo-2/", f"poll-corrected-{width}")
        anybody.open(f"{language}/figures/polls/demo-2/v1/", f"poll-before-{width}")
        anybody.open(f"{language}/figures/petitions_in_time/", f"cities-{width}")
        chart = f"{language}/data/datasets/demo-street-trees/v1/chart?{MAP}"
        anybody.open(chart, f"dataset-map-{width}")
