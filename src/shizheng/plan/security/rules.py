"""The rule of information security that the city has."""

from shizheng.core.models import PublishedDefinition
from shizheng.plan.security.definitions import SecurityRuleBody
from shizheng.plan.security.errors import SecurityRuleMissing


def security_rule() -> SecurityRuleBody:
    """Return the newest rule that the city has published.

    Raises:
        SecurityRuleMissing: there is none.
    """
    rule = security_rule_or_none()
    if rule is None:
        raise SecurityRuleMissing
    return rule


def security_rule_or_none() -> SecurityRuleBody | None:
    """Return the newest rule, or None for a city that has none."""
    published = (
        PublishedDefinition.objects.filter(kind="security_rule")
        .order_by("-published_at", "-version")
        .first()
    )
    return SecurityRuleBody.model_validate(published.body) if published else None
