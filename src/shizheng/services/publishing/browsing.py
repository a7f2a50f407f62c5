"""Pages on which anybody reads the definitions of the services, version by version."""

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shizheng.core.access import Person, may
from shizheng.core.models import User
from shizheng.services.models import MigrationReport, Service, ServiceVersion
from shizheng.services.publishing import selectors
from shizheng.services.publishing.differences import differences
from shizheng.services.publishing.drawing import drawing
from shizheng.services.publishing.showing import tables
from shizheng.services.versions import definition_by

Crumbs = list[tuple[object, str]]


class PairForm(forms.Form):
    """Two versions of one service, to be compared."""

    def __init__(self, numbers: list[int], *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        choices = [(str(number), str(number)) for number in numbers]
        self.fields["from"] = forms.ChoiceField(label=gettext_lazy("From version"), choices=choices)
        self.fields["to"] = forms.ChoiceField(label=gettext_lazy("To version"), choices=choices)


def person_of(request: HttpRequest) -> Person:
    """Return who looks, or nobody."""
    return request.user if isinstance(request.user, User) else AnonymousUser()


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """List every service with its versions."""
    person = person_of(request)
    shown = {
        "rows": selectors.services_shown(person),
        "may_publish": may(person, selectors.PUBLISH),
        "crumbs": [(_("Services and their versions"), "")],
    }
    return render(request, "services/publishing/definitions.html", shown)


@require_safe
def definition(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """Show one version of a service, the one in force unless told: drawing, acts, form."""
    person = person_of(request)
    service = selectors.service_found(code, person)
    version = selectors.version_found(service, number)
    body = definition_by(version.pk)
    may_publish = may(person, selectors.PUBLISH)
    counts = selectors.open_by_version(service) if may_publish else None
    shown = {
        "service": service,
        "version": version,
        "definition": body,
        "row": selectors.service_row(service, counts),
        "drawing": drawing(body),
        "tables": list(tables(body, timezone.now())),
        "examples": selectors.examples_shown(version),
        "text": selectors.body_as_yaml(version),
        "may_publish": may_publish,
        "reports": MigrationReport.objects.filter(service=service)[:20] if may_publish else (),
        "crumbs": [*crumbs(), (service.name, "")],
    }
    return render(request, "services/publishing/definition.html", shown)


def crumbs(service: Service | None = None) -> Crumbs:
    """Return the way to the definitions, and to one service of them."""
    way: Crumbs = [(_("Services and their versions"), reverse("services:definitions"))]
    if service is not None:
        way.append((service.name, reverse("services:definition", args=[service.code])))
    return way


@require_safe
def difference(request: HttpRequest, code: str) -> HttpResponse:
    """Show in words how two versions of a service differ; the last two unless told."""
    service = selectors.service_found(code, person_of(request))
    numbers = sorted(each.number for each in service.versions.all())
    asked = {"from": str(numbers[max(0, len(numbers) - 2)]), "to": str(numbers[-1])}
    asked |= {key: request.GET[key] for key in asked if key in request.GET}
    form = PairForm(numbers, asked)
    shown: dict[str, object] = {
        "service": service, "form": form, "crumbs": [*crumbs(service), (_("Differences"), "")],
    }  # fmt: skip
    if not form.is_valid():
        return render(request, "services/publishing/difference.html", shown, status=422)
    old, new = (
        selectors.version_found(service, int(form.cleaned_data[key])) for key in ("from", "to")
    )
    return render(
        request, "services/publishing/difference.html",
        shown | {"old": old, "new": new, "groups": _groups(old, new)},
    )  # fmt: skip


def _groups(old: ServiceVersion, new: ServiceVersion) -> object:
    return differences(old.definition.body, new.definition.body, definition_by(new.pk))
