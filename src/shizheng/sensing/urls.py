"""Addresses of the pages of sensors and of warnings."""

from django.urls import path

from shizheng.sensing.air.urls import urlpatterns as of_air
from shizheng.sensing.alerting.urls import urlpatterns as of_alerting
from shizheng.sensing.cameras.urls import urlpatterns as of_cameras
from shizheng.sensing.energy.urls import urlpatterns as of_energy
from shizheng.sensing.enforcement.urls import urlpatterns as of_enforcement
from shizheng.sensing.pages import views
from shizheng.sensing.water.urls import urlpatterns as of_water

app_name = "sensing"
urlpatterns = [
    path("sensors/", views.things, name="list"),
    path("sensors/things/<int:key>/", views.thing, name="thing"),
    path("sensors/streams/<int:key>/", views.stream, name="stream"),
    path("sensors/streams/<int:key>/readings.csv", views.stream_csv, name="stream_csv"),
    *of_air,
    *of_alerting,
    *of_cameras,
    *of_enforcement,
    *of_energy,
    *of_water,
]
