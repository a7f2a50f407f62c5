"""Every address of the site: Chinese without a prefix, other languages under theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from shizheng.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    *i18n_patterns(
        path("", views.home, name="home"),
        path("plan/", include("shizheng.plan.urls")),
        prefix_default_language=False,
    ),
]
