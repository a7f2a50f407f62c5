"""Eight crews ask for one place on one day at the same moment: real processes, both databases."""

import json

CREWS = """
    for number in range(8):
        m.User.objects.create(username=f"crew_{number}", display_name=f"C{number}")
"""
RACE = """
    import json, sys, threading
    from shizheng.kernel.errors import DomainError
    from shizheng.services.actions.documents import Upload
    from shizheng.services.actions.opening import Contact, Intake, case_open
    from shizheng.services.models import Service
    first = int(sys.argv[1])
    answers = {"work": "示範短片", "kind": "student", "producer": "示範學生", "synopsis": "對話",
        "places": ["demo-market", "demo-love-river"], "first_day": f"{AT:%Y-%m-%d}"[:4] + "-12-30",
        "last_day": f"{AT:%Y-%m-%d}"[:4] + "-12-31", "hours": "8 至 17 時", "crew": "12"}
    script = b"%PDF-1.4\\n1 0 obj<</Type/Catalog>>endobj\\ntrailer<</Root 1 0 R>>\\n%%EOF\\n"
    outcomes, ready = [], threading.Barrier(4)

    def ask(number):
        who = m.User.objects.get(username=f"crew_{number}")
        service = Service.objects.get(code="film_location")
        given = Intake(channel="web", answers=answers, reporter=who,
            contact=Contact(name="C", email="c@example.org"),
            files={"script": [Upload.of_bytes("script.pdf", script)]})
        ready.wait()
        try:
            case_open(service=service, given=given, by=who, at=AT)
            outcomes.append("won")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(first + n,)) for n in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(json.dumps(outcomes))
"""
WHOLE = """
    import json
    from shizheng.core.journal import verify
    from shizheng.services.models import Booking, Case
    print(json.dumps([Case.objects.count(), Booking.objects.count(), verify().is_intact]))
"""


def test_of_eight_crews_who_want_one_place_on_one_day_one_gets_it(city_at_work):
    city_at_work.run(CREWS)
    outcomes = []
    for process in [city_at_work.start(RACE, str(first)) for first in (0, 4)]:
        out, errors = process.communicate(timeout=400)
        assert process.returncode == 0, errors
        outcomes += json.loads(out)
    assert outcomes.count("won") == 1
    assert set(outcomes) - {"won"} == {"services.booking_clash"}
    assert len(outcomes) == 8
    assert json.loads(city_at_work.run(WHOLE)) == [1, 2, True]
