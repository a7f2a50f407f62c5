"""Addresses of the crews on duty."""

from django.urls import URLPattern, path

from shizheng.services.dispatch import views

urlpatterns: list[URLPattern] = [
    path("duty/", views.duty, name="duty"),
    path("duty/rota/", views.rota, name="duty_rota"),
    path("duty/rota/<str:secret>.ics", views.rota_ics, name="duty_ics"),
    path("duty/board/", views.board, name="duty_board"),
    path("duty/figures/", views.figures, name="duty_figures"),
    path("duty/<uuid:key>/acknowledge/", views.acknowledge, name="duty_acknowledge"),
    path("duty/cases/<str:number>/<slug:act>/", views.report, name="duty_report"),
]
