"""Who acts in invented cases: the accounts of the demonstration, and people nobody can be."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from shizheng.core.models import Agency, Role, RoleGrant, User
from shizheng.core.visibility import forget
from shizheng.core.words import FALLBACK, in_language

BEFORE = timedelta(days=3_700)


class Cast:
    """The people of the demonstration, each with their role in the time before today (示範人物).

    Accounts that one can step into have held their role all along; for an agency that has no
    account somebody invented acts whose role ends today.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.people: dict[str, User] = {}
        self.agencies = {agency.code: agency for agency in Agency.objects.all()}
        self.roles = {role.code: role for role in Role.objects.all()}
        grants = RoleGrant.objects.filter(person__is_demo=True, valid_to=None, revoked_at=None)
        self.accounts = list(grants.select_related("person", "role", "agency"))
        for grant in self.accounts:
            self._held_before(grant.person, grant.role, grant.agency)
            self.people[grant.person.username] = grant.person

    def called(self, username: str) -> User:
        """Return an account by its name.

        Raises:
            KeyError: the pack has no such account.
        """
        return self.people[username]

    def one(self, name: str, agency: str = "") -> User:
        """Return who holds a role for an agency, or an account that is called so.

        Args:
            agency: code; empty for whoever holds the role.
        """
        if name not in self.roles:
            return self.people[name]
        mine = [each for each in self.accounts if each.role.code == name]
        for grant in mine:
            if grant.agency is None or agency in ("", grant.agency.code):
                return self.people[grant.person.username]
        return self.other(name, agency)

    def other(self, role: str, agency: str) -> User:
        """Return somebody invented for a role of an agency, whom nobody can step into."""
        username = f"demo-{role}-{agency}".replace("_", "-")
        if username not in self.people:
            where, what = self.agencies[agency], self.roles[role]
            name = f"{gettext('Invented')} {in_language(what.name, FALLBACK)}"
            person, is_new = User.objects.get_or_create(
                username=username, defaults={"display_name": name, "agency": where}
            )
            if is_new:
                person.set_unusable_password()
                person.save(update_fields=["password"])
            self._held_before(person, what, where)
            self.people[username] = person
        return self.people[username]

    def _held_before(self, person: User, role: Role, agency: Agency | None) -> None:
        RoleGrant.objects.get_or_create(
            person=person, role=role, agency=agency, area=None, reason="demo cases",
            defaults={"valid_from": self.at - BEFORE, "valid_to": self.at},
        )  # fmt: skip
        forget(person)
