"""Charts and maps of a dataset: what is counted, what they carry, and what is refused."""

import csv
import io

import pytest
from tests.statistics.datasets.test_pages import page

from shizheng.core.models import Area
from shizheng.kernel.errors import DomainError
from shizheng.statistics.datasets.drawing import shown_of

ROWS = "day,district,cases,mm\n" + "".join(
    f"2020-0{month}-0{day},{district},{cases},{mm}\n"
    for month, day, district, cases, mm in (
        (1, 1, "三民區", 3, "1.5"), (1, 2, "鼓山區", 5, ""), (1, 3, "三民區", 1, "2.5"),
        (4, 1, "鼓山區", 2, "0.1"), (4, 2, "", 9, "-4.0"),
    )
)  # fmt: skip


def drawn(version, **given):
    return shown_of(version, {f"_{name}": [value] for name, value in given.items()})


def table(shown):
    return [(each.name, None if each.number is None else float(each.number), each.rows)
            for each in shown.table]  # fmt: skip


@pytest.fixture
def areas(db):
    import shapely

    for code, kind, name, parent in (
        ("64000010", "district", "三民區", None), ("64000020", "district", "鼓山區", None),
        ("64000010001", "village", "安寧里", "64000010"),
        ("64000020001", "village", "安寧里", "64000020"),
        ("64000020002", "village", "裕興里", "64000020"),
    ):  # fmt: skip
        west = 120 + int(code) % 97 / 100
        Area.objects.create(
            code=code, kind=kind, name={"zh-Hant": name}, valid_from="2010-12-25",
            shape=shapely.box(west, 22.6, west + 0.01, 22.61).wkb,
            parent=Area.objects.get(code=parent) if parent else None,
        )  # fmt: skip


def test_bars_are_the_largest_first_and_a_row_without_a_name_is_one(publish):
    version = publish(ROWS)
    assert table(drawn(version, by="district", of="cases", how="sum")) == [
        ("無值", 9.0, 1), ("鼓山區", 7.0, 2), ("三民區", 4.0, 2),
    ]  # fmt: skip
    assert table(drawn(version, by="district", of="mm", how="mean")) == [
        ("三民區", 2.0, 2), ("鼓山區", 0.1, 2), ("無值", -4.0, 1),
    ]  # fmt: skip
    assert table(drawn(version, by="day", step="month")) == [("2020-01", 3, 3), ("2020-04", 2, 2)]


def test_a_line_shows_the_months_between(publish):
    shown = drawn(publish(ROWS), by="day", of="cases", how="sum", **{"as": "line"}, step="month")
    assert table(shown) == [
        ("2020-01", 9.0, 3), ("2020-02", None, 0), ("2020-03", None, 0), ("2020-04", 11.0, 2),
    ]  # fmt: skip
    assert shown.line.svg.lines[0][1].count("M") == 2


def test_what_is_too_much_becomes_others_and_their_mean_is_that_of_their_rows(publish):
    rows = "".join(f"g{n:03d},{n}\n" for n in range(100)) + "g099,1\n"
    shown = drawn(publish("a,b\n" + rows), by="a", of="b", how="mean")
    assert (len(shown.table), shown.others_count) == (25, 76)
    *_, others = shown.table
    assert others.name == "其他 76 項"
    assert others.rows == 77
    assert float(others.number) == pytest.approx((sum(range(75)) + 99 + 1) / 77)


def test_days_are_not_put_together_but_refused(publish):
    version = publish("n,b\n" + "".join(f"{n},1\n" for n in range(1, 1003)))
    for kind, limit in (("bar", "24"), ("line", "1000")):
        with pytest.raises(DomainError) as refused:
            drawn(version, by="n", **{"as": kind})
        assert limit in str(refused.value)


def test_a_map_knows_codes_and_names_and_says_what_it_left_out(publish, areas):
    version = publish("v,n\n鼓山區裕興里,1\n64000020002,2\n三民區安寧里,4\n安寧里,8\n他市,16\n")
    shown = drawn(version, by="v", of="n", how="sum", **{"as": "map"})
    assert table(shown) == [("三民區安寧里", 4.0, 1), ("鼓山區裕興里", 3.0, 2)]
    assert {each.name for each in shown.left_out} == {"安寧里", "他市"}
    assert shown.left_out_count == 2
    with pytest.raises(DomainError):
        drawn(version, by="n", **{"as": "map"})


