"""Forms of the actions of a case, as any page shows them: the desk's, the applicant's."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from shizheng.core.models import Agency, User
from shizheng.core.words import in_language
from shizheng.services.actions.run import Run
from shizheng.services.applying.fields import Choices
from shizheng.services.applying.forms import AnswerForm, form_for
from shizheng.services.domain.answers import Answers, read_given
from shizheng.services.models import Case
from shizheng.services.schema.flow import Action
from shizheng.services.versions import definition_by


def action_form(
    case: Case,
    key: str,
    *,
    by: User | None,
    at: datetime,
    data: Any = None,
    files: Any = None,
    prefix: str | None = None,
) -> AnswerForm:
    """Return the form of an action of a case.

    Where the action sends the case to an agency or a person, these are chosen from lists.

    Raises:
        KeyError: the version of the case has no such action.
    """
    definition = definition_by(case.version_id)
    action = definition.actions[key]
    facts = Run(case, at=at, by=by).facts()
    read = partial(read_given, action.fields, vocabulary=definition.vocabulary, facts=facts)

    def judge(raw: Mapping[str, Any], counts: Mapping[str, int]) -> Answers:
        return read(raw, files=counts)

    return form_for(
        action.fields, vocabulary=definition.vocabulary, judge=judge, data=data, files=files,
        offered=_offered(case, action), prefix=prefix,
    )  # fmt: skip


def _offered(case: Case, action: Action) -> dict[str, Choices]:
    """Return agencies and colleagues for the fields that an effect of the action reads."""
    names = {each.id for each in action.fields}
    found: dict[str, Choices] = {}
    if "agency" in names and any(each.route for each in action.do):
        rows = Agency.objects.order_by("position", "code")
        found["agency"] = [(row.code, in_language(row.name)) for row in rows]
    if "person" in names and any(each.assign == "chosen" for each in action.do):
        people = User.objects.filter(agency=case.agency, is_active=True)
        found["person"] = [
            (each.username, str(each)) for each in people.order_by("display_name", "username")
        ]
    return found
