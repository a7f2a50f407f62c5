"""Addresses of the definitions of services: to read by all, to publish by those who may."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.publishing import browsing, judging, publishing_pages

AT = "services/definitions/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(AT, browsing.definitions, name="definitions"),
    path(f"{AT}new/publish/", publishing_pages.publish, name="service_publish_new"),
    path(f"{AT}<slug:code>/", browsing.definition, name="definition"),
    path(f"{AT}<slug:code>/difference/", browsing.difference, name="definition_difference"),
    path(f"{AT}<slug:code>/publish/", publishing_pages.publish, name="service_publish"),
    path(f"{AT}<slug:code>/reports/<uuid:key>/", publishing_pages.report, name="migration_report"),
    path(f"{AT}<slug:code>/<int:number>/", browsing.definition, name="definition_version"),
    path("desk/cases/<str:number>/rules/", judging.rules_page, name="case_rules"),
]
