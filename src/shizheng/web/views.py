"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static

from shizheng.web.language import pick
from shizheng.web.site import Site


def home(request: HttpRequest) -> HttpResponse:
    """Show the city's front page."""
    return render(request, "web/home.html")


def manifest(request: HttpRequest) -> JsonResponse:
    """Tell a phone how to keep the site on its first screen."""
    name = pick(Site(request).name)[0]
    icon = {"src": static("web/img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {"name": name, "short_name": name, "start_url": "/", "display": "browser", "icons": [icon]},
        content_type="application/manifest+json",
    )
