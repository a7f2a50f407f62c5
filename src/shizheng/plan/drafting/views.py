"""Pages on which a department writes on a draft: its items, one item, and the forms that act."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core.access import VisibleQuerySet, found
from shizheng.core.models import User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.drafting import actions, forms, selectors
from shizheng.plan.drafting.answering import Sent, answered_or_shown
from shizheng.plan.models import Commitment, Edition, Item, Milestone, Target
from shizheng.plan.register.complete import gaps, is_first
from shizheng.plan.register.drafts import address
from shizheng.plan.sent import answered, sent_before

ROWS = 30
PARTS: dict[str, tuple[type[Target] | type[Milestone], type[forms.DraftForm]]] = {
    "indicator": (Target, forms.TargetForm),
    "milestone": (Milestone, forms.MilestoneForm),
}


def _crumbs(edition: Edition, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("plan:draft", args=(edition.plan.code, edition.number))
    name = _("Edition {number}").format(number=edition.number)
    return [
        (_("Editions"), reverse("plan:editions")), (name, address(edition)),
        (_("Write on the draft"), here if more else ""), *more,
    ]  # fmt: skip


def item_address(item: Item) -> str:
    """Return where an item of a draft is written on."""
    edition = item.edition
    return reverse("plan:draft_item", args=(edition.plan.code, edition.number, item.code))


@login_required
@require_safe
def draft(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """List the items of a draft with what each lacks before adoption."""
    editions: VisibleQuerySet[Edition] = VisibleQuerySet(Edition)
    editions = editions.select_related("plan").defer("pieces")
    edition = found(request.user, editions, plan__code=plan, number=number)
    if edition.status != Edition.Status.DRAFT:
        return redirect(address(edition))
    only_mine = request.GET.get("of") != "all"
    rows = selectors.items_of_draft(edition, viewer=request.user, only_mine=only_mine)
    lacking = [row for row in rows if row.lacks]
    is_lacking = request.GET.get("show") == "gaps"
    page = Paginator(lacking if is_lacking else rows, ROWS).get_page(request.GET.get("page"))
    shown = {
        "edition": edition, "page": page, "only_mine": only_mine, "is_lacking": is_lacking,
        "total": len(rows), "lacking": len(lacking), "is_first": is_first(edition),
        "crumbs": _crumbs(edition),
    }  # fmt: skip
    return render(request, "plan/drafting/draft.html", shown)


def _item(request: HttpRequest, plan: str, number: int, code: str, act: str | None = None) -> Item:
    rows: VisibleQuerySet[Item] = VisibleQuerySet(Item)
    rows = rows.select_related("edition__plan", "chapter__agency")
    rows = rows.filter(edition__status=Edition.Status.DRAFT).defer("edition__pieces")
    return found(request.user, rows, act, edition__plan__code=plan, edition__number=number,
                 code=code)  # fmt: skip


@login_required
@require_safe
def draft_item(request: HttpRequest, plan: str, number: int, code: str) -> HttpResponse:
    """Show an item of a draft: what was written on it, and what it lacks."""
    item = _item(request, plan, number, code)
    commitments = selectors.commitments_of(item)
    lacks = next((gap.lacks for gap in gaps(item.edition) if gap.item.pk == item.pk), ())
    mine = selectors.items_mine(item.edition, viewer=request.user)
    shown = {
        "item": item, "edition": item.edition, "commitments": commitments, "lacks": lacks,
        "weights": selectors.weights_of(commitments),
        "goals": item.midterm_goals.select_related("midterm"),
        "may_write": mine.filter(pk=item.pk).exists(),
        "crumbs": _crumbs(item.edition, (item.code, "")),
    }  # fmt: skip
    return render(request, "plan/drafting/item.html", shown)


def _shown(item: Item, form: forms.DraftForm) -> dict[str, Any]:
    back = item_address(item)
    return {
        "back": back, "subject": f"{item.code} {item.text[:60]}",
        "crumbs": _crumbs(item.edition, (item.code, back), (str(form.title), "")),
    }  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def commitment_new(request: HttpRequest, plan: str, number: int, code: str) -> HttpResponse:
    """Add a commitment."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    initial = {"agency": item.chapter.agency}
    form = forms.CommitmentForm(request.POST or None, initial=initial)

    def perform() -> str:
        by = cast(User, request.user)
        actions.commitment_write(item=item, by=by, at=timezone.now(), **form.given)
        return item_address(item)

    return answered(request, form, _shown(item, form), perform)


def _commitment(request: HttpRequest, item: Item, key: str) -> Commitment:
    """Return a commitment of the item.

    Raises:
        ChangedMeanwhile: somebody took it out while this person was writing.
        Http404: there never was one.
    """
    rows = item.commitments.select_related("item__edition__plan", "item__chapter__agency")
    row = rows.filter(pk=key, held_to=None).first()
    return row or _gone(request)


