"""What can be done to a permit, by whom and when: one table for pages and checks."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shizheng.core.access import Person, may
from shizheng.core.models import User
from shizheng.places.digging.access import REVIEW, acts_for
from shizheng.places.digging.actions.working import pipes_signed_by
from shizheng.places.digging.models import DigPermit, SiteReport


@dataclass(frozen=True, slots=True)
class Act:
    """An act (作為): its key in the address, its name, the states it starts from, who does it.

    ``side`` is ``office``, ``owner`` or ``either``; ``form`` names what is asked.
    """

    key: str
    name: str | Promise
    states: tuple[str, ...]
    side: str
    form: str
    is_main: bool = False


ACTS = (
    Act("grant", _("Grant"), ("waiting",), "office", "note", is_main=True),
    Act("refuse", _("Refuse"), ("waiting",), "office", "reason"),
    Act("return", _("Ask for a modified application"), ("waiting",), "office", "reason"),
    Act("revoke", _("Revoke"), ("granted",), "office", "reason"),
    Act("sign", _("Sign on site for a pipe"), ("granted",), "operator", "sign", is_main=True),
    Act("begin", _("Begin work"), ("granted",), "owner", "site", is_main=True),
    Act("change", _("Ask for other dates"), ("granted",), "owner", "change"),
    Act("stop", _("Stop work"), ("in_progress",), "either", "reason"),
    Act("resume", _("Go on with work"), ("stopped",), "either", "note", is_main=True),
    Act("backfill", _("Report the trench filled"), ("in_progress",), "owner", "site", is_main=True),
    Act("restored", _("Report the road restored"), ("backfilled",), "owner", "site", is_main=True),
    Act("accept", _("Accept the restored road"), ("backfilled",), "office", "note", is_main=True),
    Act(
        "charge", _("Charge for work that the city did"),
        ("in_progress", "stopped", "backfilled", "closed"), "office", "charge",
    ),
    Act("cancel", _("Take back"), ("waiting", "granted"), "owner", "reason"),
)  # fmt: skip


def acts_open(permit: DigPermit, person: Person) -> list[Act]:
    """Return what a person can do to a permit now, in the order of the table."""
    if not isinstance(person, User):
        return []
    is_office, is_owner = may(person, REVIEW, permit), acts_for(person, permit.record.owner)
    sides = {"office": is_office, "owner": is_owner, "either": is_office or is_owner}
    return [
        act
        for act in ACTS
        if permit.state in act.states
        and (sides[act.side] if act.side in sides else bool(pipes_to_sign(permit, person)))
        and _is_time(act, permit, is_office)
    ]


def _is_time(act: Act, permit: DigPermit, is_office: bool) -> bool:
    if act.key == "begin":
        return set(permit.operators) <= set(permit.operators_signed)
    if act.key == "accept":
        return permit.reports.filter(kind=SiteReport.Kind.RESTORE).exists()
    if act.key == "resume" and not is_office:
        stop = permit.reports.filter(kind=SiteReport.Kind.STOP).last()
        return stop is None or not stop.is_office
    return True


def pipes_to_sign(permit: DigPermit, person: User) -> list[str]:
    """Return the pipes of a permit for which a person can sign now."""
    from django.utils import timezone

    left = [pipe for pipe in permit.operators if pipe not in permit.operators_signed]
    if not left or may(person, REVIEW, permit):
        return left
    mine = pipes_signed_by(person, permit, at=timezone.now())
    return [pipe for pipe in left if pipe in mine]
