"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from shizheng.core.words import in_language
from shizheng.web import selectors
from shizheng.web.site import Site

CHANGES_SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the city's front page."""
    found = selectors.promises()
    context: dict[str, object] = {"promises": found}
    if found:
        code = found.edition.plan.code
        changed = selectors.lights_changed(edition=found.edition, limit=CHANGES_SHOWN)
        context |= {
            "plan": reverse("plan:plan", args=[code]),
            "departments": [
                (row, reverse("plan:department", args=[code, row.number]))
                for row in found.departments
            ],
            "changed": [
                (light, reverse("plan:item", args=[code, light.item.code])) for light in changed
            ],
        }
    return render(request, "web/home.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the site is and where help is."""
    return render(request, "web/accessibility.html")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Tell a phone how to keep the site on its first screen."""
    name = in_language(Site(request).name)
    icon = {"src": static("web/img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {"name": name, "short_name": name, "start_url": "/", "display": "browser", "icons": [icon]},
        content_type="application/manifest+json",
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave alone, and where the site's map is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/accounts/", "/search/", "/components/", "/demo/")),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every public page of the plan, in every language."""
    return render(
        request,
        "web/sitemap.xml",
        {"addresses": map(request.build_absolute_uri, selectors.public_addresses())},
        content_type="application/xml",
    )
