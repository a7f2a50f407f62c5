"""The demonstration's invented people: made from the pack, stepped into with one click."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction

from shizheng.core import journal
from shizheng.core.models import Agency, Area, Role, RoleGrant, User
from shizheng.kernel.errors import N_, DomainError


class OnlyInDemo(DomainError):
    """Invented accounts are wanted outside the demonstration (僅限示範環境)."""

    code = "core.only_in_demo"
    message = N_("Accounts of the demonstration can be made only with SHIZHENG_ENV=demo.")
    hint = N_("Run `shizheng demo`, or open real accounts under People.")


class DemoAccountRow(Protocol):
    """What a pack says of one account of the demonstration; places are named by their code."""

    @property
    def username(self) -> str:
        """Name of the account."""

    @property
    def name(self) -> Mapping[str, str]:
        """Language to name."""

    @property
    def role(self) -> str:
        """Code of the role."""

    @property
    def agency(self) -> str | None:
        """Code of the agency, None for all."""

    @property
    def district(self) -> str | None:
        """Code of the district, None for all."""

    @property
    def language(self) -> str:
        """Language tag."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One button of the banner."""

    username: str
    name: str
    role: Mapping[str, str]
    agency: Mapping[str, str] | None


@transaction.atomic
def demo_accounts_load(accounts: Iterable[DemoAccountRow], *, at: datetime) -> list[User]:
    """Make or update the invented accounts, each with the one role the pack gives it.

    They have no password and can only be stepped into. Running it again changes nothing.

    Raises:
        OnlyInDemo: this is not the demonstration.
        Agency.DoesNotExist, Area.DoesNotExist, Role.DoesNotExist: load the pack's tables first.
    """
    if not settings.IS_DEMO:
        raise OnlyInDemo()
    return [_account_load(account, at=at) for account in accounts]


def _account_load(account: DemoAccountRow, *, at: datetime) -> User:
    agency = Agency.objects.get(code=account.agency) if account.agency else None
    area = Area.objects.get(code=account.district) if account.district else None
    role = Role.objects.get(code=account.role)
    person: User
    person, is_new = User.objects.update_or_create(
        username=account.username,
        defaults={
            "display_name": account.name.get(account.language) or next(iter(account.name.values())),
            "agency": agency,
            "is_demo": True,
            "language": account.language.lower(),
        },
    )
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        journal.record("core.person.created", person, by=None, at=at, now={"is_demo": True})
    held = {"role": role, "agency": agency, "area": area}
    if not RoleGrant.objects.filter(person=person, valid_to=None, revoked_at=None, **held).exists():
        grant = RoleGrant.objects.create(person=person, valid_from=at, reason="demo", **held)
        journal.record("core.role.granted", grant, by=None, at=at, now={"role": role.code})
    return person


def accounts_shown() -> list[DemoAccount]:
    """Accounts that one may step into, in the order of their roles."""
    grants = (
        RoleGrant.objects.filter(person__is_demo=True, person__is_active=True)
        .filter(valid_to=None, revoked_at=None)
        .select_related("person", "role", "agency")
        .order_by("role__position", "role__code", "person__username")
    )
    return [
        DemoAccount(
            username=grant.person.username,
            name=grant.person.display_name,
            role=grant.role.name,
            agency=grant.agency.short_name if grant.agency else None,
        )
        for grant in grants
    ]
