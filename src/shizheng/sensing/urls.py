"""Addresses of the pages of sensors and of warnings."""

from django.urls import path

from shizheng.sensing.air.urls import urlpatterns as of_air
from shizheng.sensing.alerting.urls import urlpatterns as of_alerting
from shizheng.sensing.cameras.urls import urlpatterns as of_cameras
from shizheng.sensing.energy.urls import urlpatterns as of_energy
from shizheng.sensing.enforcement.urls import urlpatterns as of_enforcement
from shizheng.sensing.groundwater import views as groundwater
from shizheng.sensing.judging import views as judging
from shizheng.sensing.pages import health, views
from shizheng.sensing.water.urls import urlpatterns as of_water

app_name = "sensing"
urlpatterns = [
    path("sensors/", views.things, name="list"),
    path("sensors/health/", health.health, name="health"),
    path("sensors/things/<int:key>/", views.thing, name="thing"),
    path("sensors/streams/<int:key>/", views.stream, name="stream"),
    path("sensors/streams/<int:key>/readings.csv", views.stream_csv, name="stream_csv"),
    *of_air,
    path("warnings/rules/", judging.rules, name="rules"),
    path("warnings/rules/<slug:code>/try/", judging.back_test, name="back_test"),
    path("warnings/tried/<uuid:key>/", judging.back_test_result, name="back_test_result"),
    path("warnings/replay/", judging.night, name="night"),
    path("groundwater/", groundwater.zones, name="groundwater"),
    path("groundwater/<slug:code>/", groundwater.zone, name="groundwater_zone"),
    path("groundwater/trials/<uuid:key>/choose/", groundwater.choose, name="trial_choose"),
    *of_alerting,
    *of_cameras,
    *of_enforcement,
    *of_energy,
    *of_water,
]
