"""Addresses of open data: the catalogue, what stands for a dataset, editions, feeds."""

from django.urls import URLPattern, URLResolver, path, re_path

from shizheng.statistics.published import feeds, stored, views
from shizheng.statistics.published.catalogue import views as catalogue

app_name = "published"
DESCRIPTION = r"^(?P<kind>indicators|datasets)/(?P<code>[-\w]+)\.(?P<ending>ttl|jsonld)$"
urlpatterns: list[URLPattern | URLResolver] = [
    path("feed.atom", feeds.feed, name="feed"),
    path("releases.ics", feeds.releases, name="releases"),
    path("catalog.<str:ending>", catalogue.catalogue, name="catalogue"),
    re_path(DESCRIPTION, catalogue.description, name="description"),
    path("<slug:kind>/<slug:code>", catalogue.thing, name="dataset"),
    path("<slug:kind>/<slug:code>/v<int:number>", catalogue.thing, name="vintage"),
    path("indicators/<slug:code>/v<int:number>.<str:ending>", views.edition, name="edition"),
    path("indicators/<slug:code>.<str:ending>", views.newest, name="newest"),
    path("datasets/<slug:code>/v<int:number>.<str:ending>", stored.version_file, name="version"),
]
