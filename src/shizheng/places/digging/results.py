"""What came out of a joint plan, as it is kept: openings, figures, the account of each merge."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shizheng.analysis.digging.checking import problems_of
from shizheng.analysis.digging.explaining import explain
from shizheng.analysis.digging.planning import Planned, disruption_of
from shizheng.analysis.digging.values import Opening, Plan, Year

DAY = timedelta(1)


def result_of(year: Year, planned: Planned) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the result of a plan and what the independent check finds against it."""
    plan, first = planned.plan, planned.first_come
    problems = [
        {"rule": each.rule, "who": list(each.who), "detail": each.detail}
        for each in problems_of(year, plan)
    ]
    result = {
        "openings": [_opening(each) for each in plan.openings],
        "deferred": list(plan.deferred),
        "figures": {
            "requests": len(year.requests),
            "before": first.opened_sections,
            "after": plan.opened_sections,
            "deferred_before": len(first.deferred),
            "deferred_after": len(plan.deferred),
            "saved_share": round(planned.saved_share, 4),
            "bound": planned.bound,
            "gap_share": round(planned.gap_share, 4),
            "clusters": planned.clusters,
            "proven_clusters": planned.proven_clusters,
            "disruption_before": disruption_of(first, year.sections),
            "disruption_after": disruption_of(plan, year.sections),
        },
        "merges": [
            {
                "lead": each.opening.lead,
                "partners": list(each.opening.partners),
                "owners": list(each.owners),
                "shared": list(each.shared),
                "start": each.opening.start.isoformat(),
                "last": (each.opening.end - DAY).isoformat(),
                "saved_sections": each.saved_sections,
                "saved_days": each.saved_days,
                "causes": [[str(cause.because), cause.who] for cause in each.causes],
            }
            for each in explain(year, plan)
        ],
    }
    return result, problems


def _opening(opening: Opening) -> dict[str, Any]:
    return {
        "lead": opening.lead,
        "partners": list(opening.partners),
        "sections": list(opening.sections),
        "start": opening.start.isoformat(),
        "last": (opening.end - DAY).isoformat(),
    }


def plan_read(result: Mapping[str, Any]) -> Plan | None:
    """Return the plan that a result tells of; None where there is none."""
    if not result:
        return None
    openings = tuple(
        Opening(
            lead=row["lead"], partners=tuple(row["partners"]), sections=tuple(row["sections"]),
            start=date.fromisoformat(row["start"]), end=date.fromisoformat(row["last"]) + DAY,
        )
        for row in result["openings"]
    )  # fmt: skip
    return Plan(openings, tuple(result["deferred"]))
