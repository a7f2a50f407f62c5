"""What the operator does at the machine itself, before anybody holds a role."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from shizheng.core.models import Role, RoleGrant, User
from shizheng.core.people import actions
from shizheng.kernel.errors import N_, DomainError


class UnknownRole(DomainError):
    """The pack defines no such role (沒有這個角色)."""

    code = "core.unknown_role"
    message = N_("There is no role “{role}”. Known: {known}.")
    hint = N_("Load a pack first with `shizheng load`, or name one of its roles.")


class UnknownPerson(DomainError):
    """There is no account of this name (查無帳號)."""

    code = "core.unknown_person"
    message = N_("There is no account “{username}”.")
    hint = N_("Check the spelling; accounts are listed under /people/.")
    status = 404


class WeakPassword(DomainError):
    """The password would be guessed (密碼強度不足)."""

    code = "core.weak_password"
    message = N_("This password is not taken. {reasons}")
    hint = N_("Choose a longer one; three or four unrelated words do well.")


def exists(username: str) -> bool:
    """Whether there is an account of this name."""
    return bool(User.objects.filter(username=username).exists())


def person_named(username: str) -> User:
    """Return the account of this name.

    Raises:
        UnknownPerson: there is none.
    """
    person: User | None = User.objects.filter(username=username).first()
    if person is None:
        raise UnknownPerson(username=username[:60])
    return person


@transaction.atomic
def administrator_make(
    *,
    username: str,
    display_name: str,
    email: str,
    role: str,
    password: str | None,
    at: datetime,
) -> tuple[User, RoleGrant]:
    """Give a person a role for the whole city without an end, opening the account if needed.

    Raises:
        UnknownRole: the pack defines no such role.
        WeakPassword: a new account's password is too easy.
        AccountTaken: somebody else has the address.
    """
    chosen = Role.objects.filter(code=role).first()
    if chosen is None:
        known = ", ".join(Role.objects.values_list("code", flat=True)) or "-"
        raise UnknownRole(role=role, known=known)
    person: User | None = User.objects.filter(username=username).first()
    if person is None:
        _check(password or "")
        person = actions.person_create(
            username=username,
            display_name=display_name,
            email=email,
            password=password,
            by=None,
            at=at,
        )
    held = RoleGrant.objects.filter(person=person, role=chosen, agency=None, area=None)
    for grant in held.select_related("role"):
        if grant.is_in_force(at):
            return person, grant
    why = "Given by the operator at the machine"
    return person, actions.role_grant(person=person, role=chosen, by=None, at=at, why=why)


def _check(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as weak:
        raise WeakPassword(reasons=" ".join(weak.messages)) from weak
