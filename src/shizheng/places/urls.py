"""Addresses of the registers, of booking and of property."""

from django.urls import include, path

from shizheng.places.booking import acting as booking
from shizheng.places.booking import members, using
from shizheng.places.booking import views as bookables
from shizheng.places.digging.pages import acting as digging
from shizheng.places.digging.pages import applying, feed, joint
from shizheng.places.digging.pages import views as digs
from shizheng.places.maps import finding
from shizheng.places.maps import views as maps
from shizheng.places.pages import acting, delivering, locations, proposals, views
from shizheng.places.pipelines import views as leaks
from shizheng.places.roads import views as roads
from shizheng.places.tenure import urls as tenure
from shizheng.places.tiles import views as tiles
from shizheng.places.upkeep import urls as of_upkeep

app_name = "places"
urlpatterns = [
    path("map/", maps.map_, name="map"),
    path("map/here/", maps.here, name="map_here"),
    path("map/measure/", maps.measure, name="map_measure"),
    path("map/sheet/", maps.sheet, name="map_sheet"),
    path("map/find/", finding.find, name="map_find"),
    path("map/areas.json", tiles.area_tiles, name="area_tiles"),
    path(
        "map/areas/<str:zoom>/<str:row>/<str:column>", tiles.area_tile_, name="area_tile"
    ),
    path("map/section/", maps.section, name="map_section"),
    path("registers/", views.registers, name="list"),
    path("registers/proposals/", proposals.proposals, name="proposals"),
    path("registers/proposals/<uuid:key>/", proposals.decide, name="decide"),
    path("registers/<slug:code>/", views.register, name="register"),
    path("registers/<slug:code>/difference/", views.difference, name="difference"),
    path("registers/<slug:code>/deliveries/", delivering.deliver, name="deliver"),
    path("registers/<slug:code>/new/", acting.thing_new, name="new"),
    path("registers/<slug:code>/file.<slug:format_>", views.register_file, name="file"),
    path("registers/<slug:code>/things/<str:key>/", views.thing, name="thing"),
    path("registers/<slug:code>/things/<str:key>/change/", acting.thing_form, name="change"),
    path("registers/<slug:code>/things/<str:key>/end/", acting.thing_end, name="end"),
    path("locations/", locations.page, name="locations"),
    path("locations/find.json", locations.find, name="locations_find"),
    path("locations/nearest.json", locations.nearest, name="locations_nearest"),
    path("locations/around.json", locations.around, name="locations_around"),
    path("locations/within.json", locations.within, name="locations_within"),
    path("locations/along.json", locations.along, name="locations_along"),
    path("locations/areas.json", locations.areas, name="locations_areas"),
    path("bookables/", bookables.bookables, name="bookables"),
    path("bookables/use/", using.uses, name="bookables_use"),
    path("bookables/<slug:code>/use/", using.use, name="bookable_use"),
    path("bookables/<slug:code>/", bookables.bookable, name="bookable"),
    path("bookables/<slug:code>/calendar.ics", bookables.bookable_ics, name="bookable_ics"),
    path("bookables/<slug:code>/slots/<str:slot>/", booking.slot, name="slot"),
    path("bookables/<slug:code>/desk/", booking.desk, name="desk"),
    path("bookables/<slug:code>/close/", booking.close, name="close"),
    path("bookings/", booking.bookings, name="bookings"),
    path("bookings/<uuid:key>/", booking.booking, name="booking"),
    path("bookings/<uuid:key>/booking.ics", booking.booking_ics, name="booking_ics"),
    path("bookings/groups/", members.groups, name="groups"),
    path("bookings/groups/<uuid:key>/out/", members.member_out, name="member_out"),
    path("bookings/waits/<uuid:key>/end/", booking.wait_end, name="wait_end"),
    path("digging/", digs.works, name="works"),
    path("digging/wzdx.geojson", feed.works_wzdx, name="works_wzdx"),
    path("digging/apply/", applying.apply, name="dig_apply"),
    path("digging/mine/", applying.mine, name="my_works"),
    path("digging/planned/new/", applying.planned_new, name="planned_new"),
    path("digging/planned/<str:number>/", applying.planned_act, name="planned_act"),
    path("digging/proposals/<uuid:key>/", applying.proposal, name="dig_proposal"),
    path("digging/desk/", digging.desk, name="dig_desk"),
    path("digging/owners/", digging.owners, name="dig_owners"),
    path("digging/changes/<uuid:key>/", digging.change, name="dig_change"),
    path("digging/plans/", joint.plans, name="dig_plans"),
    path("digging/plans/<uuid:key>/", joint.plan, name="dig_plan"),
    path(
        "digging/plans/<uuid:key>/difference/<uuid:other>/", joint.plan_difference,
        name="dig_plan_difference",
    ),
    path("digging/permits/<str:number>/", digs.permit, name="permit"),
    path("digging/permits/<str:number>/<slug:act>/", digging.permit_act, name="permit_act"),
    path("roads/", roads.roads, name="roads"),
    path("roads/readings/", roads.readings, name="readings"),
    path("roads/defects/<uuid:key>/", roads.defect, name="defect"),
    path("roads/sections/<str:key>/", roads.section, name="road"),
    path("roads/sections/<str:key>/defect/", roads.defect_new, name="defect_new"),
    path("leaks/", leaks.leaks, name="leaks"),
    path("leaks/new/", leaks.leak_new, name="leak_new"),
    path("leaks/<uuid:key>/", leaks.leak, name="leak"),
    *tenure.urlpatterns,
    path("", include(of_upkeep.urlpatterns)),
]  # fmt: skip
