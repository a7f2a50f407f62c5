"""Addresses of property, idle space and the land bank."""

from django.urls import path

from shizheng.places.tenure.pages import acting, land, ledger, sales, spaces, stock

urlpatterns = [
    path("property/", ledger.items, name="property"),
    path("property/new/", acting.item_new, name="property_new"),
    path("property/leases/", ledger.leases, name="leases"),
    path("property/leases/<uuid:key>/", ledger.lease, name="lease"),
    path("property/leases/<uuid:key>/<slug:act>/", acting.lease_act, name="lease_act"),
    path("property/rents/<uuid:key>/pay/", acting.rent_pay, name="rent_pay"),
    path(
        "property/occupations/<uuid:key>/settle/", acting.occupation_settle,
        name="occupation_settle",
    ),
    path("property/month/", ledger.statement, name="statement"),
    path("property/month.csv", ledger.statement_csv, name="statement_csv"),
    path("property/stock/", stock.rounds, name="rounds"),
    path("property/stock/new/", stock.round_new, name="round_new"),
    path("property/stock/<uuid:key>/", stock.round_, name="round"),
    path("property/stock/<uuid:key>/count/", stock.round_count, name="round_count"),
    path("property/sales/", sales.sales, name="sales"),
    path("property/sales/<slug:code>/household/", sales.household, name="sale_household"),
    path("property/sales/<slug:code>/households/new/", sales.households_new,
         name="households_new"),
    path("property/sales/<slug:code>/", sales.sale, name="sale"),
    path("property/households/<uuid:key>/<slug:act>/", sales.sale_act, name="sale_act"),
    path("property/things/<str:number>/", ledger.item, name="property_item"),
    path("property/things/<str:number>/publish/", spaces.publish, name="space_publish"),
    path("property/things/<str:number>/<slug:act>/", acting.item_act, name="property_act"),
    path("spaces/", spaces.spaces, name="spaces"),
    path("spaces/desk/", spaces.desk, name="spaces_desk"),
    path("spaces/mine/", spaces.mine, name="spaces_mine"),
    path("spaces/applications/<uuid:key>/", spaces.application, name="space_application"),
    path("spaces/<slug:key>/", spaces.space, name="space"),
    path("spaces/<slug:key>/apply/", spaces.apply, name="space_apply"),
    path("spaces/<slug:key>/withdraw/", spaces.withdraw, name="space_withdraw"),
    path("industrial-land/", land.land, name="land"),
    path("industrial-land/enquiries/", land.enquiries, name="enquiries"),
    path("industrial-land/enquiries/<uuid:key>/", land.enquiry, name="enquiry"),
    path("industrial-land/<slug:key>/", land.plot, name="plot"),
    path("industrial-land/<slug:key>/enquire/", land.enquire, name="plot_enquire"),
    path("industrial-land/<slug:key>/check/", land.check, name="plot_check"),
]  # fmt: skip
