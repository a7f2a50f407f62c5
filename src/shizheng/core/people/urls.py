"""Addresses of accounts, people and one's own page."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from shizheng.core.people import token_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("my/", views.my, name="my"),
    path("my/tokens/", token_views.tokens, name="my_tokens"),
    path("my/tokens/<uuid:key>/revoke/", token_views.token_end, name="token_end"),
    path("people/", views.people, name="people"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/roles/", views.role_grant, name="role_grant"),
    path("people/<uuid:pk>/account/", views.person_switch, name="person_switch"),
    path("people/<uuid:pk>/second-factor/", views.second_factor_reset, name="factor_reset"),
    path("people/roles/<uuid:pk>/revoke/", views.role_revoke, name="role_revoke"),
]
if settings.IS_DEMO:
    urlpatterns.append(path("", include("shizheng.core.people.demo_urls")))
