"""Pages on which the control unit imports, checks, adopts or throws away an edition."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from shizheng.core.access import found, may, require
from shizheng.core.pages import actor, save
from shizheng.core.ratelimit import limited
from shizheng.plan.domain.gate import GAPS
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.models import Edition
from shizheng.plan.register import actions, selectors
from shizheng.plan.register.chapters import agencies_of
from shizheng.plan.register.complete import gaps, gaps_counted, is_first
from shizheng.plan.register.forms import AdoptForm, ImportForm, ReasonForm


def editions(request: HttpRequest) -> HttpResponse:
    """List the editions that the reader may see."""
    rows = selectors.editions_visible(viewer=request.user)
    may_import = may(request.user, "plan.import_outline")
    context = {"editions": rows, "may_import": may_import}
    return render(request, "plan/register/editions.html", context)


@login_required
@limited("20/m")
def edition_import(request: HttpRequest) -> HttpResponse:
    """Read a file, and keep it as a draft edition whose page shows what was found."""
    require(request.user, "plan.import_outline")
    form = ImportForm(request.POST or None, request.FILES or None)
    kept: list[Edition] = []

    def read() -> None:
        file = form.cleaned_data["file"]
        parsed = parse(file.read(), name=file.name)
        plan = form.cleaned_data["plan"]
        kept.append(
            actions.edition_import(
                plan=plan,
                parsed=parsed,
                name=file.name,
                by=actor(request),
                at=timezone.now(),
                agencies=agencies_of(parsed, plan),
            )
        )

    return save(
        request,
        form,
        read,
        to=lambda: address(kept[0]),
        template="plan/register/edition_import.html",
        context={},
    )


def edition(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Show an edition: where it came from, what was found and what could not be placed."""
    row = found(request.user, Edition, plan__code=plan, number=number)
    chapters = row.chapters.prefetch_related("items").select_related("agency")
    context = {
        "edition": row,
        "chapters": chapters,
        "item_count": row.items.count(),
        "may_adopt": may(request.user, "plan.adopt_edition"),
        "may_import": may(request.user, "plan.import_outline"),
        **_lacking(row),
    }
    return render(request, "plan/register/edition.html", context)


def _lacking(edition: Edition) -> dict[str, object]:
    """Return what items lack: of a draft each with its words, of an adopted one their numbers."""
    shown: dict[str, object] = {"is_first": is_first(edition)}
    if edition.status == Edition.Status.DRAFT:
        return shown | {"gaps": gaps(edition)}
    counted = gaps_counted(edition)
    return shown | {"gap_counts": [(code, counted[code]) for code in GAPS if counted[code]]}


@login_required
def edition_adopt(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Make a draft binding."""
    row = found(request.user, Edition, "plan.adopt_edition", plan__code=plan, number=number)
    form = AdoptForm(request.POST or None, initial={"on": timezone.localdate()})

    def adopt() -> None:
        day = form.cleaned_data["on"]
        actions.edition_adopt(
            edition=row,
            by=actor(request),
            on=day,
            from_=day,
            at=timezone.now(),
            why=form.cleaned_data["why"],
        )

    return save(
        request,
        form,
        adopt,
        to=address(row),
        template="plan/register/edition_adopt.html",
        context={"edition": row, **_lacking(row)},
    )


@login_required
def edition_discard(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Throw a draft away."""
    row = found(request.user, Edition, "plan.import_outline", plan__code=plan, number=number)
    form = ReasonForm(request.POST or None)

    def discard() -> None:
        actions.edition_discard(
            edition=row, by=actor(request), at=timezone.now(), why=form.cleaned_data["why"]
        )

    return save(
        request,
        form,
        discard,
        to=reverse("plan:editions"),
        template="plan/register/edition_discard.html",
        context={"edition": row},
    )


def address(edition: Edition) -> str:
    """Return the address of an edition's page."""
    return reverse("plan:edition", args=(edition.plan.code, edition.number))
