"""Addresses of warnings: the board, one warning, CAP and the feed, one's subscriptions."""

from django.urls import path

from shizheng.sensing.alerting import acting, duty, feeds, views
from shizheng.sensing.outlooks import views as outlooks

urlpatterns = [
    path("warnings/", views.warnings, name="warnings"),
    path("warnings/board/", acting.board, name="board"),
    path("warnings/drill/", acting.drill, name="drill"),
    path("warnings/hand-over/", duty.hand_over, name="hand_over"),
    path("warnings/maintenance/", duty.maintenance, name="maintenance"),
    path("warnings/maintenance/<uuid:key>/end/", duty.maintenance_over, name="maintenance_end"),
    path("warnings/subscriptions/", acting.subscriptions, name="subscriptions"),
    path(
        "warnings/subscriptions/<uuid:key>/end/", acting.subscription_over, name="subscription_end"
    ),
    path("warnings/<uuid:key>/", views.alert, name="alert"),
    path("warnings/<uuid:key>/acknowledge/", acting.acknowledge, name="acknowledge"),
    path("warnings/<uuid:key>/answer/", acting.answer, name="answer"),
    path("near/water/potential/", outlooks.potential, name="potential"),
    path("warnings/outlooks/new/", outlooks.issue, name="outlook_issue"),
    path("warnings/outlooks/<uuid:key>/", outlooks.outlook, name="outlook"),
    path("near/water/", views.near_water, name="near_water"),
    path("near/air/", views.near_air, name="near_air"),
    path("cap/feed.atom", feeds.feed, name="feed"),
    path("cap/exercises.atom", feeds.exercises, name="exercises"),
    path("cap/<str:identifier>.xml", feeds.message, name="message"),
]
