import pytest
import shapely
from django import forms
from tests.core.town import AT, area

from shizheng.core.locations.fields import LineField, PlaceField, PolygonField
from shizheng.core.locations.place import Place
from shizheng.core.models import Area, City

pytestmark = pytest.mark.django_db
NOBODY = {"address": "", "district": "", "village": "", "longitude": "", "latitude": ""}


@pytest.fixture(autouse=True)
def town(city):
    """Two districts of a tenth of a degree side by side; E01 has a village in its west half."""
    west, east = area("E01"), area("E02")
    village = area("E01-1", west)
    for row, box in (
        (west, (120.0, 22.0, 120.1, 22.1)),
        (east, (120.1, 22.0, 120.2, 22.1)),
        (village, (120.0, 22.0, 120.05, 22.1)),
    ):
        row.shape = shapely.to_wkb(shapely.box(*box))
        row.save()
    return city


def form_of(field, **typed):
    form = type("Form", (forms.Form,), {"place": field})
    return form({f"place_{part}": text for part, text in typed.items()})


def place_of(field, **typed):
    form = form_of(field, **typed)
    assert form.is_valid(), form.errors
    return form.cleaned_data["place"]


def error_of(field, **typed):
    form = form_of(field, **typed)
    assert not form.is_valid()
    [error] = form.errors.as_data()["place"]
    return error.code, form.errors["place"][0]


def test_a_point_gives_its_district_and_village_whatever_was_chosen():
    place = place_of(
        PlaceField(), longitude="120.02", latitude="22.05", district="E02", address=" Main Street "
    )

    assert place == Place(
        120.02,
        22.05,
        address="Main Street",
        district_code="E01",
        village_code="E01-1",
        geometry={"type": "Point", "coordinates": [120.02, 22.05]},
    )
    assert Place.from_json(place.as_json()) == place
    assert place.length_m is None
    assert place.area_m2 is None


def test_a_point_may_lie_in_a_district_but_no_village_as_in_a_harbour():
    place = place_of(PlaceField(), longitude="120.08", latitude="22.05")

    assert (place.district_code, place.village_code) == ("E01", "")


def test_wide_digits_are_read():
    assert place_of(PlaceField(), longitude="１２０．０２", latitude="22.05").longitude == 120.02


def test_without_a_map_address_and_district_are_enough():
    place = place_of(PlaceField(), address="Main Street 1", district="E01", village="E01-1")

    assert place == Place(None, None, "Main Street 1", "E01", "E01-1")


REFUSED = {
    "nothing": ({}, "required"),
    "half": ({"longitude": "120.02"}, "half"),
    "address-without-district": ({"address": "Main Street"}, "district"),
    "district-without-address": ({"district": "E01"}, "address"),
    "unknown-district": ({"address": "Main Street", "district": "E09"}, "core.area_unknown"),
    "village-as-district": ({"address": "Main Street", "district": "E01-1"}, "core.area_unknown"),
    "village-elsewhere": (
        {"address": "Main Street", "district": "E02", "village": "E01-1"},
        "core.area_unknown",
    ),
    "swapped": ({"longitude": "22.05", "latitude": "120.02"}, "core.coordinates_swapped"),
    "words": ({"longitude": "east", "latitude": "north"}, "core.coordinates_unfit"),
    "not-finite": ({"longitude": "nan", "latitude": "inf"}, "core.coordinates_unfit"),
    "metres": ({"longitude": "178188.5", "latitude": "2503182.3"}, "core.coordinates_unfit"),
    "outside": ({"longitude": "121.5", "latitude": "25.0"}, "core.place_outside_city"),
    "long-address": ({"address": "x" * 201, "district": "E01"}, "long"),
}


@pytest.mark.parametrize(("typed", "code"), REFUSED.values(), ids=REFUSED)
def test_each_wrong_place_is_refused_by_one_sentence(typed, code):
    assert error_of(PlaceField(), **typed)[0] == code


def test_outside_the_city_says_so_with_its_name(settings):
    settings.LANGUAGE_CODE = "en"
    _, sentence = error_of(PlaceField(), longitude="121.5", latitude="25.0")

    assert "Exampleton" in sentence


def test_nothing_is_nothing_where_nothing_is_required():
    assert place_of(PlaceField(required=False), **NOBODY) is None


def test_a_line_has_a_length_and_the_district_of_its_middle():
    place = place_of(LineField(), points="120.02, 22.05\n120.03, 22.05")

    assert place.length_m == pytest.approx(1032.7, abs=0.5)
    assert (place.longitude, place.district_code, place.village_code) == (120.025, "E01", "E01-1")
    assert Place.from_json(place.as_json()).length_m == place.length_m


def test_a_polygon_has_an_area():
    place = place_of(
        PolygonField(), points="120.02,22.05\n120.03,22.05\n120.03,22.06\n120.02,22.06"
    )

    assert place.area_m2 == pytest.approx(1032.7 * 1107.2, rel=1e-3)
    assert place.geometry["type"] == "Polygon"


def test_a_point_of_a_line_outside_the_city_is_named():
    code, sentence = error_of(LineField(), points="120.02, 22.05\n120.9, 22.05")

    assert code == "core.point_outside_city"
    assert "2" in sentence


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("", "required"),
        ("22.05, 120.02\n22.06, 120.02", "core.coordinates_swapped"),
        ("0,0\n2,2\n2,0\n0,2", "core.shape_crosses_itself"),
    ],
    ids=["nothing", "swapped", "crossing"],
)
def test_an_address_does_not_stand_for_a_line(points, code):
    assert error_of(LineField(), points=points, address="Main", district="E01")[0] == code


def test_a_form_shows_a_place_and_sees_whether_it_changed():
    place = place_of(LineField(), points="120.02, 22.05\n120.03, 22.05")
    form = type("Form", (forms.Form,), {"place": LineField(initial=place)})

    assert "120.02, 22.05\n120.03, 22.05" in form().as_p()
    same = form({"place_points": "120.02,22.05;120.03,22.05"})
    assert not same.has_changed()
    assert form({"place_points": "120.02,22.05;120.04,22.05"}).has_changed()
    assert form({"place_points": "?"}).has_changed()


def test_what_was_typed_wrong_is_shown_again():
    page = form_of(PlaceField(), longitude="east", latitude="22.05", district="E02").as_p()

    assert 'value="east"' in page
    assert '<option value="E02" selected>' in page


def test_villages_stand_in_groups_of_their_districts():
    page = form_of(PlaceField()).as_p()

    assert '<optgroup label="E01">' in page
    assert page.index("<optgroup") < page.index('value="E01-1"')
    assert '<optgroup label="E02">' not in page


def test_without_known_borders_what_was_chosen_counts():
    Area.objects.filter(kind="village").delete()
    Area.objects.all().update(shape=None)
    City.objects.update(loaded_at=AT)  # what loading a pack does
    place = place_of(PlaceField(), longitude="120.02", latitude="22.05", district="E02")

    assert place.district_code == "E02"
    code, _ = error_of(PlaceField(), longitude="120.02", latitude="22.05", district="E09")
    assert code == "core.area_unknown"
