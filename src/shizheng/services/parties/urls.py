"""Addresses of ``parties``."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.parties import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<str:number>/people/", views.people, name="people"),
    path("cases/<str:number>/people/contact/", views.contact_change, name="people_contact"),
    path("cases/<str:number>/people/helpers/", views.helper_add, name="people_helper"),
    path("cases/<str:number>/people/proxies/", views.proxy_appoint, name="people_proxy"),
    path("cases/<str:number>/people/<uuid:key>/end/", views.part_end, name="people_end"),
    path("proxies/<str:token>/", views.proxy_confirm, name="proxy_confirm"),
    path("desk/cases/<str:number>/proxy/", views.proxy_enter, name="proxy_enter"),
    path("desk/cases/<str:number>/proxy/<uuid:key>/end/", views.proxy_end, name="proxy_end"),
]
