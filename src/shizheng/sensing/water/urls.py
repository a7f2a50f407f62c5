"""Addresses of emissions and waters."""

from django.urls import path

from shizheng.sensing.water import views

urlpatterns = [
    path("water-quality/", views.overview, name="waters"),
    path("water-quality/basins/<str:code>/", views.basin, name="basin"),
    path("water-quality/samples/", views.samples, name="samples"),
    path("water-quality/samples/new/", views.sample_new, name="sample_new"),
    path("water-quality/samples/<uuid:key>/", views.sample, name="sample"),
    path("emissions/", views.permits, name="permits"),
    path("emissions/permits/new/<str:kind>/", views.permit_new, name="permit_new"),
    path("emissions/permits/<uuid:key>/", views.permit, name="permit"),
    path("emissions/exceedances/<uuid:key>/", views.exceedance, name="exceedance"),
]
