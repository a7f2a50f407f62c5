"""Addresses of SDMX; what follows the version is read as the standard says."""

from django.urls import URLPattern, URLResolver, path

from shizheng.statistics.published.sdmx.naming import Standard
from shizheng.statistics.published.sdmx.views import door

app_name = "sdmx"
urlpatterns: list[URLPattern | URLResolver] = [
    path("2.1/<path:rest>", door, {"standard": Standard.V21}, name="v21"),
    path("3.0/<path:rest>", door, {"standard": Standard.V30}, name="v30"),
]
