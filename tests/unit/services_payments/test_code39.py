import re
from datetime import date
from xml.etree import ElementTree

import pytest

from shizheng.services.payments.domain.code39 import (
    PATTERNS,
    QUIET,
    NotInCode39,
    code39_svg,
    code39_widths,
)
from shizheng.services.payments.domain.slips import slip_for

BAR = re.compile(r"M(\d+) 0h(\d+)v1h-(\d+)z")


def scanned(svg):
    """Read an image as a scanner does: from the edges of the black bars alone."""
    bars = [(int(left), int(width)) for left, width, _ in BAR.findall(svg.split("#000")[1])]
    elements = []
    for (left, width), following in zip(bars, [*bars[1:], None], strict=True):
        elements.append(width)
        if following:
            elements.append(following[0] - left - width)
    signs = {pattern: sign for sign, pattern in PATTERNS.items()}
    characters = [elements[start : start + 9] for start in range(0, len(elements), 10)]
    return "".join(
        signs["".join("1" if width > 1 else "0" for width in character)] for character in characters
    )


@pytest.mark.parametrize(
    ("sign", "pattern"),
    [
        ("0", "000110100"),
        ("1", "100100001"),
        ("9", "001100100"),
        ("A", "100001001"),
        ("M", "101000010"),
        ("Z", "011010000"),
        ("-", "010000101"),
        ("*", "010010100"),
    ],
)
def test_the_patterns_are_those_of_the_standard(sign, pattern):
    assert PATTERNS[sign] == pattern


def test_every_character_has_nine_elements_three_wide_and_its_own_pattern():
    assert all(len(pattern) == 9 and pattern.count("1") == 3 for pattern in PATTERNS.values())
    assert len(set(PATTERNS.values())) == len(PATTERNS) == 40


def test_the_segments_of_a_slip_are_scanned_back_from_their_images():
    slip = slip_for(
        pay_by=date(2020, 3, 9), collection="6XY", account="ABCDEFGHIKLMNPQR", amount_twd=7_890
    )
    assert [scanned(image) for image in slip.images] == [f"*{text}*" for text in slip.segments]


def test_an_image_is_xml_with_a_name_quiet_zones_and_no_style():
    image = code39_svg("0903096XY", module_mm=0.25, height_mm=12)
    root = ElementTree.fromstring(image)
    width = sum(code39_widths("0903096XY")) + 2 * QUIET

    assert root.get("aria-label") == "0903096XY"
    assert root.get("viewBox") == f"0 0 {width} 1"
    assert root.get("width") == f"{width / 4:g}mm"
    assert "style" not in image
    assert BAR.findall(image.split("#000")[1])[0][0] == str(QUIET)


@pytest.mark.parametrize("text", ["a", "*", "臺", "<script>"])
def test_a_character_without_bars_is_refused(text):
    with pytest.raises(NotInCode39):
        code39_svg(text)
