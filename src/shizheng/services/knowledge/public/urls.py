"""Addresses of the public questions and answers."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.knowledge.public import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("questions/", views.questions, name="questions"),
    path("questions/<slug:code>/", views.question, name="question"),
    path("questions/<slug:code>/helped/", views.helped, name="question_helped"),
]
