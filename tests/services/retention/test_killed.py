"""A process that is killed while it anonymises has removed nothing; the next one does it once."""

import json
import signal

from tests.core.installation import finish

CITY = """
    from types import SimpleNamespace
    from django.conf import settings
    from tests.services import conftest as town
    from tests.services.retention.conftest import old_case
    officer = town.person("officer_works", "officer", "public_works")
    old_case(SimpleNamespace(officer=officer))
"""
ANONYMISE = """
    import os, signal, sys
    from shizheng.services.models import Case
    from shizheng.services.retention import actions
    from tests.services.retention.conftest import OVER
    if "die" in sys.argv:
        actions.case_index = lambda case: os.kill(os.getpid(), signal.SIGKILL)
    print(actions.case_anonymise(case=Case.objects.get(), at=OVER))
"""
OUTCOME = """
    import json
    from shizheng.core import journal
    from shizheng.services.models import CaseEvent, CaseMessage, CaseParty
    print(json.dumps([
        CaseParty.objects.get().name, CaseMessage.objects.get().text,
        m.JournalPersonal.objects.filter(value__isnull=False).count(),
        m.Attachment.objects.filter(name__startswith="王").count(),
        CaseEvent.objects.filter(action="anonymised").count(), journal.verify().is_intact,
    ]))
"""


def test_killed_in_the_middle_it_is_whole_and_done_once_by_the_next(city_at_work):
    finish(city_at_work.start(CITY))
    dying = city_at_work.start(ANONYMISE, "die")
    dying.communicate(timeout=180)
    assert dying.returncode == -signal.SIGKILL
    before = json.loads(finish(city_at_work.start(OUTCOME)))
    assert before[:2] == ["王小明", "請打給我太太"]
    assert before[2] >= 1
    assert before[3:] == [1, 0, True]

    assert "True" in finish(city_at_work.start(ANONYMISE))
    assert "False" in finish(city_at_work.start(ANONYMISE))
    assert json.loads(finish(city_at_work.start(OUTCOME))) == ["", "", 0, 0, 1, True]
