"""What an edition must have before it binds (新增項目要件); the rule is ``plan.domain.gate``."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.domain.gate import Promise, gaps_of, is_reworded
from shizheng.plan.models import Commitment, Edition, Item, Target

MOST_NAMED = 10


class NewItemsIncomplete(DomainError):
    """New items that nobody could be held to, or weights that do not add up (新增項目要件不全)."""

    code = "plan.new_items_incomplete"
    message = N_(
        "Items lack an owner with a due date and an indicator with a source, or weights that add "
        "to 100: {codes}"
    )
    hint = N_("The page of the draft names what each lacks and links to where it is written.")


@dataclass(frozen=True, slots=True)
class Gap:
    """An item of a draft with the codes of what it lacks (缺漏)."""

    item: Item
    lacks: Sequence[str]


def is_first(edition: Edition) -> bool:
    """Whether the city held no text before: a first one is imported, and shown with its gaps."""
    return not _earlier(edition).exists()


def _earlier(edition: Edition) -> QuerySet[Edition]:
    drafts = Edition.Status.DRAFT
    others = Edition.objects.exclude(pk=edition.pk).exclude(status=drafts)
    if edition.status == drafts or edition.adopted_at is None:
        return others
    return others.filter(adopted_at__lt=edition.adopted_at)


def gaps(edition: Edition) -> list[Gap]:
    """Return the items of an edition that lack something, in the order of the text.

    An item is new if no earlier text of any plan has its words, and what stood at its place in
    its own plan was another sentence.
    """
    return _lacking(edition, new=set() if is_first(edition) else _new(edition))


def _new(edition: Edition) -> set[UUID]:
    """Return the items whose sentence no earlier text has, be it in somewhat other words."""
    earlier = Item.objects.filter(edition__in=_earlier(edition)).order_by()
    unknown = edition.items.exclude(
        Exists(earlier.filter(search_text=OuterRef("search_text")))
    ).order_by()
    texts = dict(unknown.values_list("code", "search_text"))
    there = earlier.filter(edition__plan=edition.plan_id, code__in=texts)
    reworded = {
        code for code, text in there.values_list("code", "search_text")
        if is_reworded(texts[code], text)
    }  # fmt: skip
    return {pk for pk, code in unknown.values_list("pk", "code") if code not in reworded}


def gaps_counted(edition: Edition) -> Counter[str]:
    """Return how many items of an edition lack what, as if every one were new."""
    every = set(edition.items.order_by().values_list("pk", flat=True))
    return Counter(code for gap in _lacking(edition, new=every) for code in gap.lacks)


def _lacking(edition: Edition, new: set[UUID]) -> list[Gap]:
    promises = promises_of(edition)
    wanted = new | promises.keys()
    rows = edition.items.filter(pk__in=wanted) if len(wanted) < MOST_NAMED else edition.items.all()
    rows = rows.select_related("chapter__agency").order_by("chapter__number", "number")
    found = [Gap(item, gaps_of(promises.get(item.pk, ()), is_new=item.pk in new)) for item in rows]
    return [gap for gap in found if gap.lacks]


def promises_of(edition: Edition) -> dict[UUID, list[Promise]]:
    """Return the commitments that an edition holds to, by item, as far as the rule asks."""
    held = Commitment.objects.filter(item__edition=edition, held_to=None).order_by("number")
    found: dict[UUID, list[Promise]] = defaultdict(list)
    for row in held.prefetch_related(Prefetch("targets", Target.objects.filter(held_to=None))):
        indicators = tuple((bool(t.source or row.source), t.weight) for t in row.targets.all())
        found[row.item_id].append(Promise(row.due_on, indicators))
    return found


def items_incomplete(edition: Edition) -> list[str]:
    """Return the codes of the items that keep a draft from being adopted."""
    return [gap.item.code for gap in gaps(edition)]


def new_items_check(edition: Edition) -> None:
    """Do nothing if every new item of a draft is complete.

    Raises:
        NewItemsIncomplete: one is not; names them.
    """
    codes = items_incomplete(edition)
    if codes:
        more = " …" if len(codes) > MOST_NAMED else ""
        raise NewItemsIncomplete(codes=", ".join(codes[:MOST_NAMED]) + more)
