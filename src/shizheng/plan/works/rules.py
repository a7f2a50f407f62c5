"""The rule of public works that the city has, and its working calendar."""

from shizheng.core.models import PublishedDefinition
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.errors import WorksRuleMissing


def works_rule() -> WorksRuleBody:
    """Return the newest rule that the city has published.

    Raises:
        WorksRuleMissing: there is none.
    """
    rule = works_rule_or_none()
    if rule is None:
        raise WorksRuleMissing
    return rule


def works_rule_or_none() -> WorksRuleBody | None:
    """Return the newest rule, or None for a city that keeps no works."""
    published = (
        PublishedDefinition.objects.filter(kind="works_rule")
        .order_by("-published_at", "-version")
        .first()
    )
    return WorksRuleBody.model_validate(published.body) if published else None
