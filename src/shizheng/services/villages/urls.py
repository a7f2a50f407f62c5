"""Addresses of the villages, and of the page that works without signal."""

from django.urls import URLPattern, path

from shizheng.services.villages import field, views

urlpatterns: list[URLPattern] = [
    path("villages/", views.village_list, name="villages"),
    path("villages/mine/", views.mine, name="village_mine"),
    path("villages/field/", field.shell, name="village_field"),
    *field.PAGE.urls("villages/field/", "village"),
    path("villages/field/session", field.session, name="village_session"),
    path("villages/field/send", field.send, name="village_send"),
    path("villages/records/<uuid:key>/withdraw/", views.record_end, name="village_record_end"),
    path("villages/<str:code>/", views.village, name="village"),
    path("villages/<str:code>/profile/", views.profile, name="village_profile"),
    path("villages/<str:code>/records/<slug:kind>/", views.record_new, name="village_record_new"),
]
