"""Addresses of datasets: for everybody, then for those who publish them."""

from django.urls import path

from shizheng.statistics.datasets import charts, desk, interface, views

app_name = "datasets"
urlpatterns = [
    path("", views.datasets, name="list"),
    path("dictionary/", views.dictionary, name="dictionary"),
    path("datasets/new/", desk.dataset_new, name="new"),
    path("datasets/<slug:code>/", views.dataset, name="dataset"),
    path("datasets/<slug:code>/rows", interface.rows, name="rows"),
    path("datasets/<slug:code>/schema.json", interface.schema, name="schema"),
    path("datasets/<slug:code>/chart", charts.newest, name="draw"),
    path("datasets/<slug:code>/v<int:number>/chart", charts.chart, name="chart"),
    path("datasets/<slug:code>/v<int:number>/chart.csv", charts.chart_csv, name="chart_csv"),
    path("datasets/<slug:code>/change/", desk.dataset_change, name="change"),
    path("datasets/<slug:code>/send/", desk.version_send, name="send"),
    path("datasets/<slug:code>/versions/<int:number>/", views.version, name="version"),
    path("datasets/<slug:code>/versions/<int:number>/result/", desk.version_result, name="result"),
    path("datasets/<slug:code>/versions/<int:number>/erase/", desk.version_erasing, name="erase"),
    path(
        "datasets/<slug:code>/versions/<int:number>/columns/<int:column>/",
        desk.column_change,
        name="column",
    ),
    path(
        "datasets/<slug:code>/versions/<int:number>/<slug:ending>",
        desk.version_file,
        name="file",
    ),
]
