"""Addresses of drawings and their marks."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.documents import views

CASE = "cases/<str:number>/drawings/"
ONE = f"{CASE}<uuid:key>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(CASE, views.drawings_page, name="drawings"),
    path(f"{ONE}sheets/<int:sheet>/", views.sheet_page, name="sheet"),
    path(f"{ONE}sheets/<int:sheet>/<int:width>.png", views.sheet_image, name="sheet_image"),
    path(f"{ONE}sheets/<int:sheet>/marks/", views.mark_new, name="mark_new"),
    path(f"{ONE}compare/", views.compare_page, name="compare"),
    path(f"{ONE}compare/<int:before>/<int:sheet>.png", views.overlay_image, name="overlay_image"),
    path(f"{ONE}signature/", views.signature_page, name="signature"),
    path("cases/<str:number>/marks/<uuid:key>/settle/", views.mark_settled, name="mark_settle"),
    path(
        "cases/<str:number>/marks/<uuid:key>/withdraw/", views.mark_withdrawn, name="mark_withdraw"
    ),
]
