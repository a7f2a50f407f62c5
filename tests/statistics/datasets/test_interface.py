"""The rows as programs ask for them: the same as by hand, page by page."""

import json
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from tests.statistics.datasets.conftest import AT

from shizheng.statistics.datasets.actions import version_publish
from shizheng.statistics.models import DatasetVersion

ROWS = [(n, "三民區" if n % 3 else "鼓山區", n % 7 or None, f"a,{n}") for n in range(1, 251)]
CSV = "n,區,x,t\n" + "".join(f'{n},{d},{"" if x is None else x},"{t}"\n' for n, d, x, t in ROWS)


@pytest.fixture
def ask(client, publish):
    publish(CSV)

    def asked(query="", status=200, **parameters):
        address = reverse("datasets:rows", args=["dengue-cases"])
        given = query or urlencode(parameters, doseq=True)
        response = client.get(f"{address}?{given}")
        assert response.status_code == status, response.content
        return json.loads(response.content)

    return asked


def numbers(found):
    return [row["n"] for row in found["rows"]]


def test_a_page_has_a_hundred_rows_and_leads_to_the_next(ask):
    found, seen = ask(), []
    assert (found["total"], len(found["rows"])) == (250, 100)
    assert found["rows"][0] == {"_row": 1, "n": 1, "區": "三民區", "x": 1, "t": "a,1"}
    while True:
        seen += numbers(found)
        if not found["next"]:
            break
        found = ask(found["next"].partition("?")[2])
    assert seen == [n for n, *_ in ROWS]


@pytest.mark.parametrize("sort", ["x", "-x", "區", "-t", "n"])
def test_pages_in_any_order_miss_and_repeat_nothing(ask, sort):
    found, seen = ask(_sort=sort, _size=7), []
    while True:
        seen += found["rows"]
        if not found["next"]:
            break
        found = ask(found["next"].partition("?")[2])
    name = sort.removeprefix("-")
    assert len(seen) == 250
    filled = [row[name] for row in seen if row[name] is not None]
    assert filled == sorted(filled, reverse=sort.startswith("-"))
    assert [row[name] for row in seen][len(filled) :] == [None] * (250 - len(filled))
    assert sorted(row["n"] for row in seen) == [n for n, *_ in ROWS]


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"區": "鼓山區"}, lambda r: r[1] == "鼓山區"),
        ({"x__gte": "3", "x__lt": "5"}, lambda r: r[2] in (3, 4)),
        ({"x__in": "1,2"}, lambda r: r[2] in (1, 2)),
        ({"x__not": "1"}, lambda r: r[2] != 1),
        ({"x__empty": "true"}, lambda r: r[2] is None),
        ({"t__contains": "9"}, lambda r: "9" in r[3]),
        ({"t__contains": "%"}, lambda _r: False),
        ({"區": "' OR 1=1 --"}, lambda _r: False),
    ],
    ids=["text", "between", "one-of", "not", "empty", "contains", "wildcard", "hostile"],
)
def test_filters_find_what_a_loop_finds(ask, parameters, rule):
    found = ask(_size=1000, **parameters)
    wanted = [row[0] for row in ROWS if rule(row)]
    assert (numbers(found), found["total"]) == (wanted, len(wanted))


def test_facets_count_the_whole_table_or_what_is_filtered(ask):
    whole = ask(_facet=["區", "x"], _size=1)["facets"]
    assert whole["區"]["values"] == [
        {"value": "三民區", "count": 167}, {"value": "鼓山區", "count": 83},
    ]  # fmt: skip
    part = ask(_facet="區", x="1", _size=1)["facets"]["區"]["values"]
    assert sum(each["count"] for each in part) == sum(row[2] == 1 for row in ROWS)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nothing=1", "column_unknown"),
        ("_facet=nothing", "column_unknown"),
        ("n=abc", "question_unreadable"),
        ("x__gt=NaN", "question_unreadable"),
        ("_size=0", "question_unreadable"),
        ("_size=1001", "question_unreadable"),
        ("_size=١", "question_unreadable"),
        ("_cursor=xyz", "question_unreadable"),
        ("x__contains=1", "question_unreadable"),
        ("x__empty=maybe", "question_unreadable"),
        ("t=%00", "question_unreadable"),
        ("_facet=n&_facet=x&_facet=t&_facet=區&_facet=n&_sort=&a=1", "column_unknown"),
        ("&".join(["n=1"] * 21), "question_unreadable"),
    ],
)
def test_a_question_that_cannot_be_read_is_one_sentence(ask, query, code):
    found = ask(query, status=400)
    assert found["code"] == f"statistics.dataset.{code}"
    assert found["detail"]


def test_a_cursor_fits_its_own_question_alone(ask):
    other = ask(_size=5)["next"].partition("_cursor=")[2]
    assert ask(f"x=1&_cursor={other}", status=400)["code"].endswith("question_unreadable")


def test_columns_can_be_chosen_and_the_schema_says_what_they_mean(ask, client):
    assert set(ask(_columns="n,t", _size=1)["rows"][0]) == {"_row", "n", "t"}
    schema = client.get(reverse("datasets:schema", args=["dengue-cases"])).json()
    assert [each["type"] for each in schema["columns"]] == ["integer", "text", "integer", "text"]


def test_nobody_asks_a_version_in_quarantine(client, publish, town):
    version = publish("a\nA123456789\n")
    address = reverse("datasets:rows", args=["dengue-cases"])
    assert client.get(address).status_code == 404
    client.force_login(town.other)
    assert client.get(address + "?_version=1").status_code == 404
    client.force_login(town.officer)
    assert client.get(address + "?_version=1").json()["rows"] == [{"_row": 1, "a": "A123456789"}]
    client.logout()
    version_publish(version=version, by=town.officer, at=AT, reason="An invented number")
    assert client.get(address).json()["total"] == 1


def test_hostile_names_can_be_asked(client, publish):
    name = '"; DROP TABLE x; -- _facet'
    publish('"' + name.replace('"', '""') + '",_sort\nx,1\ny,2\n')
    address = reverse("datasets:rows", args=["dengue-cases"])
    found = client.get(address, {name: "y", "_facet": name, "_sort": "-_sort"}).json()
    assert found["rows"] == [{"_row": 2, name: "y", "_sort": 2}]
    assert client.get(address, {"_sort__exact": "1"}).json()["total"] == 1


def test_a_program_sends_a_file_and_sees_what_became_of_it(client, publish, town):
    from django.core.files.uploadedfile import SimpleUploadedFile

    publish("a\n1\n")
    address = "/api/datasets/dengue-cases/versions"

    def send(**more):
        return client.post(
            address, {"file": SimpleUploadedFile("b.csv", b"a\n1\n2\n"), "publish": "true"}, **more
        )

    assert send().status_code == 401
    client.force_login(town.other)
    assert send().status_code == 403
    client.force_login(town.officer)
    key = {"headers": {"Idempotency-Key": "one"}}
    first, second = send(**key), send(**key)
    assert (first.status_code, first.json()) == (202, second.json())
    assert first.json()["state"] == "received"
    assert DatasetVersion.objects.count() == 2
    assert client.get(f"{address}/1").json()["state"] == "published"
    assert [each["code"] for each in client.get("/api/datasets").json()] == ["dengue-cases"]
