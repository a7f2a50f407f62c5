"""The effects ``issue`` and ``revoke``."""

from collections.abc import Mapping
from typing import Any

from shizheng.core.words import in_language
from shizheng.services.actions.run import Run, effects
from shizheng.services.models import Output
from shizheng.services.outputs.issuing import output_end, output_issue
from shizheng.services.schema.flow import Issue, Revoke


@effects.register("issue")
def issue(run: Run, value: Issue, given: Mapping[str, Any]) -> None:
    """Issue a document where its condition holds (核發)."""
    if run.service.vocabulary.truth(value.when, run.scope(given)):
        output_issue(run, value.output, given)


@effects.register("revoke")
def revoke(run: Run, value: Revoke, given: Mapping[str, Any]) -> None:
    """Take a document out of force (撤銷), with ``given.reason`` or the name of the act as why."""
    action = run.service.actions.get(run.event.action) if run.event else None
    reason = str(given.get("reason") or (in_language(action.label) if action else ""))
    for output in Output.objects.filter(case=run.case, key=value.output):
        output_end(output, reason=reason, by=run.by, at=run.at)
