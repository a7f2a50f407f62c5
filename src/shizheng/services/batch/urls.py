"""Address of the page on which files of cases are taken in."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.batch import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/import/", views.import_page, name="import"),
]
