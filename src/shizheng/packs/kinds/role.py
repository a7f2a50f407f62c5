"""Roles and the accounts of the demonstration, role by role."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    DistrictRef,
    Finding,
    Flag,
    Key,
    Part,
    PermissionRef,
    Position,
    RoleRef,
    Words,
    kinds,
)


@kinds.register("role/1")
class Role(Body):
    """A named set of permissions (角色), granted to a person per agency and area for a time."""

    name: Words
    summary: Words
    permissions: tuple[PermissionRef, ...] = ()
    is_staff: Flag = True
    position: Position = 0

    def provides(self) -> Iterator[tuple[str, str]]:
        """A role may be named by its id."""
        yield "role", self.id

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report permissions that stand twice."""
        for index, permission in enumerate(self.permissions):
            if permission in self.permissions[:index]:
                yield Finding(
                    ("permissions", index), f"“{permission}” stands twice.", "permissions"
                )


class Account(Part):
    """An invented person who holds one role in the demonstration."""

    username: Key
    name: Words
    role: RoleRef
    agency: AgencyRef | None = None
    district: DistrictRef | None = None
    language: Annotated[str, StringConstraints(min_length=2)] = "zh-Hant"


@kinds.register("demo_accounts/1")
class DemoAccounts(Body):
    """Accounts of the demonstration (示範帳號); every name is invented."""

    single = True

    synthetic: Literal[True]
    accounts: tuple[Account, ...]

    def findings(self, pack: object) -> Iterator[Finding]:
        """Report user names that stand twice."""
        seen: set[str] = set()
        for index, account in enumerate(self.accounts):
            if account.username in seen:
                message = f"“{account.username}” stands twice."
                yield Finding(("accounts", index, "username"), message, "username")
            seen.add(account.username)