def _gone(request: HttpRequest) -> Any:
    if request.method == "POST":
        raise ChangedMeanwhile(thing=_("What you were writing on"))
    raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def commitment_edit(
    request: HttpRequest, plan: str, number: int, code: str, key: str
) -> HttpResponse:
    """Change a commitment."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    row = _commitment(request, item, key)
    sent = Sent(request, row)
    form = forms.CommitmentForm(
        sent.data, seen=row.revision, initial=forms.CommitmentForm.shown_of(row)
    )

    def perform() -> str:
        actions.commitment_change(
            commitment=row, seen=row.revision, by=cast(User, request.user), at=timezone.now(),
            **form.given,
        )  # fmt: skip
        return item_address(item)

    shown = _shown(item, form) | {"remove": _part_address("draft_commitment_remove", item, row)}
    return answered_or_shown(sent, form, shown, perform)


@login_required
@require_http_methods(["GET", "POST"])
def commitment_remove(
    request: HttpRequest, plan: str, number: int, code: str, key: str
) -> HttpResponse:
    """Take a commitment out."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    row = _commitment(request, item, key)
    sent = Sent(request, row)
    form = forms.RemoveForm(sent.data, seen=row.revision)

    def perform() -> str:
        by = cast(User, request.user)
        actions.commitment_remove(commitment=row, seen=row.revision, by=by, at=timezone.now())
        return item_address(item)

    return answered_or_shown(sent, form, _shown(item, form), perform)


@login_required
@require_http_methods(["GET", "POST"])
def part_new(
    request: HttpRequest, plan: str, number: int, code: str, key: str, *, part: str
) -> HttpResponse:
    """Add an indicator or a milestone to a commitment."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    commitment = _commitment(request, item, key)
    form = PARTS[part][1](request.POST or None, initial={"due_on": commitment.due_on})

    def perform() -> str:
        _write(part, commitment, cast(User, request.user), form)
        return item_address(item)

    return answered(request, form, _shown(item, form), perform)


def _write(
    part: str,
    commitment: Commitment,
    by: User,
    form: forms.DraftForm,
    row: Target | Milestone | None = None,
) -> None:
    act: Any = actions.target_write if part == "indicator" else actions.milestone_write
    name = "target" if part == "indicator" else "milestone"
    standing = {name: row, "seen": row.revision} if row else {}
    act(commitment=commitment, by=by, at=timezone.now(), **standing, **form.given)


def _part(request: HttpRequest, item: Item, part: str, key: str) -> Any:
    rows: Any = PARTS[part][0].objects.filter(held_to=None, commitment__item=item, pk=key)
    rows = rows.select_related("commitment__item__edition__plan", "commitment__item__chapter")
    return rows.first() or _gone(request)


@login_required
@require_http_methods(["GET", "POST"])
def part_edit(
    request: HttpRequest, plan: str, number: int, code: str, key: str, *, part: str
) -> HttpResponse:
    """Change an indicator or a milestone."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    row = _part(request, item, part, key)
    sent, kind = Sent(request, row), cast(Any, PARTS[part][1])
    form = kind(sent.data, seen=row.revision, initial=forms.initial_of(row, kind.NAMES))

    def perform() -> str:
        _write(part, row.commitment, cast(User, request.user), form, row)
        return item_address(item)

    remove = _part_address(f"draft_{part}_remove", item, row)
    return answered_or_shown(sent, form, _shown(item, form) | {"remove": remove}, perform)


@login_required
@require_http_methods(["GET", "POST"])
def part_remove(
    request: HttpRequest, plan: str, number: int, code: str, key: str, *, part: str
) -> HttpResponse:
    """Take an indicator or a milestone out."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    row = _part(request, item, part, key)
    sent = Sent(request, row)
    form = forms.RemoveForm(sent.data, seen=row.revision)

    def perform() -> str:
        by = cast(User, request.user)
        actions.part_remove(part=row, seen=row.revision, by=by, at=timezone.now())
        return item_address(item)

    return answered_or_shown(sent, form, _shown(item, form), perform)


def _part_address(name: str, item: Item, row: Commitment | Target | Milestone) -> str:
    edition = item.edition
    return reverse(f"plan:{name}", args=(edition.plan.code, edition.number, item.code, row.pk))


@login_required
@require_http_methods(["GET", "POST"])
def item_goals(request: HttpRequest, plan: str, number: int, code: str) -> HttpResponse:
    """Say which mid-term goals an item carries."""
    item = _item(request, plan, number, code, actions.PERMISSION)
    if earlier := sent_before(request):
        return redirect(earlier)
    initial = {"goals": list(item.midterm_goals.all())}
    form = forms.ItemGoalsForm(
        request.POST or None, goals=selectors.goals_open_to(item), initial=initial
    )

    def perform() -> str:
        by = cast(User, request.user)
        actions.item_goals_set(item=item, by=by, at=timezone.now(), goals=form.given["goals"])
        return item_address(item)

    return answered(request, form, _shown(item, form), perform)
