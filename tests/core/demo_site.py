"""The site's addresses as they are in the demonstration."""

from django.urls import include, path

from shizheng.web.urls import urlpatterns as site

urlpatterns = [path("", include("shizheng.core.people.demo_urls")), *site]
