"""Many at once, and some who die: real processes on a database of their own."""

import json
import signal
import time

import pytest

CITY = """
    import sys, threading
    from shizheng.services.actions.acting import Given, case_act
    from shizheng.services.actions.opening import Intake, case_open
    from shizheng.services.models import AnswerSet, Case, CaseClock, CaseEvent, Notice, Service
    from shizheng.services.places import Place
    PLACE = Place(longitude=120.3127, latitude=22.6483)

    def reported(who):
        service = Service.objects.get(code="road_damage")
        given = Intake(channel="web", description="坑洞", place=PLACE,
            answers={"kind": "pothole"}, reporter=who)
        return case_open(service=service, given=given, by=who, at=AT).case
"""
OFFICERS = (
    CITY
    + """
    works = m.Agency.objects.get(code="public_works")
    for number in range(20):
        who = m.User.objects.create(username=f"officer_{number}", display_name=f"O{number}")
        m.RoleGrant.objects.create(person=who, role=m.Role.objects.get(code="officer"),
            agency=works, valid_from=AT - timedelta(days=1))
    m.User.objects.create(username="resident", display_name="R", email="r@example.org")
"""
)
RACE = (
    CITY
    + """
    from shizheng.kernel.errors import DomainError
    case = Case.objects.get()
    first = int(sys.argv[1])
    outcomes, ready = [], threading.Barrier(10)

    def accept(number):
        who = m.User.objects.get(username=f"officer_{number}")
        ready.wait()
        try:
            case_act(case=case, action="accept", by=who, at=AT, revision=1)
            outcomes.append("won")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(first + n,)) for n in range(10)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(outcomes)
"""
)
ENDLESS = (
    CITY
    + """
    who = m.User.objects.get(username="resident")
    officer = m.User.objects.get(username="officer_0")
    print("begun", flush=True)
    while True:
        case = reported(who)
        case = case_act(case=case, action="accept", by=officer, at=AT)
        case_act(case=case, action="close", by=officer, at=AT, given=Given(fields={"reply": "好"}))
        print("closed", flush=True)
"""
)
WHOLE = (
    CITY
    + """
    import json
    from django.db.models import Count
    from shizheng.core.journal import verify
    from shizheng.core.models import OutboxEvent
    cases = list(Case.objects.annotate(n=Count("events")))
    numbers = sorted(case.number for case in cases)
    print(json.dumps({
        "cases": len(cases),
        "half": [c.number for c in cases if c.n != c.revision],
        "clocks": CaseClock.objects.count(), "answers": AnswerSet.objects.count(),
        "gap": numbers != [f"KHC-{numbers[0][4:11]}-{n:04d}" for n in range(1, len(cases) + 1)],
        "events": CaseEvent.objects.count(), "told": OutboxEvent.objects.filter(
            type__startswith="city.case.").count(),
        "notices": Notice.objects.filter(template="received", channel="email").count(),
        "intact": verify().is_intact,
    }))
"""
)


@pytest.fixture
def working_city(city_at_work):
    city_at_work.run(OFFICERS)
    return city_at_work


def test_of_twenty_officers_who_take_one_case_at_once_one_wins(working_city):
    working_city.run(CITY + '    reported(m.User.objects.get(username="resident"))')
    racing = [working_city.start(RACE, str(first)) for first in (0, 10)]
    outcomes = []
    for process in racing:
        out, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
        outcomes += json.loads(out.replace("'", '"'))
    assert len(outcomes) == 20
    assert outcomes.count("won") == 1
    assert set(outcomes) - {"won"} == {"core.changed_meanwhile"}
    found = json.loads(working_city.run(WHOLE))
    assert (found["events"], found["half"], found["intact"]) == (2, [], True)


def test_a_process_killed_in_the_middle_of_acts_leaves_nothing_half_done(working_city):
    for closed, pause in ((0, 0.2), (1, 0.03), (2, 0.11)):
        process = working_city.start(ENDLESS)
        for line in ["begun\n", *["closed\n"] * closed]:
            assert process.stdout.readline() == line
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
    found = json.loads(working_city.run(WHOLE))
    assert found["cases"] >= 3
    assert found["half"] == []
    assert found["clocks"] == found["answers"] == found["notices"] == found["cases"]
    assert not found["gap"]
    assert found["events"] == found["told"]
    assert found["intact"]
