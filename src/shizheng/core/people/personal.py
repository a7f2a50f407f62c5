"""What is held of an account: the account itself, its roles, its tokens."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import AccessToken, RoleGrant, User
from shizheng.core.personal import Holding, Record, exempt, holdings
from shizheng.core.words import in_language


def account_of(person: User) -> Iterator[Record]:
    """Yield the account."""
    addresses = EmailAddress.objects.filter(user=person).order_by("email")
    yield Record(
        key=str(person.pk),
        title=str(person),
        at=person.date_joined,
        agency=person.agency,
        facts={
            "username": person.username,
            "display_name": person.display_name,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "email_addresses": [
                {"email": each.email, "verified": each.verified} for each in addresses
            ],
            "language": person.language,
            "notices_by_email": person.notices_by_email,
            "last_login": person.last_login,
            "is_active": person.is_active,
        },
        things=((User._meta.label_lower, str(person.pk)),),
        address=reverse("my"),
    )


def roles_of(person: User) -> Iterator[Record]:
    """Yield the roles that were given, ended ones too."""
    rows = RoleGrant.objects.filter(person=person).select_related("role", "agency", "area")
    for row in rows.order_by("-valid_from", "-pk"):
        yield Record(
            key=str(row.pk),
            title=in_language(row.role.name),
            at=row.valid_from,
            agency=row.agency,
            facts={
                "role": row.role.code,
                "agency": row.agency.code if row.agency else "",
                "area": row.area.code if row.area else "",
                "valid_from": row.valid_from,
                "ends_at": row.ends_at,
                "reason": row.reason,
            },
            things=((RoleGrant._meta.label_lower, str(row.pk)),),
        )


def tokens_of(person: User) -> Iterator[Record]:
    """Yield the tokens of one's programs; the token itself is kept nowhere."""
    for row in AccessToken.objects.filter(person=person).order_by("-made_at", "-pk"):
        yield Record(
            key=str(row.pk),
            title=row.name,
            at=row.made_at,
            facts={
                "name": row.name,
                "made_at": row.made_at,
                "expires_at": row.expires_at,
                "last_used_at": row.last_used_at,
                "revoked_at": row.revoked_at,
            },
            things=((AccessToken._meta.label_lower, str(row.pk)),),
            address=reverse("my_tokens"),
        )


holdings.register("core.account")(
    Holding(
        title=_("Account"),
        purpose=_("To let you sign in and to reach you."),
        ground=_("Personal Data Protection Act art. 15(2): you agreed when you signed up."),
        kept=_("As long as the account is there."),
        of=account_of,
        covers=frozenset(f"core.user.{name}" for name in User.PERSONAL),
    )
)
holdings.register("core.roles")(
    Holding(
        title=_("Roles"),
        purpose=_("To know who may do what for the city, and who could at any time."),
        ground=_("Personal Data Protection Act art. 15(1): within the duties set by law."),
        kept=_("Without end: the journal refers to them."),
        of=roles_of,
    )
)
holdings.register("core.tokens")(
    Holding(
        title=_("Tokens for programs"),
        purpose=_("To let your own programs act as you."),
        ground=_("Personal Data Protection Act art. 15(2): you made them."),
        kept=_("As long as the account is there."),
        of=tokens_of,
    )
)
exempt.register("core.journalpersonal.value")(
    "Copies of what an act changed, kept as proof; the thing itself is shown by its own room, "
    "and they are erased with it."
)
