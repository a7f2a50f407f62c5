"""Addresses of the plan register."""

from django.urls import include, path

from shizheng.plan.evidence import views as evidence
from shizheng.plan.register import drafts, exports, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("editions/", drafts.editions, name="editions"),
    path("editions/import/", drafts.edition_import, name="edition_import"),
    path("quarters/", include("shizheng.plan.quarters.urls")),
    path("midterm/", include("shizheng.plan.midterm.urls")),
    path("<slug:plan>/", views.overview, name="plan"),
    path("<slug:plan>/departments/<int:number>/", views.department, name="department"),
    path("<slug:plan>/items/<str:code>/", views.item, name="item"),
    path("<slug:plan>/items/<str:code>/milestones/<uuid:key>/", views.milestone, name="milestone"),
    path("<slug:plan>/items/<str:code>/note/", evidence.override, name="override"),
    path(
        "<slug:plan>/items/<str:code>/note/<uuid:key>/confirm/",
        evidence.confirm,
        name="override_confirm",
    ),
    path(
        "<slug:plan>/items/<str:code>/note/<uuid:key>/withdraw/",
        evidence.withdraw,
        name="override_withdraw",
    ),
    path("<slug:plan>/rules/", evidence.compare, name="light_rules"),
    path("<slug:plan>/text/", views.printed, name="printed"),
    path("<slug:plan>/outline.txt", exports.outline_text, name="outline_text"),
    path("<slug:plan>/items.csv", exports.items_csv, name="items_csv"),
    path("<slug:plan>/compare/", views.compare, name="compare"),
    path("<slug:plan>/editions/<int:number>/", drafts.edition, name="edition"),
    path("", include("shizheng.plan.drafting.urls")),
    path("<slug:plan>/editions/<int:number>/adopt/", drafts.edition_adopt, name="edition_adopt"),
    path(
        "<slug:plan>/editions/<int:number>/discard/", drafts.edition_discard, name="edition_discard"
    ),
]
