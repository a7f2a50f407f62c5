"""Two editions of an outline laid side by side."""

from shizheng.plan.domain.outline.compare import Pair, compare
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.domain.outline.values import Outline
from shizheng.plan.models import Edition
from shizheng.plan.register.printing import printed


def comparison(old: Edition, new: Edition) -> tuple[Pair, ...]:
    """Return the aligned chapters and items of two editions, from their kept texts."""
    return compare(_parsed(old), _parsed(new))


def _parsed(edition: Edition) -> Outline:
    """Read the kept text again: the parser is the only one who knows an outline's structure."""
    return parse(printed(edition).encode(), name=edition.source_name)
