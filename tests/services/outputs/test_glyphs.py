"""A rare name is printed or refused by name; never a box."""

import re

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from tests.services.outputs.documents import AT, text_of

from shizheng.services.outputs.fonts import FAMILY, FontsUnreadable, typefaces
from shizheng.services.outputs.glyphs import GlyphMissing, require_glyphs
from shizheng.services.outputs.typeset import typeset

ONE = b"""#set document(title: "T")
#json("values.json").name"""


@pytest.mark.parametrize("character", "堃喆犇煊㛄婼瑨玥龘𠅤峯淼焱鑫䒩䶮㐂𣲷𠮷𤧟𬎆𨭎𫞩㵆㴓㨗")
def test_rare_characters_of_names_are_printed(character):
    assert character in text_of(typeset(ONE, {"name": character}, at=AT))


def test_every_character_of_the_first_two_blocks_is_there():
    unified = {*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6)}
    assert unified <= typefaces().characters


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param({"name": "王𡍼"}, "name: 𡍼 (U+2137C)", id="rare-name"),
        pytest.param(
            {"to": [{"name": "王"}, {"name": "𪻐"}]}, "to.1.name: 𪻐 (U+2AED0)", id="nested"
        ),
        pytest.param({"name": "👍"}, "name: 👍 (U+1F44D)", id="picture"),
        pytest.param({"name": "\ue000"}, "name: U+E000", id="private-character"),
        pytest.param({"name": "\x00"}, "name: U+0000", id="control-character"),
        pytest.param({"name": "\ud800"}, "name: U+D800", id="half-a-character"),
        pytest.param({"name": "ကခ"}, "name: က (U+1000); name: ခ (U+1001)", id="another-script"),
    ],
)
def test_a_character_without_a_glyph_is_named_with_its_field(value, said):
    with pytest.raises(GlyphMissing) as refused:
        typeset(ONE, value, at=AT)
    assert said in str(refused.value)
    assert "SHIZHENG_FONTS" in refused.value.refusal().hint


def test_many_missing_characters_are_cut_short():
    text = "".join(map(chr, range(0x1000, 0x1020)))
    with pytest.raises(GlyphMissing, match=re.escape("; …")):
        require_glyphs({"name": text}, typefaces())


def test_variation_selectors_and_line_ends_are_not_missed():
    require_glyphs({"name": "葛\U000e0100城\n\t\u200b"}, typefaces())
    assert "葛" in text_of(typeset(ONE, {"name": "葛\U000e0100城\n"}, at=AT))


def test_a_further_font_supplies_what_noto_lacks(tmp_path):
    (tmp_path / "rare.ttf").write_bytes(font_with("𡍼", tmp_path))
    fonts = typefaces(tmp_path)
    assert fonts.families == (FAMILY, "Rare Test")
    assert "王𡍼" in text_of(typeset(ONE, {"name": "王𡍼"}, at=AT, fonts=fonts))


def test_a_folder_without_fonts_is_refused(tmp_path):
    with pytest.raises(FontsUnreadable, match=re.escape(str(tmp_path))):
        typefaces(tmp_path)


def font_with(character, folder):
    """Return a font whose only character is a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(character): "square"})
    builder.setupGlyf({".notdef": square, "square": square})
    builder.setupHorizontalMetrics({".notdef": (1000, 100), "square": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(
        {"familyName": "Rare Test", "styleName": "Regular", "psName": "RareTest"}
    )
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    path = folder / "made.bin"
    builder.save(path)
    return path.read_bytes()
