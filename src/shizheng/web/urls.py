"""Every address of the site: Chinese without a prefix, other languages under theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from shizheng.core.downloads import download
from shizheng.web import api_page, gallery, health, search, stylesheet, views
from shizheng.web.api import api

web = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("api/", api_page.page, name="api"),
    path("search/", search.page, name="search"),
    path("components/", gallery.components, name="components"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # first, because devices ask here hundreds of times a second
    path("intake/", include("shizheng.sensing.intake_urls")),
    path("sensorthings/", include("shizheng.sensing.sensorthings.urls")),
    path("files/<uuid:key>", download, name="download"),
    path("style.css", stylesheet.style_sheet, name="style"),
    path("brand.css", stylesheet.brand_sheet, name="brand"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("ogc/", include("shizheng.places.ogc.urls")),  # before the many pages: maps ask often
    *i18n_patterns(
        path("", include((web, "web"))),
        path("", include("shizheng.core.people.urls")),
        path("", include("shizheng.core.desk.urls")),
        path("", include("shizheng.core.locations.urls")),
        path("", include("shizheng.services.urls")),
        path("", include("shizheng.places.urls")),
        path("", include("shizheng.sensing.urls")),
        path("", include("shizheng.statistics.urls")),
        path("data/", include("shizheng.statistics.datasets.urls")),
        path("", include("shizheng.statistics.personal.urls")),
        path("", include("shizheng.plan.urls")),
        path("", include("shizheng.plan.directives.urls")),
        path("", include("shizheng.plan.security.urls")),
        path("", include("shizheng.plan.works.urls")),
        path("", include("shizheng.plan.evaluation.urls")),
        path("", include("shizheng.plan.advance.urls")),
        prefix_default_language=False,
    ),
    path("data/", include("shizheng.statistics.published.urls")),
    path("sdmx/", include("shizheng.statistics.published.sdmx.urls")),
    path("open311/v2/", include("shizheng.services.open311.urls")),
    path("api/", include("shizheng.statistics.published.ckan.urls")),
    path("api/", api.urls),
]

handler400 = "shizheng.web.errors.bad_request"
handler403 = "shizheng.web.errors.permission_denied"
handler404 = "shizheng.web.errors.page_not_found"
handler500 = "shizheng.web.errors.server_error"
