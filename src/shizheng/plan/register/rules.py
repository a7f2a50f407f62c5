"""The rules of lights that the city has: the one in force, and the versions before it."""

from shizheng.core.models import PublishedDefinition
from shizheng.core.publishing import open_counts
from shizheng.kernel.errors import N_, DomainError
from shizheng.packs.publishing import Published
from shizheng.plan.domain.lights import LightRule
from shizheng.plan.models import Light
from shizheng.plan.register.definitions import LightRuleBody, OverrideOf

KIND = "light_rule"


class LightRuleMissing(DomainError):
    """The pack has published no rule for lights."""

    code = "plan.light_rule_missing"
    message = N_("The city's pack has no light rule, so no light can be computed.")
    hint = N_("Add a definition of kind light_rule to the pack and load it again.")


class LightRuleUnknown(DomainError):
    """The city has no such version of the rule."""

    code = "plan.light_rule_unknown"
    message = N_("There is no version {version} of the light rule.")
    hint = N_("Versions: {known}.")
    status = 404


def light_rule() -> LightRule:
    """Return the newest light rule that the city has published.

    Raises:
        LightRuleMissing: there is none.
    """
    return _newest().rule()


def light_rules() -> dict[int, LightRule]:
    """Return every version of the rule that the city published or keeps, by version.

    Raises:
        LightRuleMissing: there is none.
    """
    newest = _newest()
    published = PublishedDefinition.objects.filter(kind=KIND, identifier=newest.id)
    bodies = (LightRuleBody.model_validate(row.body) for row in published.order_by("version"))
    known = newest.rules() | {body.version: body.rule() for body in bodies}
    return dict(sorted(known.items()))


def light_rule_of(version: int) -> LightRule:
    """Return one version of the rule.

    Raises:
        LightRuleMissing: the city has no rule.
        LightRuleUnknown: no such version; says which there are.
    """
    known = light_rules()
    if version not in known:
        raise LightRuleUnknown(version=version, known=", ".join(map(str, known)))
    return known[version]


def override_rule() -> OverrideOf:
    """Return who may say something beside a light, and for how long.

    Raises:
        LightRuleMissing: the city has no rule.
    """
    return _newest().override


def _newest() -> LightRuleBody:
    published = PublishedDefinition.objects.filter(kind=KIND).order_by("-version").first()
    if published is None:
        raise LightRuleMissing
    return LightRuleBody.model_validate(published.body)


@open_counts.register(KIND)
def _lights_in_force(published: Published) -> int:
    """Lights that stand by this version of the rule."""
    lights = Light.objects.filter(until=None, rule=published.id)
    return lights.filter(rule_version=published.version).count()
