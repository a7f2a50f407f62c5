"""Units of readings: by declared factor and offset; what is not declared is not guessed."""

import pytest

from shizheng.sensing.definitions import ObservedPropertyBody


def body(symbol, **conversions):
    return ObservedPropertyBody.model_validate({
        "id": "thing", "name": {"en": "A", "zh-Hant": "甲"},
        "summary": {"en": "A", "zh-Hant": "甲"}, "definition": "urn:x", "decimals": 2,
        "unit": {"name": "u", "symbol": symbol, "definition": "ucum:u"},
        "conversions": conversions,
    })  # fmt: skip


WARM = {
    "°F": {"factor": "0.555555555556", "offset": "-17.777777777778"},
    "K": {"factor": "1", "offset": "-273.15"},
}
OZONE = {"ppm": {"factor": "1000"}, "µg/m³": {"factor": "0.509424"}}


@pytest.mark.parametrize(
    ("declared", "value", "unit", "becomes"),
    [
        pytest.param(body("°C", **WARM), "212", "°F", 100, id="boiling-in-fahrenheit"),
        pytest.param(body("°C", **WARM), "-40", "°F", -40, id="both-scales-meet"),
        pytest.param(body("°C", **WARM), "273.15", "K", 0, id="kelvin-has-an-offset"),
        pytest.param(body("ppb", **OZONE), "0.07", "ppm", 70, id="ppm-of-ozone"),
        pytest.param(body("ppb", **OZONE), "100", "µg/m³", 50.9424, id="mass-as-declared"),
    ],
)
def test_a_declared_unit_is_converted_by_factor_and_offset(declared, value, unit, becomes):
    assert declared.converted(value, unit) == pytest.approx(becomes, abs=1e-9)


@pytest.mark.parametrize(
    ("declared", "unit"),
    [
        pytest.param(body("ppb", ppm={"factor": "1000"}), "µg/m³", id="mass-needs-a-molar-mass"),
        pytest.param(body("NTU"), "FNU", id="turbidity-by-another-method"),
        pytest.param(body("°C"), "C", id="a-sign-that-is-coulomb-elsewhere"),
        pytest.param(body("m", cm={"factor": "0.01"}), "CM", id="case-counts"),
    ],
)
def test_what_was_never_declared_is_not_guessed(declared, unit):
    assert declared.converted("1", unit) is None
