"""Writes of the plan register: import an edition, adopt it, annotate, report a milestone."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import N_, ChangedMeanwhile, DomainError
from shizheng.plan.domain.outline.values import Outline
from shizheng.plan.midterm.carrying import goals_carry
from shizheng.plan.models import (
    Annotation,
    Chapter,
    Commitment,
    Edition,
    EvidenceBinding,
    GoalItem,
    Item,
    Milestone,
    Plan,
    Target,
)
from shizheng.plan.register.complete import new_items_check
from shizheng.plan.register.searchable import edition_index, edition_withdraw
from shizheng.plan.register.tasks import recompute_lights


class SameText(DomainError):
    """The file is the very text of an edition that is there already."""

    code = "plan.same_text"
    message = N_("This file is edition {number} of the plan, byte for byte.")
    hint = N_("Nothing was imported. Open edition {number} instead.")
    status = 409


class NothingFound(DomainError):
    """The parser found no numbered item."""

    code = "plan.no_items"
    message = N_("No numbered item was found in {name}.")
    hint = N_(
        "Check that this is the outline's text: chapters 一、 and items (一) on their own lines."
    )


class NotADraft(DomainError):
    """Only a draft can be adopted or thrown away."""

    code = "plan.not_a_draft"
    message = N_("Edition {number} is adopted and stays as it is.")
    hint = N_("Import the changed text as a new edition.")
    status = 409


@transaction.atomic
def edition_import(
    *,
    plan: Plan,
    parsed: Outline,
    name: str,
    by: User | None,
    at: datetime,
    agencies: Mapping[int, Agency] | None = None,
) -> Edition:
    """Keep a parsed outline as a new draft edition, word for word.

    Args:
        agencies: the department of each chapter number, where known.

    Raises:
        NotPermitted: ``by`` may not import outlines; None is the city's own command line.
        SameText: an edition with these very bytes exists.
        NothingFound: the text holds no item.
    """
    if by is not None:
        require(by, "plan.import_outline")
    if not any(chapter.items for chapter in parsed.chapters):
        raise NothingFound(name=name)
    Plan.objects.select_for_update().get(pk=plan.pk)
    same = Edition.objects.filter(plan=plan, source_digest=parsed.digest).first()
    if same:
        raise SameText(number=same.number)
    last = Edition.objects.filter(plan=plan).order_by("-number").first()
    edition = Edition.objects.create(
        plan=plan,
        number=last.number + 1 if last else 1,
        title=parsed.title[:300],
        source_name=name[:200],
        source_digest=parsed.digest,
        pieces=[[piece.kind, piece.owner, piece.text] for piece in parsed.pieces],
        text_digest=sha256(parsed.text.encode()).hexdigest(),
        preface=parsed.preface,
        unplaced=[asdict(line) for line in parsed.unplaced],
        gaps=[asdict(gap) for gap in parsed.gaps],
        imported_at=at,
        imported_by=by,
    )
    _write_chapters(edition, parsed, agencies or {})
    journal.record(
        "plan.edition.imported",
        edition,
        by=by,
        at=at,
        now={"name": name, "digest": parsed.digest, "chapters": len(parsed.chapters)},
    )
    return edition


def _write_chapters(edition: Edition, parsed: Outline, agencies: Mapping[int, Agency]) -> None:
    items: list[Item] = []
    for chapter in parsed.chapters:
        row = Chapter.objects.create(
            edition=edition,
            number=chapter.number,
            label=chapter.label[:20],
            title=chapter.title[:200],
            intro=chapter.intro,
            agency=agencies.get(chapter.number),
            source_start=chapter.start,
            source_end=chapter.end,
            line=chapter.line,
        )
        items += [
            Item(
                edition=edition,
                chapter=row,
                number=item.number,
                code=item.code,
                label=item.label,
                section=item.section or "",
                text=item.text,
                search_text=item.search_text,
                source_start=item.start,
                source_end=item.end,
                line=item.line,
                last_line=item.last_line,
            )
            for item in chapter.items
        ]
    Item.objects.bulk_create(items, batch_size=200)


@transaction.atomic
def edition_adopt(
    *,
    edition: Edition,
    by: User | None,
    on: date | None,
    from_: date,
    at: datetime,
    why: str = "",
    gaps_reason: Mapping[str, str] | None = None,
) -> Edition:
    """Make a draft binding; the edition in force until now is superseded.

    Args:
        on: the day of adoption, where it is known.
        from_: the first day on which the edition binds.
        gaps_reason: language to why new items may lack owner, day or indicator; only a pack says
            so, and the edition's page shows it. Without it the gate holds, whoever adopts.

    Raises:
        NotPermitted: ``by`` may not adopt; None is the city's own command line.
        NotADraft: the edition is adopted already.
        NewItemsIncomplete: a new item has no owner with day and indicator.
    """
    if by is not None:
        require(by, "plan.adopt_edition")
    draft_lock(edition)
    if not gaps_reason:
        new_items_check(edition)
    draft = Edition.objects.filter(pk=edition.pk, status=Edition.Status.DRAFT)
    until_now = Edition.objects.filter(plan=edition.plan_id, status=Edition.Status.ADOPTED)
    before = list(until_now)
    for superseded in before:
        edition_withdraw(superseded)
    until_now.update(status=Edition.Status.SUPERSEDED, in_force_to=from_)
    if not draft.update(
        status=Edition.Status.ADOPTED, adopted_on=on, adopted_at=at, in_force_from=from_,
        gaps_reason=dict(gaps_reason or {}),
    ):  # fmt: skip
        raise ChangedMeanwhile(thing=edition)
    edition.refresh_from_db()
    goals_carry(before, edition, at)
    _hold_from(edition, timezone.make_aware(datetime.combine(from_, time.min)))
    _adoption_tell(edition, by, at, why)
    edition_index(edition)
    recompute_lights.enqueue(key="plan.recompute_lights")
    return edition


def _adoption_tell(edition: Edition, by: User | None, at: datetime, why: str) -> None:
    """Write an adoption into the journal, and publish it."""
    in_force_from = str(edition.in_force_from)
    journal.record(
        "plan.edition.adopted",
        edition,
        by=by,
        at=at,
        why=why,
        was={"status": "draft"},
        now={"status": "adopted", "in_force_from": in_force_from},
    )
    outbox.publish(
        "city.plan.adopted",
        edition,
        at=at,
        payload={
            "plan": edition.plan.code,
            "edition": edition.number,
            "in_force_from": in_force_from,
            "source_sha256": edition.source_digest,
        },
    )


def draft_lock(edition: Edition) -> None:
    """Keep everybody else from writing on a draft, or adopting it, until this transaction ends.

    Raises:
        NotADraft: the edition is adopted, or gone.
    """
    drafts = Edition.objects.select_for_update().order_by()
    if not list(drafts.filter(pk=edition.pk, status=Edition.Status.DRAFT).values_list("pk")):
        raise NotADraft(number=edition.number)


def _hold_from(edition: Edition, start: datetime) -> None:
    """Let the commitments of a draft hold from the day on which its text does."""
    held = Commitment.objects.filter(item__edition=edition, held_to=None)
    Target.objects.filter(commitment__in=held, held_to=None).update(held_from=start)
    Milestone.objects.filter(commitment__in=held, held_to=None).update(held_from=start)
    held.update(held_from=start)


@transaction.atomic
def edition_discard(*, edition: Edition, by: User, at: datetime, why: str) -> None:
    """Throw a draft away; the journal keeps that it was there.

    Raises:
        NotPermitted: ``by`` may not import outlines.
        NotADraft: the edition is adopted and stays.
    """
    require(by, "plan.import_outline")
    if edition.status != Edition.Status.DRAFT:
        raise NotADraft(number=edition.number)
    journal.record(
        "plan.edition.discarded", edition, by=by, at=at, why=why,
        was={"name": edition.source_name, "digest": edition.source_digest},
    )  # fmt: skip
    commitments = Commitment.objects.filter(item__edition=edition)
    Target.objects.filter(commitment__in=commitments).delete()
    Milestone.objects.filter(commitment__in=commitments).delete()
    commitments.delete()
    GoalItem.objects.filter(item__edition=edition).delete()
    EvidenceBinding.objects.filter(item__edition=edition).delete()
    Annotation.objects.filter(item__edition=edition).delete()
    Item.objects.filter(edition=edition).delete()
    Chapter.objects.filter(edition=edition).delete()
    edition.delete()


@transaction.atomic
def milestone_reach(
    *, milestone: Milestone, by: User, reached_on: date, why: str, at: datetime
) -> Milestone:
    """Record that a milestone was reached, and on what that statement rests.

    The standing row ends and a new one begins, so the page as of an earlier day shows what the
    city knew then.

    Raises:
        NotPermitted: ``by`` may not report on commitments of this department.
        ChangedMeanwhile: somebody reported on it after it was read.
    """
    require(by, "plan.edit_commitment", milestone.commitment)
    standing = Milestone.objects.filter(pk=milestone.pk, held_to=None, reached_on=None)
    if not standing.update(held_to=at):
        raise ChangedMeanwhile(thing=N_("The milestone"))
    reached = Milestone.objects.create(
        commitment=milestone.commitment,
        name=milestone.name,
        due_on=milestone.due_on,
        reached_on=reached_on,
        is_proposed=False,
        source=why,
        held_from=at,
        recorded_by=by,
    )
    journal.record(
        "plan.milestone.reached",
        milestone.commitment,
        by=by,
        at=at,
        why=why,
        was={"reached_on": None},
        now={"reached_on": reached_on},
    )
    recompute_lights.enqueue(key="plan.recompute_lights")
    return reached
