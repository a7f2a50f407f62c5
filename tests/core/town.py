"""Makers of the rows that tests of this room need."""

from datetime import UTC, date, datetime

from shizheng.core.models import Agency, Area, Role, RoleGrant, User

AT = datetime(2020, 6, 1, 4, tzinfo=UTC)
SINCE = date(2018, 1, 1)


def agency(code: str, parent: Agency | None = None, **more: object) -> Agency:
    return Agency.objects.create(
        code=code,
        kind="department",
        name={"zh-Hant": code, "en": code},
        short_name={"zh-Hant": code, "en": code},
        parent=parent,
        **{"valid_from": SINCE} | more,
    )


def area(code: str, parent: Area | None = None) -> Area:
    return Area.objects.create(
        code=code,
        kind="village" if parent else "district",
        name={"zh-Hant": code, "en": code},
        parent=parent,
        valid_from=SINCE,
    )


def role(code: str, *permissions: str, is_staff_role: bool = True) -> Role:
    return Role.objects.create(
        code=code,
        name={"zh-Hant": code, "en": code.capitalize()},
        permissions=list(permissions),
        is_staff_role=is_staff_role,
    )


def person(username: str, **more: object) -> User:
    return User.objects.create_user(username, **{"display_name": username} | more)


def grant(who: User, what: Role, **more: object) -> RoleGrant:
    return RoleGrant.objects.create(
        person=who, role=what, **{"valid_from": datetime(2020, 1, 1, tzinfo=UTC)} | more
    )
