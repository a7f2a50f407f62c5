"""Addresses of the figures: for everybody first, then the desk of those who enter them."""

from django.urls import path, register_converter

from shizheng.statistics import desk, views
from shizheng.statistics.peers import views as peers
from shizheng.statistics.polls import views as polls
from shizheng.statistics.surveys import urls as surveys


class IndicatorCode:
    """Code of an indicator, as packs write it."""

    regex = "[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> str:
        """Return the code itself."""
        return value

    def to_url(self, value: object) -> str:
        """Return the code itself."""
        return str(value)


register_converter(IndicatorCode, "indicator_code")
app_name = "statistics"
urlpatterns = [
    *surveys.urlpatterns,
    path("figures/", views.indicators, name="indicators"),
    path("figures/releases/", views.releases, name="releases"),
    path("figures/desk/", desk.desk, name="desk"),
    path("figures/desk/sign/", desk.sign, name="sign"),
    path("figures/desk/cities/sign/", peers.sign, name="cities_sign"),
    path("figures/desk/<indicator_code:code>/cities/", peers.cities, name="cities"),
    path("figures/desk/<indicator_code:code>/enter/", desk.enter, name="enter"),
    path("figures/desk/<indicator_code:code>/file/", desk.file, name="file"),
    path("figures/desk/<indicator_code:code>/empty.csv", desk.empty_file, name="empty_file"),
    path("figures/polls/", polls.polls, name="polls"),
    path("figures/polls/new/", polls.poll_new, name="poll_new"),
    path("figures/polls/<slug:code>/", polls.poll, name="poll"),
    path("figures/polls/<slug:code>/poll.<slug:ending>", polls.poll_file, name="poll_file"),
    path("figures/polls/<slug:code>/v<int:version>/", polls.poll, name="poll_version"),
    path(
        "figures/polls/<slug:code>/v<int:version>/poll.<slug:ending>",
        polls.poll_file,
        name="poll_version_file",
    ),
    path("figures/polls/<slug:code>/correct/", polls.poll_correct, name="poll_correct"),
    path("figures/polls/<slug:code>/change/", polls.poll_change, name="poll_change"),
    path("figures/polls/<slug:code>/results/", polls.poll_results, name="poll_results"),
    path("figures/polls/<slug:code>/results/empty.csv", polls.empty_results, name="poll_empty"),
    path("figures/polls/<slug:code>/results/add/", polls.result_new, name="poll_result"),
    path("figures/polls/<slug:code>/sign/", polls.poll_sign, name="poll_sign"),
    path("figures/<indicator_code:code>/", views.indicator, name="indicator"),
    path("figures/<indicator_code:code>/villages/", views.villages, name="villages"),
    path("figures/<indicator_code:code>/v<int:number>/", views.indicator, name="vintage"),
]
