"""Two people who join the same two cases the other way round, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.services.conftest import AT
from tests.services.duplicates.test_links import reported

from shizheng.kernel.errors import DomainError
from shizheng.services.duplicates.actions import case_link
from shizheng.services.models import CaseLink

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_join_wins_and_there_is_no_circle(people):
    cases = [reported(number) for number in range(4)]
    pairs = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 0), (2, 1)]
    start = Barrier(len(pairs))

    def join(pair):
        start.wait()
        try:
            case_link(
                case=cases[pair[0]], to=cases[pair[1]], kind="duplicate", by=people.officer, at=AT
            )
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(len(pairs)) as pool:
        results = list(pool.map(join, pairs))
    held = CaseLink.objects.filter(kind="duplicate", undone_at=None)
    masters = dict(held.values_list("case", "to"))
    assert len(masters) == results.count("joined") == 3
    assert not set(masters) & set(masters.values())
    refused = {"services.link_made", "services.link_circle"}
    assert set(results) - {"joined"} <= refused
