"""Notices that arrive at the same moment, and a process that is killed in the middle of one."""

import json
import signal

TOGETHER = """
    import json, sys, threading
    from dataclasses import replace
    from django.db import connections
    from shizheng.core.journal import verify
    from shizheng.services.models import Charge, Output, Payment, Refund
    from shizheng.services.payments.actions.receiving import payment_enter
    from tests.services.payments.zoning import applied, paid

    def together(*payments):
        ready, verdicts = threading.Barrier(len(payments)), []
        def book(payment):
            ready.wait()
            verdicts.append(payment_enter(incoming=payment, at=AT).verdict)
            connections.close_all()
        threads = [threading.Thread(target=book, args=(each,)) for each in payments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        kept = Payment.objects.filter(kept__gt=0).count()
        outputs = Output.objects.count()
        return [sorted(verdicts), kept, Refund.objects.count(), outputs]

    first = Charge.objects.get()
    found = [together(*(paid(first, reference=f"TB-{n}") for n in range(4)))]
    second = Charge.objects.get(case=applied(None).case)
    same = paid(second, reference="TB-again")
    found.append(together(same, same, same))
    unknown = replace(same, reference="TB-unknown", charge="9999900000000017")
    found.append(together(unknown, unknown, unknown))
    print(json.dumps([*found, verify().is_intact]))
"""


def test_of_payments_at_once_exactly_one_settles_and_a_notice_is_booked_once(city_at_work):
    city_at_work.run(APPLY)
    several, again, unknown, is_intact = json.loads(city_at_work.run(TOGETHER))
    assert several == [["accepted", "duplicate", "duplicate", "duplicate"], 1, 3, 1]
    assert again == [["accepted"] * 3, 2, 3, 2]
    assert unknown == [["unknown"] * 3, 2, 4, 2]
    assert is_intact


APPLY = """
    from tests.services.payments.zoning import applied
    applied(None)
"""
KILLED = """
    import os, signal, sys
    from shizheng.services.models import Charge
    from shizheng.services.outputs import signing
    from shizheng.services.payments.actions import receiving
    from tests.services.payments.zoning import AT, paid

    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    where, whole = sys.argv[1], receiving._settle
    if where == "signing":
        signing.sign = die
    elif where == "booking":
        receiving.outbox.publish = die
    elif where == "case":
        receiving.finish = die
    else:
        receiving._settle = lambda *given: (whole(*given), die())
    receiving.payment_enter(incoming=paid(Charge.objects.get()), at=AT)
"""
STATE = """
    from shizheng.core.journal import verify
    from shizheng.services.models import Case, CaseEvent, Charge, Output, Payment
    print(
        Case.objects.get().state, Charge.objects.get().status, CaseEvent.objects.count(),
        Payment.objects.count(), Output.objects.filter(status="valid").count(),
        Output.objects.count(), verify().is_intact,
    )
"""
PAY = """
    from shizheng.services.models import Charge
    from tests.services.payments.zoning import paid, reported
    print(reported(paid(Charge.objects.get())).verdict)
"""


def test_a_process_killed_in_the_middle_leaves_nothing_half_done(city_at_work):
    city_at_work.run(APPLY)
    for where in ("booking", "case", "signing", "end"):
        killed = city_at_work.start(KILLED, where)
        _, errors = killed.communicate(timeout=120)
        assert killed.returncode == -signal.SIGKILL, errors
        assert city_at_work.run(STATE).split() == ["unpaid", "open", "1", "0", "0", "0", "True"]
    assert city_at_work.run(PAY).strip() == "accepted"
    assert city_at_work.run(STATE).split() == ["issued", "paid", "5", "1", "1", "1", "True"]
