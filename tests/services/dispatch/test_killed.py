"""A process that dies in the middle of a re-dispatch leaves nothing doubled and nothing lost."""

import json
import signal

from tests.core.installation import finish

CITY = """
    from tests.services import conftest as town
    town.person("leader_works", "crew_leader", "public_works")
    town.person("supervisor_works", "supervisor", "public_works")
    from tests.services.dispatch.conftest import report
    report()
"""
PASS_ON = """
    import os, signal, sys
    from shizheng.services.dispatch import actions, sending
    from tests.services.dispatch.conftest import NIGHT
    write = sending.notice_write
    def killed(*args, **fields):
        write(*args, **fields)
        os.kill(os.getpid(), signal.SIGKILL)
    if "die" in sys.argv:
        sending.notice_write = killed
    actions.dispatches_pass_on(at=NIGHT + timedelta(minutes=11))
"""
OUTCOME = """
    import json
    from shizheng.services.models import CaseEvent, Dispatch, Notice
    told = Notice.objects.filter(template="crew_sent", person__username="leader_works")
    rows = Dispatch.objects.order_by("number").values_list("crew", "status")
    acts = CaseEvent.objects.order_by("sequence").values_list("action", flat=True)
    print(json.dumps([[list(row) for row in rows], told.count(), list(acts)]))
"""


def test_a_redispatch_that_is_killed_is_done_once_by_the_next(city_at_work):
    finish(city_at_work.start(CITY))
    dying = city_at_work.start(PASS_ON, "die")
    dying.communicate(timeout=180)
    assert dying.returncode == -signal.SIGKILL
    before = [[["works_city_night", "sent"]], 1, ["opened"]]
    assert json.loads(finish(city_at_work.start(OUTCOME))) == before

    together = [city_at_work.start(PASS_ON) for _ in range(2)]
    for process in together:
        finish(process)
    rows, told, acts = json.loads(finish(city_at_work.start(OUTCOME)))
    assert rows == [["works_city_night", "missed"], ["works_standby", "sent"]]
    assert told == 2
    assert acts == ["opened", "dispatch_missed"]
