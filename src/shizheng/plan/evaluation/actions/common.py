"""What the acts of evaluation do alike: numbers, scores as JSON, and their trace."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Max

from shizheng.core import journal
from shizheng.core.models import Agency, RoleGrant, User
from shizheng.plan.evaluation.domain.scoring import Criterion
from shizheng.plan.evaluation.errors import WordsMissing
from shizheng.plan.works.actions.moving import plain


def written(text: str) -> str:
    """Return ``text`` without blanks around it.

    Raises:
        WordsMissing: nothing is left.
    """
    if not text.strip():
        raise WordsMissing
    return text.strip()


def next_number(model: type[models.Model]) -> int:
    """Return the number after the highest; the unique column settles who was first."""
    rows: Any = model._default_manager
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def criteria_of(kept: list[dict[str, Any]]) -> list[Criterion]:
    """Return criteria as the rule of scoring takes them."""
    return [Criterion(each["code"], each["weight"]) for each in kept]


def as_text(scores: Mapping[str, Decimal]) -> dict[str, str]:
    """Return scores as JSON keeps them."""
    return {code: str(score) for code, score in scores.items()}


def agencies_belonged_to(person: User, *, at: datetime) -> set[object]:
    """Return the agencies that a person works for: that of the account, and of roles in force."""
    grants = RoleGrant.objects.filter(person=person, agency__isnull=False)
    own = {grant.agency_id for grant in grants if grant.is_in_force(at)}
    return own | ({person.agency_id} if person.agency_id else set())


def noted(
    thing: models.Model,
    action: str,
    *,
    by: User,
    at: datetime,
    on_behalf_of: Agency,
    why: str = "",
    now: Mapping[str, object] | None = None,
) -> None:
    """Write ``plan.<action>`` to the journal."""
    journal.record(
        f"plan.{action}", thing, by=by, at=at, on_behalf_of=on_behalf_of, why=why, now=plain(now)
    )
