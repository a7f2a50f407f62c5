"""Pages on which anybody reads the plan."""

from datetime import date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from shizheng.core.access import found, may
from shizheng.core.pages import actor, save
from shizheng.plan.evidence.overriding import PERMISSION
from shizheng.plan.models import Edition, Milestone, Plan
from shizheng.plan.register import actions, selectors
from shizheng.plan.register.comparison import comparison
from shizheng.plan.register.forms import CompareForm, FiltersForm, MilestoneForm
from shizheng.plan.register.surroundings import surroundings


def overview(request: HttpRequest, plan: str | None = None) -> HttpResponse:
    """Show every department with the lights of its items."""
    moment, on = as_of(request)
    if plan is None and selectors.edition_in_force(on=on) is None:
        return render(request, "plan/register/no_plan.html", {"on": on})
    edition = edition_or_404(plan, on)
    form = FiltersForm(request.GET)
    context = {
        "edition": edition,
        "on": on,
        "form": form,
        "filters": form.filters(),
        "overview": selectors.overview(edition=edition, filters=form.filters(), at=moment),
        "item_base": item_base(edition),
        "as_of_query": f"?date={on}" if on else "",
        "changes": selectors.lights_changed(edition=edition, until=moment or timezone.now()),
    }
    part = request.headers.get("HX-Target") == "departments"
    template = "plan/register/_departments.html" if part else "plan/register/overview.html"
    return render(request, template, context)


def department(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Show the items of one department, with its own sums."""
    moment, on = as_of(request)
    edition = edition_or_404(plan, on)
    chapter = get_object_or_404(edition.chapters.select_related("agency"), number=number)
    row = selectors.department(chapter=chapter, at=moment)
    context = {"edition": edition, "on": on, "chapter": chapter, "row": row}
    return render(request, "plan/register/department.html", context)


def item(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Show one item: its words, who does what by when, the evidence, and what is missing."""
    moment, on = as_of(request)
    edition = edition_or_404(plan, on)
    shown = selectors.item_for_page(edition=edition, code=code, at=moment)
    if shown is None:
        raise Http404
    context = {
        "edition": edition,
        "on": on,
        "item": shown,
        "may_edit": may(request.user, "plan.edit_commitment"),
        "may_note": may(request.user, PERMISSION) and may(request.user, PERMISSION, shown),
        "page": surroundings(shown, viewer=request.user, at=moment),
    }
    return render(request, "plan/register/item.html", context)


def milestone(request: HttpRequest, plan: str, code: str, key: str) -> HttpResponse:
    """Let the department report that a milestone was reached."""
    rows = Milestone.objects.select_related("commitment__item__edition__plan", "commitment__agency")
    row = get_object_or_404(rows, pk=key, held_to=None, commitment__item__code=code)
    found(request.user, Milestone, "plan.edit_commitment", pk=row.pk)
    form = MilestoneForm(request.POST or None)

    def report() -> None:
        actions.milestone_reach(
            milestone=row, by=actor(request), at=timezone.now(), **form.cleaned_data
        )

    context = {"milestone": row, "item": row.commitment.item, "form": form}
    return save(
        request, form, report, to=row.commitment.item, template="plan/register/milestone.html",
        context=context,
    )  # fmt: skip


def printed(request: HttpRequest, plan: str) -> HttpResponse:
    """Show the outline as it was printed, from the database, for reading and for paper."""
    edition = edition_or_404(plan, as_of(request)[1])
    chapters = edition.chapters.prefetch_related("items").select_related("agency")
    return render(request, "plan/register/printed.html", {"edition": edition, "chapters": chapters})


def compare(request: HttpRequest, plan: str) -> HttpResponse:
    """Show two editions side by side, with what changed marked."""
    shown = get_object_or_404(Plan, code=plan)
    editions = selectors.editions_visible(viewer=request.user)
    form = CompareForm(request.GET or None, editions=editions)
    result = None
    if form.is_valid():
        result = comparison(form.cleaned_data["old"], form.cleaned_data["new"])
    context = {"plan": shown, "editions": editions, "form": form, "comparison": result}
    return render(request, "plan/register/compare.html", context)


def item_base(edition: Edition) -> str:
    """Return the address of an edition's items without their code, for pages that list many."""
    return reverse("plan:item", args=(edition.plan.code, "-")).removesuffix("-/")


def as_of(request: HttpRequest) -> tuple[datetime | None, date | None]:
    """Return the end of the day that the address asks for, and the day; None for now."""
    given = request.GET.get("date", "")
    if not given:
        return None, None
    try:
        on = parse_date(given)
    except ValueError:
        on = None
    if on is None or not date(1912, 1, 1) <= on <= date(9998, 12, 31):
        raise Http404
    midnight = datetime.combine(on + timedelta(days=1), time.min)
    return timezone.make_aware(midnight) - timedelta(microseconds=1), on


def edition_or_404(code: str | None, on: date | None) -> Edition:
    """Return the edition in force of a plan, or of the newest plan."""
    plan = get_object_or_404(Plan, code=code) if code else None
    edition = selectors.edition_in_force(plan=plan, on=on)
    if edition is None:
        raise Http404
    return edition
