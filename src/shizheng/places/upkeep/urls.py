"""Addresses of looking after things: pages of staff, the phone's page, and the crew's on scene."""

from django.urls import path

from shizheng.places.upkeep import acting, crews, field, scene, views
from shizheng.places.upkeep.shifts import pages

urlpatterns = [
    path("upkeep/", views.upkeeps, name="upkeeps"),
    path("upkeep/orders/", views.orders, name="orders"),
    path("upkeep/orders/<uuid:key>/", acting.order, name="order"),
    path("upkeep/crews/", crews.crews, name="crews"),
    path("upkeep/crews/<uuid:key>/", crews.crew, name="crew"),
    path("upkeep/crews/<uuid:key>/dissolve/", crews.crew_dissolve, name="crew_dissolve"),
    path("upkeep/crews/members/<uuid:key>/out/", crews.crew_member_out, name="crew_member_out"),
    path("upkeep/crews/<uuid:key>/shifts/", pages.shifts, name="crew_shifts"),
    path("upkeep/crews/shifts/<uuid:key>/end/", pages.shift_end, name="crew_shift_end"),
    path("upkeep/season/", views.season, name="season"),
    path("upkeep/lists/<uuid:key>/", views.round_list, name="round_list"),
    path("upkeep/lists/<uuid:key>/end/", acting.list_end, name="round_list_end"),
    path("upkeep/inspections/<uuid:key>/", views.inspection, name="inspection"),
    path("upkeep/field/", field.shell, name="upkeep_field"),
    path("upkeep/field/session", field.session, name="upkeep_session"),
    path("upkeep/field/send", field.send, name="upkeep_send"),
    *field.PAGE.urls("upkeep/field/", "upkeep"),
    path("upkeep/scene/", scene.shell, name="scene"),
    path("upkeep/scene/session", scene.session, name="scene_session"),
    path("upkeep/scene/opened", scene.opened, name="scene_opened"),
    *scene.PAGE.urls("upkeep/scene/", "scene"),
    path("upkeep/plans/<slug:code>/<str:key>/new/", scene.sheet_new, name="sheet_new"),
    path("upkeep/of/<slug:code>/", views.upkeep, name="upkeep"),
    path("upkeep/of/<slug:code>/lists/new/", acting.list_new, name="round_list_new"),
    path("upkeep/of/<slug:code>/renewal/", views.renewal, name="renewal"),
    path("upkeep/of/<slug:code>/renewal.csv", views.renewal_csv, name="renewal_csv"),
    path("upkeep/of/<slug:code>/stock/", views.stock, name="stock"),
    path("upkeep/of/<slug:code>/stock/new/", acting.stock_new, name="stock_new"),
    path("upkeep/of/<slug:code>/things/<str:key>/report/", acting.report, name="fault_report"),
]
