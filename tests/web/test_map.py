"""What maps ask for, and what their pages allow."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shapely
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from shizheng.core.models import Area, City
from shizheng.web.middleware.outside_map import outside_map
from shizheng.web.templatetags.map_elements import geojson_script

pytestmark = pytest.mark.django_db
BOUNDARIES = Path(__file__).parents[2] / "packs" / "kaohsiung" / "areas" / "districts.geojson"
SINCE = date(2018, 1, 1)


def square(code, kind, west, parent=None):
    return Area.objects.create(
        code=code,
        kind=kind,
        name={"zh-Hant": f"{code}區", "en": f"District {code}"},
        parent=parent,
        shape=shapely.to_wkb(shapely.box(west, 22.0, west + 0.1, 22.1)),
        source="Invented",
        valid_from=SINCE,
    )


@pytest.fixture
def town():
    City.objects.create(
        code="exampleton",
        name={"zh-Hant": "樣本市", "en": "Exampleton"},
        manifest={},
        loaded_at=datetime(2020, 3, 2, tzinfo=UTC),
    )
    west = square("E01", "district", 120.0)
    square("E02", "district", 120.1)
    return square("E01-1", "village", 120.0, west)


def test_districts_are_sent_with_names_in_the_language_of_the_address(client, town):
    chinese = client.get("/map/areas.geojson?kind=district").json()
    english = client.get("/en/map/areas.geojson").json()

    assert [f["properties"]["name"] for f in chinese["features"]] == ["E01區", "E02區"]
    assert english["features"][0]["properties"]["name"] == "District E01"
    assert chinese["view"] == [120.0, 22.0, 120.2, 22.1]
    assert chinese["source"] == "Invented"
    at = chinese["features"][0]["properties"]["at"]
    assert 120.0 < at[0] < 120.1


def test_the_source_of_areas_is_in_the_language_of_the_page(client, town):
    Area.objects.update(source="虛構", source_words={"zh-Hant": "虛構", "en": "Invented"})
    for path, source in (("", "虛構"), ("/en", "Invented")):
        assert client.get(f"{path}/map/areas.geojson").json()["source"] == source
        with override("en" if path else "zh-hant"):
            told = client.get(reverse("places:area_tiles")).json()
        assert told["attribution"] == source


def test_villages_are_sent_by_district(client, town):
    found = client.get("/map/areas.geojson?kind=village&parent=E01").json()

    assert [f["properties"]["code"] for f in found["features"]] == ["E01-1"]
    assert client.get("/map/areas.geojson?kind=village&parent=E02").json()["features"] == []


@pytest.mark.parametrize(
    "query", ["kind=street", "kind=village", "kind=village&parent=E09", "kind=district&parent=E01"]
)
def test_other_areas_do_not_exist(client, town, query):
    assert client.get(f"/map/areas.geojson?{query}").status_code == 404


def test_outlines_that_a_browser_has_are_not_sent_again_until_they_change(client, town):
    first = client.get("/map/areas.geojson", headers={"Accept-Encoding": "gzip"})
    again = client.get("/map/areas.geojson", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    square("E03", "district", 120.2)
    changed = client.get("/map/areas.geojson", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "max-age" in changed["Cache-Control"]


def test_a_whole_city_of_districts_weighs_less_than_40_kb(client):
    for feature in json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]:
        Area.objects.create(
            code=feature["properties"]["code"],
            kind="district",
            name={"zh-Hant": "左營區"},
            shape=shapely.to_wkb(shapely.geometry.shape(feature["geometry"])),
            valid_from=SINCE,
        )
    content = client.get("/map/areas.geojson").content

    assert len(json.loads(content)["features"]) == 38
    assert len(gzip.compress(content)) < 40_000


def test_a_place_is_named_in_both_languages(client, town):
    found = client.get("/en/map/place?lon=120.05&lat=22.05").json()

    assert found["in_city"] is True
    assert (found["district"], found["village"]) == ("District E01", "District E01-1")
    assert found["codes"] == {"district": "E01", "village": "E01-1"}
    assert found["names"]["district"]["zh-Hant"] == "E01區"
    assert found["nearest"] is None
    assert "District E01" in found["sentence"]


def test_outside_the_city_the_nearest_district_is_named_with_its_distance(client, town):
    found = client.get("/en/map/place?lon=120.21&lat=22.05").json()

    assert found["in_city"] is False
    assert found["nearest"]["code"] == "E02"
    assert found["nearest"]["distance_m"] == pytest.approx(1031, abs=3)
    assert "Exampleton" in found["sentence"]
    assert "1.0 km" in found["sentence"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "core.coordinates_unfit"),
        ("lon=x&lat=22", "core.coordinates_unfit"),
        ("lon=nan&lat=22", "core.coordinates_unfit"),
        ("lon=1e400&lat=22", "core.coordinates_unfit"),
        ("lon=22&lat=120", "core.coordinates_swapped"),
    ],
)
def test_what_is_no_place_is_refused(client, town, query, code):
    answer = client.get(f"/map/place?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]
    assert answer.json()["hint"]


def test_text_in_points_cannot_end_their_element():
    script = geojson_script({"title": "</script><script>alert(1)</script>&"})

    assert script.count("<") == 2
    inside = script.removeprefix('<script type="application/json">').removesuffix("</script>")
    assert json.loads(inside)["title"].startswith("</script>")


def answered(settings, body, **names):
    for name, value in names.items():
        setattr(settings, name, value)
    return outside_map(lambda request: HttpResponse(body))(RequestFactory().get("/"))


def test_an_outside_map_widens_the_policy_of_pages_with_a_map_alone(settings):
    tiles = {
        "MAP_TILES": "https://tiles.example/{z}/{x}/{y}.png",
        "MAP_HOSTS": ["https://a.example"],
    }
    policy = answered(settings, "<case-map></case-map>", **tiles)["Content-Security-Policy"]

    assert "connect-src 'self' https://a.example https://tiles.example" in policy
    assert "img-src 'self' data: https://a.example https://tiles.example" in policy
    assert "script-src 'self';" in policy
    assert "Content-Security-Policy" not in answered(settings, "<p></p>", **tiles)


def test_without_an_outside_map_nothing_is_widened(settings):
    with pytest.raises(MiddlewareNotUsed):
        answered(settings, "", MAP_TILES="", MAP_STYLE="", MAP_HOSTS=[])


@pytest.mark.parametrize(
    "address",
    ["tiles.example", "http://tiles.example/", "https://", "https://*.example/", "https://a;b/"],
)
def test_an_address_that_would_widen_too_much_is_refused(settings, address):
    with pytest.raises(ImproperlyConfigured, match="SHIZHENG_MAP_STYLE"):
        answered(settings, "", MAP_STYLE=address)


def test_only_a_page_with_a_map_names_the_map_library(client, town):
    assert "maplibre" not in client.get("/").content.decode()
    assert "maplibre" in client.get("/components/").content.decode()
