"""What everybody may know of information security: shares over all agencies, quarter by quarter.

Told once for each quarter that is over, in whole per cents, and not at all where few stand behind
it. There are no dimensions, no links and no rows: nothing leads to a system or an agency.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from shizheng.core.evidence import EvidenceKind, Observation, Observed, evidence_kinds
from shizheng.plan.models import HostMonth, SecurityExercise, SecurityFinding
from shizheng.plan.security.definitions import SecurityRuleBody
from shizheng.plan.security.domain.disclosure import quarters_before, share_told
from shizheng.plan.security.domain.levels import Exercise, FindingKind
from shizheng.plan.security.rules import security_rule_or_none

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

QUARTERS = 8
PERCENT = {"zh-Hant": "%", "en": "%"}
Told = tuple[Decimal | None, int, bool]
"""A share or nothing, how many stand behind it, and whether any of them is invented."""
Counting = Callable[[date, date, int], Told]


def _share(rows: Iterable[tuple[bool, bool]], least: int) -> Told:
    """Return the share of rows that are so; rows say whether, and whether they are invented."""
    found = list(rows)
    part = sum(is_so for is_so, _ in found)
    return (
        share_told(part, len(found), least=least),
        len(found),
        any(is_invented for _, is_invented in found),
    )


def _fixed_in_time(kind: FindingKind) -> Counting:
    """Count the findings due in a quarter, and of them those fixed by their date."""

    def count(start: date, end: date, least: int) -> Told:
        due = SecurityFinding.objects.filter(kind=kind, due_on__gte=start, due_on__lt=end)
        rows = due.order_by().values_list("due_on", "fixed_on", "is_synthetic")
        return _share(
            (
                (fixed_on is not None and fixed_on <= due_on, invented)
                for due_on, fixed_on, invented in rows
            ),
            least,
        )

    return count


def _drills_passed(start: date, end: date, least: int) -> Told:
    held = SecurityExercise.objects.filter(held_on__gte=start, held_on__lt=end)
    return _share(held.order_by().values_list("is_passed", "is_synthetic"), least)


def _not_deceived(start: date, end: date, least: int) -> Told:
    """Count who took part in drills of social engineering, and of them who were not taken in."""
    held = SecurityExercise.objects.filter(
        kind=Exercise.SOCIAL, people__isnull=False, held_on__gte=start, held_on__lt=end
    ).order_by()
    people = failed = 0
    invented = False
    for some, fell, is_invented in held.values_list("people", "failed_people", "is_synthetic"):
        people, failed, invented = (
            people + (some or 0),
            failed + (fell or 0),
            invented or is_invented,
        )
    return share_told(people - failed, people, least=least), people, invented


def _energy_saved(start: date, end: date, least: int) -> Told:
    months = HostMonth.objects.filter(is_standing=True, month__gte=start, month__lt=end).order_by()
    rows = list(months.values_list("host", "host__kwh_before", "kwh", "host__is_synthetic"))
    hosts, before = len({row[0] for row in rows}), sum((row[1] for row in rows), Decimal(0))
    used = sum((row[2] for row in rows), Decimal(0))
    is_told = hosts >= least and before > 0
    share = ((before - used) * 100 / before).quantize(Decimal(1)) if is_told else None
    return share, hosts, any(row[3] for row in rows)


def _available(start: date, end: date, least: int) -> Told:
    months = HostMonth.objects.filter(is_standing=True, month__gte=start, month__lt=end).order_by()
    rows = list(months.values_list("host", "availability", "host__is_synthetic"))
    hosts = len({row[0] for row in rows})
    mean = None
    if hosts >= least:
        mean = (sum((row[1] for row in rows), Decimal(0)) / len(rows)).quantize(Decimal("0.1"))
    return mean, hosts, any(row[2] for row in rows)


FIGURES: Mapping[str, Counting] = {
    "weaknesses_fixed_in_time": _fixed_in_time(FindingKind.WEAKNESS),
    "audit_findings_fixed_in_time": _fixed_in_time(FindingKind.AUDIT),
    "drills_passed": _drills_passed,
    "people_not_deceived": _not_deceived,
    "energy_saved": _energy_saved,
    "hosts_available": _available,
}


def units_in(pack: "Pack") -> Mapping[str, str]:
    """Return the unit of every figure, if the pack has a rule."""
    has_rule = next(iter(pack.bodies(SecurityRuleBody)), None) is not None
    return dict.fromkeys(FIGURES, "percent") if has_rule else {}


def vintages(references: Collection[str], at: datetime) -> Mapping[str, int]:
    """Return by figure the last quarter that is over, as a number.

    A quarter is told once: what changes within it would tell of the one thing that changed.
    """
    last = quarters_before(timezone.localdate(at), 1)[0][1]
    return dict.fromkeys(references, last.year * 4 + (last.month - 1) // 3)


def observe(references: Collection[str], at: datetime) -> Mapping[str, Observation]:
    """Return the quarters that are over, of each figure that shows anything."""
    rule = security_rule_or_none()
    if rule is None:
        return {}
    found = {}
    for reference in references:
        numbers = _numbers(FIGURES[reference], at, rule.least_told)
        if any(number.rows for number in numbers):
            found[reference] = _observation(reference, numbers, rule.version, at)
    return found


def _numbers(count: Counting, at: datetime, least: int) -> tuple[Observed, ...]:
    numbers = []
    for name, start, end in quarters_before(timezone.localdate(at), QUARTERS):
        value, rows, invented = count(start, end, least)
        numbers.append(
            Observed(
                period=name,
                dated_on=end - timedelta(days=1),
                value=value,
                rows=rows if value is not None else 0,
                is_synthetic=invented,
            )
        )
    return tuple(numbers)


def _observation(
    reference: str, numbers: tuple[Observed, ...], version: int, at: datetime
) -> Observation:
    told = [[each.period, str(each.value)] for each in numbers]
    return Observation(
        unit="percent",
        unit_name=PERCENT,
        version=version,
        vintage=vintages([reference], at)[reference],
        digest=hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        numbers=numbers,
    )


def address(_reference: str) -> str:
    """Return nothing: there is no page about it for everybody."""
    return ""


evidence_kinds.register("security")(EvidenceKind(units_in, vintages, observe, address))