def test_districts_are_drawn_with_a_legend(client, publish, areas):
    publish(ROWS)
    shown = page(client, "datasets:chart", "dengue-cases", 1, _by="district", _as="map")
    assert shown.count('class="area-') >= 2
    assert "1 row has no place in the picture" in shown


def test_the_page_and_the_csv_carry_version_licence_and_owner(client, publish):
    first = publish(ROWS)
    publish(ROWS + "2020-05-01,三民區,1,1\n", dataset=first.dataset)
    shown = page(client, "datasets:chart", "dengue-cases", 1, _by="district")
    for words in (
        "Dengue cases, version 1 of 2 March 2020",
        "Open Government Data License",
        "<figure-chart",
        "There is a newer version, 2",
        "/v1/chart?_by=district",
    ):
        assert words in shown, words
    there = "/en/data/datasets/dengue-cases"
    response = client.get(f"{there}/v1/chart.csv?_by=district")
    head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert head[:3] == ["district", "Number of rows", "Dataset"]
    assert {tuple(row[2:5]) for row in rows} == {("dengue-cases", "1", "odgl-1.0")}
    response = client.get(f"{there}/chart?_by=district")
    assert response["Location"] == f"{there}/v2/chart?_by=district"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"_by": "nobody"}, "has no column “nobody”"),
        ({"_by": "day", "_how": "sum", "_of": "district"}, "does not hold numbers"),
        ({"_by": "district", "_as": "map"}, "needs codes or names of districts"),
        ({"_by": "day", "cases__gt": "many"}, "the column holds whole numbers"),
    ],
    ids=["unknown-column", "text-as-number", "no-area", "filter"],
)
def test_what_cannot_be_drawn_is_said_in_one_sentence(client, publish, query, words):
    publish(ROWS)
    assert words in page(client, "datasets:chart", "dengue-cases", 1, status=400, **query)
    response = client.get("/en/data/datasets/dengue-cases/v1/chart.csv", query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_a_hostile_column_is_a_name_and_a_hostile_value_is_text(client, publish):
    name = "x'); DROP TABLE y; --<script>alert(1)</script>"
    publish(f'"{name}"\n=1+1\n=1+1\n<script>alert(2)</script>\n')
    shown = page(client, "datasets:chart", "dengue-cases", 1, _by=name)
    assert "<script>alert" not in shown
    answer = client.get("/en/data/datasets/dengue-cases/v1/chart.csv", {"_by": name})
    assert "'=1+1,2" in answer.content.decode()


def test_before_anybody_asks_something_is_drawn(client, publish):
    publish("a,b\n1,x\n2,x\n3,y\n")
    assert "Number of rows by" in page(client, "datasets:chart", "dengue-cases", 1)
    publish("a\n", code="none-yet")
    assert page(client, "datasets:chart", "dengue-cases", 7, status=404)


def test_a_version_that_waits_is_drawn_for_its_owner_alone(client, publish, town):
    publish(ROWS, publishes=False)
    address = "/en/data/datasets/dengue-cases/v1/chart"
    assert client.get(address).status_code == 404
    client.force_login(town.other)
    assert client.get(address).status_code == 404
    client.force_login(town.officer)
    assert "This version is not published" in client.get(address).content.decode()


def test_columns_may_be_called_as_the_counts_are(client, publish):
    version = publish("v,n,k,s,c\n1,7,a,1,1\n2,7,a,2,1\n2,8,b,3,1\n")
    assert [each["distinct"] for each in version.profile] == [2, 2, 2, 3, 1]
    assert table(drawn(version, by="k", of="s", how="sum")) == [("a", 3.0, 2), ("b", 3.0, 1)]
    assert table(drawn(version, by="n")) == [("7", 2, 2), ("8", 1, 1)]
    publish("v,n,k,s,c\n1,7,a,1,1\n3,7,b,2,1\n", dataset=version.dataset)
    found = client.get("/data/datasets/dengue-cases/rows?_facet=n&v__gte=1").json()
    assert found["facets"]["n"]["values"] == [{"value": "7", "count": 2}]
