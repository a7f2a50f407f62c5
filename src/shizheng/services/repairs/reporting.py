"""Cases of residents that are about a thing become work orders of ``places`` (市民通報轉維修單).

Which services are, and which answer is which fault, stands in the pack's ``upkeep``. The order
knows the number of the case and nothing of the person or of their words.
"""

from datetime import datetime, timedelta

import shapely
from django.utils import timezone

from shizheng.kernel.errors import DomainError
from shizheng.places.models import FaultReport, Thing, Upkeep
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import body_of as register_body
from shizheng.places.selectors.showing import Sight
from shizheng.places.upkeep.actions.reporting import Said, Source, fault_report
from shizheng.places.upkeep.city import body_of
from shizheng.places.upkeep.definitions import PublicReportOf
from shizheng.services.models import Case

LOOKED_BACK = timedelta(days=3)


def cases_report(*, at: datetime) -> int:
    """Make work orders of the cases of the last days that are about a thing; each case once.

    A case of which no thing can be found near enough stays a case alone.
    """
    made = 0
    for upkeep in Upkeep.objects.filter(is_kept=True).select_related("register__current"):
        for rule in body_of(upkeep).reports:
            known = FaultReport.objects.filter(
                source=Source.PUBLIC, order__upkeep=upkeep, reported_at__gt=at - 2 * LOOKED_BACK
            ).values("reference")
            cases = Case.objects.filter(
                service__code=rule.service, is_open=True, opened_at__gt=at - LOOKED_BACK
            ).exclude(number__in=known)
            for case in cases.order_by("opened_at", "pk"):
                made += _reported(upkeep, rule, case, at)
    return made


def _reported(upkeep: Upkeep, rule: PublicReportOf, case: Case, at: datetime) -> bool:
    fault = rule.faults.get(str(case.answers.get(rule.field, "")))
    thing = thing_of(upkeep, rule, case, at)
    if fault is None or thing is None:
        return False
    given = Said(Source.PUBLIC, case.number)
    try:
        fault_report(upkeep=upkeep, thing=thing, fault=fault, given=given, by=None, at=at)
    except DomainError:
        return False
    return True


def thing_of(upkeep: Upkeep, rule: PublicReportOf, case: Case, at: datetime) -> Thing | None:
    """Return the thing that a case is about: by the number given, else the nearest."""
    key = str(case.answers.get(rule.thing or "", "") or "").strip()
    rows = Thing.objects.filter(register=upkeep.register)
    named = rows.filter(key=key[:80]).first() if key else None
    if named is not None or case.longitude is None or case.latitude is None:
        return named
    spot = shapely.Point(case.longitude, case.latitude)
    layer = Layer(upkeep.register, Sight(register_body(upkeep.register), "restricted"))
    near = layer.within_m(spot, rule.near_m, Question(on=timezone.localdate(at)))
    return rows.filter(key=near[0][1].key).first() if near else None
