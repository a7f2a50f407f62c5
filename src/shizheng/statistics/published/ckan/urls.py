"""Addresses of CKAN's interface, versions 3 and unnamed."""

from django.urls import URLPattern, URLResolver, path

from shizheng.statistics.published.ckan import views

app_name = "ckan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("3/", views.version, name="version"),
    path("3/action/<str:name>", views.action, name="action"),
    path("action/<str:name>", views.action, name="action_unversioned"),
]
