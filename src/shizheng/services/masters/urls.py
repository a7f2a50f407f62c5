"""Addresses of master cases and shared places."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.masters import cataloguing, views

DESK = "desk/cases/<str:number>/steps/"
PLACES = "services/<slug:code>/places"
urlpatterns: list[URLPattern | URLResolver] = [
    path(DESK, views.steps_page, name="case_steps"),
    path(f"{DESK}<slug:key>/", views.step_page, name="case_step"),
    path(f"{DESK}<slug:key>/decision/", views.step_decision, name="step_decision"),
    path(f"{DESK}<slug:key>/case/", views.step_case, name="step_case"),
    path("cases/<str:number>/steps/", views.party_page, name="party_steps"),
    path("cases/<str:number>/steps/<str:secret>.ics", views.steps_calendar, name="steps_calendar"),
    path(f"{PLACES}/", cataloguing.places_page, name="places"),
    path(f"{PLACES}.ics", cataloguing.places_calendar, name="places_calendar"),
    path(f"{PLACES}.geojson", cataloguing.places_geojson, name="places_geojson"),
    path(f"{PLACES}/<slug:place>/", cataloguing.place_page, name="place"),
    path(f"{PLACES}/<slug:place>.ics", cataloguing.places_calendar, name="place_calendar"),
]
