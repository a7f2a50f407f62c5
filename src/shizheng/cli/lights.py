"""``shizheng lights``: the lights of the plan, and what they would be under another rule."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shizheng.cli import django
from shizheng.cli.refusals import refusals_shown

if TYPE_CHECKING:
    from shizheng.plan.evidence.comparing import Comparison

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Rule = Annotated[int | None, typer.Option(help="Compare with this version of the rule.")]
Code = Annotated[str, typer.Option(help="Code of a plan; the newest if left out.")]
Gather = Annotated[bool, typer.Option("--gather", help="Ask every source first, and compute.")]


def lights(
    rule: Rule = None, plan: Code = "", gather: Gather = False, as_json: AsJson = False
) -> None:
    """Count the lights of the plan in force; with --rule, say what another version would change.

    Nothing is written unless --gather is given.
    """
    with refusals_shown(as_json=as_json):
        django.ready()
        django.require_tables()
        from django.utils import timezone

        from shizheng.plan.evidence.comparing import lights_compare
        from shizheng.plan.evidence.gathering import evidence_gather
        from shizheng.plan.register.files import NothingInForce
        from shizheng.plan.register.lights import lights_recompute
        from shizheng.plan.register.rules import light_rule, light_rule_of
        from shizheng.plan.register.selectors import edition_in_force, plan_named

        shown = plan_named(plan)
        edition = edition_in_force(plan=shown)
        if edition is None:
            raise NothingInForce(code=shown.code)
        at = timezone.now()
        if gather:
            kept, changed = evidence_gather(at=at), lights_recompute(edition=edition, at=at)
            typer.echo(f"Snapshots kept: {kept}. Lights changed: {changed}.", err=as_json)
        other = light_rule() if rule is None else light_rule_of(rule)
        found = lights_compare(edition, other, on=timezone.localdate(at))
    _tell(found, as_json=as_json)


def _tell(found: "Comparison", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False))
        return
    colours = ("green", "yellow", "red", "grey")
    typer.echo(f"{'rule':<10}" + "".join(f"{colour:>8}" for colour in colours))
    sides = [(found.standing.version, found.now)]
    if found.other.version != found.standing.version:
        sides.append((found.other.version, found.then))
    for version, counts in sides:
        row = "".join(f"{counts.get(colour, 0):>8}" for colour in colours)
        typer.echo(f"version {version:<2}{row}")
    for each in found.differences:
        typer.echo(f"  {each.code:>6}  {each.now} -> {each.then}  {' '.join(each.why)}")


def _as_json(found: "Comparison") -> dict[str, Any]:
    return {
        "standing": found.standing.version,
        "other": found.other.version,
        "now": dict(found.now),
        "then": dict(found.then),
        "differences": [asdict(each) for each in found.differences],
    }
