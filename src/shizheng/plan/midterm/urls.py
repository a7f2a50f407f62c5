"""Addresses of the mid-term plan."""

from django.urls import path

from shizheng.plan.midterm import views

urlpatterns = [
    path("", views.midterms, name="midterms"),
    path("<slug:code>/", views.midterm, name="midterm"),
    path("<slug:code>/new/", views.goal_write, name="midterm_goal_new"),
    path("<slug:code>/goals/<slug:goal>/", views.goal, name="midterm_goal"),
    path("<slug:code>/goals/<slug:goal>/change/", views.goal_write, name="midterm_goal_change"),
]
