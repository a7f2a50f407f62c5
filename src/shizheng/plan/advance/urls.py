"""Addresses of the advance reviews."""

from django.urls import path

from shizheng.plan.advance import views

app_name = "advance"
urlpatterns = [
    path("advance-reviews/", views.project_list, name="list"),
    path("advance-reviews/new/", views.project_new, name="new"),
    path("advance-reviews/<int:number>/", views.project_page, name="project"),
    path("advance-reviews/<int:number>/version/", views.resubmit, name="resubmit"),
    path("advance-reviews/<int:number>/score/", views.score, name="score"),
    path("advance-reviews/<int:number>/decision/", views.decide, name="decide"),
]
