"""People who sign in, and the roles they hold for a time."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shizheng.core.models.agency import Agency
from shizheng.core.models.area import Area
from shizheng.core.models.keys import Keyed, new_key
from shizheng.core.visibility import VisibleQuerySet


class People(UserManager.from_queryset(VisibleQuerySet)):  # type: ignore[misc]  # built by Django
    """Accounts, with what a viewer may see of them."""

    use_in_migrations = False


class User(AbstractUser):
    """A person's account (帳號): resident, officer or any other."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    display_name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    notices_by_email = models.BooleanField(
        default=False, help_text="Wants what the site tells them by e-mail too."
    )
    is_demo = models.BooleanField(default=False, help_text="Invented; can be stepped into.")

    objects: ClassVar[People] = People()

    PERSONAL = ("username", "display_name", "first_name", "last_name", "email")

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username


class Role(Keyed):
    """A named set of permissions (角色), defined in the pack."""

    code = models.SlugField(unique=True)
    name = models.JSONField(help_text="Language to name.")
    permissions = models.JSONField(help_text="List of permission names.")
    is_staff_role = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class RoleGrant(Keyed):
    """A role given to a person, for an agency and an area, from one moment to another (授權)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="role_grant_ends_after_it_starts",
                violation_error_message=_("A role must end after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role_id}"

    @property
    def ends_at(self) -> datetime | None:
        """The moment from which the role is no longer held: its end, or earlier if revoked."""
        return min(filter(None, (self.valid_to, self.revoked_at)), default=None)

    def is_in_force(self, at: datetime) -> bool:
        """Whether the role is held at a moment."""
        return self.valid_from <= at and (self.ends_at is None or at < self.ends_at)
