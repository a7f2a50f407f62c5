"""Every address of the site: Chinese without a prefix, other languages under theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from shizheng.web import health, stylesheet, views

web = [
    path("", views.home, name="home"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("style.css", stylesheet.style_sheet, name="style"),
    path("brand.css", stylesheet.brand_sheet, name="brand"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    *i18n_patterns(
        path("", include((web, "web"))),
        path("", include("shizheng.core.people.urls")),
        path("plan/", include("shizheng.plan.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "shizheng.web.errors.bad_request"
handler403 = "shizheng.web.errors.permission_denied"
handler404 = "shizheng.web.errors.page_not_found"
handler500 = "shizheng.web.errors.server_error"
