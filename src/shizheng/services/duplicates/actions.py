"""Linking cases and taking them apart: nothing is deleted, both histories stay, undo restores.

Joins in the city are made one at a time (a lock on its row), each from the master down, so that
two people who join the same cases the other way round cannot make a circle.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from shizheng.core import journal
from shizheng.core.models import City, User
from shizheng.services.actions.acting import case_locked
from shizheng.services.actions.run import Run
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import CaseUnknown
from shizheng.services.duplicates import riding
from shizheng.services.duplicates.access import require_link
from shizheng.services.duplicates.errors import (
    LinkCircle,
    LinkClosed,
    LinkGone,
    LinkMade,
    LinkToItself,
    NotMergeable,
)
from shizheng.services.models import Case, CaseLink
from shizheng.services.versions import definition_by

DUPLICATE = CaseLink.Kind.DUPLICATE


@transaction.atomic
def case_link(
    *, case: Case, to: Case, kind: str, by: User, at: datetime, reason: str = "",
    score: float | None = None,
) -> CaseLink:  # fmt: skip
    """Link a case to another; a duplicate goes the way of ``to``, or of what that is joined to.

    Args:
        kind: duplicate, child, follow_on or related.
        score: how alike they were said to be, 0 to 1; None if a person found it.

    Raises:
        NotPermitted: ``by`` may not link ``case``.
        CaseUnknown: ``by`` may not see ``to``.
        LinkToItself, LinkMade, LinkCircle, LinkClosed, NotMergeable: why not.
    """
    require_link(by, case)
    if not Case.objects.visible_to(by).filter(pk=to.pk).exists():
        raise CaseUnknown(number=to.number)
    if case.pk == to.pk:
        raise LinkToItself(number=case.number)
    _one_at_a_time()
    if kind != DUPLICATE:
        known = CaseLink.objects.filter(case=case, to=to, kind=kind, undone_at=None).first()
        if known is not None:
            raise LinkMade(number=case.number, master=to.number)
        return _made(case=case, to=to, kind=kind, by=by, at=at, reason=reason, score=score)
    return _join(case, to, by=by, at=at, reason=reason, score=score)


def _one_at_a_time() -> None:
    City.objects.select_for_update(no_key=True).order_by("pk").first()


def _made(*, by: User | None, at: datetime, **fields: Any) -> CaseLink:
    link = CaseLink.objects.create(made_by=by, made_at=at, **fields)
    now = {"case": link.case.number, "to": link.to.number, "kind": str(link.kind)}
    journal.record("services.link.made", link, by=by, at=at, why=link.reason, now=now)
    return link


def _join(
    case: Case, to: Case, *, by: User, at: datetime, reason: str, score: float | None
) -> CaseLink:
    above = _link_of(to)
    master = case_locked(above.to if above else to, None)
    locked = case_locked(case, None)
    _check(locked, master)
    link = _linked(locked, master, by=by, at=at, reason=reason, score=score)
    for mine in CaseLink.objects.filter(to=locked, kind=DUPLICATE, undone_at=None):
        _move(mine, master, link, by=by, at=at)
    return link


def _check(case: Case, master: Case) -> None:
    known = _link_of(case)
    if case.pk == master.pk:
        raise LinkCircle(number=case.number, master=master.number)
    if known is not None:
        raise LinkMade(number=case.number, master=known.to.number)
    for each in (master, case):
        definition = definition_by(each.version_id)
        if definition.intake.duplicates is None:
            raise NotMergeable(service=Choosable(definition.name))
        if not each.is_open:
            raise LinkClosed(number=each.number)


def _link_of(case: Case) -> CaseLink | None:
    """Return the link by which a case is a duplicate now."""
    rows = CaseLink.objects.filter(case=case, kind=DUPLICATE, undone_at=None)
    return rows.select_related("to", "case").first()


def _linked(
    case: Case, master: Case, *, by: User, at: datetime, reason: str, score: float | None
) -> CaseLink:
    run = Run(case, at=at, by=by)
    before = riding.standing(run)
    run.begin(
        "linked", left=case.state, entered=case.state, given={"number": master.number},
        note=reason, by=by,
    )  # fmt: skip
    riding.ride(run)
    run.end()
    run.finish()
    return _made(
        case=case, to=master, kind=DUPLICATE, by=by, at=at, reason=reason, score=score,
        before=before,
    )  # fmt: skip


def _move(mine: CaseLink, master: Case, link: CaseLink, *, by: User, at: datetime) -> CaseLink:
    """Let a duplicate go over to the master of its master."""
    _end(mine, by=by, at=at, reason=f"{mine.to.number} → {master.number}")
    return _made(
        case=mine.case, to=master, kind=DUPLICATE, by=by, at=at, reason=mine.reason,
        score=mine.score, before=mine.before, moved_with=link, replaces=mine,
    )  # fmt: skip


@transaction.atomic
def case_unlink(*, link: CaseLink, by: User, at: datetime, reason: str) -> CaseLink:
    """Take two cases apart again (解除併案); what had come along goes back, too.

    Raises:
        NotPermitted: ``by`` may not link the case.
        LinkGone: the link was taken back already.
    """
    require_link(by, link.case)
    _one_at_a_time()
    fresh = CaseLink.objects.select_related("case", "to").get(pk=link.pk)
    if fresh.undone_at is not None:
        raise LinkGone(number=fresh.case.number, master=fresh.to.number)
    _end(fresh, by=by, at=at, reason=reason)
    if fresh.kind != DUPLICATE:
        return fresh
    _put_back(fresh, by=by, at=at, reason=reason)
    moved = CaseLink.objects.filter(moved_with=fresh, undone_at=None).order_by("made_at", "pk")
    for each in moved.select_related("case", "to", "replaces__to"):
        _return(each, by=by, at=at, reason=reason)
    return fresh


def _end(link: CaseLink, *, by: User | None, at: datetime, reason: str) -> None:
    link.undone_at, link.undone_by, link.undone_reason = at, by, reason[:200]
    link.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    now = {"case": link.case.number, "to": link.to.number, "kind": str(link.kind)}
    journal.record("services.link.undone", link, by=by, at=at, why=reason, was=now)


def _put_back(link: CaseLink, *, by: User, at: datetime, reason: str) -> None:
    """Let the duplicate of a link stand on its own again."""
    case = case_locked(link.case, None)
    run = Run(case, at=at, by=by)
    run.begin(
        "unlinked", left=case.state, entered=link.before["state"],
        given={"number": link.to.number}, note=reason, by=by,
    )  # fmt: skip
    riding.put_back(run, link.before)
    run.end()
    run.finish()


def _return(link: CaseLink, *, by: User, at: datetime, reason: str) -> None:
    """Let a duplicate that had moved with its master go back to it, waiting as before."""
    former = link.replaces
    assert former is not None  # noqa: S101 - every moved link replaces one
    _end(link, by=by, at=at, reason=reason)
    if not link.case.is_open:
        _put_back(link, by=by, at=at, reason=reason)
        case = case_locked(link.case, None)
        run = Run(case, at=at, by=by)
        run.begin("linked", left=case.state, entered=case.state, given={"number": former.to.number})
        riding.ride(run)
        run.end()
        run.finish()
    _made(
        case=link.case, to=former.to, kind=DUPLICATE, by=by, at=at, reason=former.reason,
        score=former.score, before=former.before, moved_with=former.moved_with,
        replaces=former.replaces,
    )  # fmt: skip


def link_end(link: CaseLink, *, by: User | None, at: datetime, reason: str) -> None:
    """Note that a duplicate goes its own way from now on; its case is not touched."""
    _end(link, by=by, at=at, reason=reason)
