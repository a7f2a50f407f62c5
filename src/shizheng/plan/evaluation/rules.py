"""The types of rounds and the rule of findings that the city has published."""

from shizheng.core.models import PublishedDefinition
from shizheng.plan.evaluation.definitions import ControlRule, EvaluationType
from shizheng.plan.evaluation.errors import ControlRuleMissing, TypeUnknown


def evaluation_types() -> dict[str, EvaluationType]:
    """Return the newest version of each type by its id."""
    rows = PublishedDefinition.objects.filter(kind="evaluation_type")
    bodies = (EvaluationType.model_validate(row.body) for row in rows.order_by("version"))
    return {body.id: body for body in bodies}


def evaluation_type(identifier: str) -> EvaluationType:
    """Return a type.

    Raises:
        TypeUnknown: there is none.
    """
    known = evaluation_types()
    if identifier not in known:
        raise TypeUnknown(type=identifier)
    return known[identifier]


def control_rule() -> ControlRule:
    """Return the newest rule of findings.

    Raises:
        ControlRuleMissing: there is none.
    """
    row = PublishedDefinition.objects.filter(kind="control_rule").order_by("-version").first()
    if row is None:
        raise ControlRuleMissing
    return ControlRule.model_validate(row.body)
