"""Addresses of ``following``: the page of a case, my cases, and the report on a map."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.following.views import mine, reporting, status, tracking

urlpatterns: list[URLPattern | URLResolver] = [
    path("report/", reporting.report, name="report"),
    path("report/nearby/", reporting.nearby, name="report_nearby"),
    path("report/suggest/", reporting.suggest, name="report_suggest"),
    path("report/more/", reporting.more, name="report_more"),
    path("report/photo/", reporting.photo_place, name="report_photo"),
    path("report/sent/<str:number>/", reporting.sent, name="report_sent"),
    path("track/", tracking.track, name="track"),
    path("my/cases/", mine.my_cases, name="mine"),
    path("my/notices/", mine.my_notices, name="notices"),
    path("my/notices/read/", mine.notices_read, name="notices_read"),
    path("cases/<str:number>/", status.status, name="status"),
    path("cases/<str:number>/messages/", status.message, name="message"),
    path("cases/<str:number>/rating/", status.rate, name="rate"),
    path("cases/<str:number>/follow/", status.follow, name="follow"),
    path("cases/<str:number>/unfollow/", status.unfollow, name="unfollow"),
    path("cases/<str:number>/leave/", status.leave, name="leave"),
    path("cases/<str:number>/files/<uuid:key>/", status.file, name="case_file"),
]
