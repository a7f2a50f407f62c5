"""Addresses of the knowledge base as those see it who look after it."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.knowledge import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("knowledge/", views.entries, name="knowledge"),
    path("knowledge/new/", views.entry_new, name="knowledge_new"),
    path("knowledge/<slug:code>/", views.entry_page, name="knowledge_entry"),
    path("knowledge/<slug:code>/edit/", views.entry_edit, name="knowledge_edit"),
    path("knowledge/<slug:code>/withdraw/", views.entry_withdraw, name="knowledge_withdraw"),
    path(
        "knowledge/<slug:code>/versions/<int:number>/", views.entry_page, name="knowledge_version"
    ),
]
