"""What the check of every page finds: contrast is measured once for each look."""

import pytest

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
body {{ background: #fff; color: #222 }} .dark {{ background: #555 }} .pale {{ color: #bbb }}
tr:nth-child(7) {{ background: #444 }} .over {{ position: absolute; inset: 0 }}
</style></head><body><main><h1>A page</h1>
<table><tr><th scope="col">Of what</th></tr>{rows}</table>{more}</main></body></html>"""
SOUND = "<tr><td>12</td></tr>" * 3


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        pytest.param(SOUND, "<p class='pale'>Pale</p>", id="a colour"),
        pytest.param(SOUND, "<div class='dark'><div><p>Dark</p></div></div>", id="a background"),
        pytest.param(SOUND * 3, "", id="one row of many"),
        pytest.param(SOUND, "<p style='opacity: .3'>Faint</p>", id="an opacity"),
        pytest.param(SOUND, "<label>N <input value='1' class='pale'></label>", id="a field"),
    ],
)
def test_a_pale_text_is_found_among_sound_ones(page, assert_accessible, rows, more):
    page.set_content(PAGE.format(rows=rows, more=more))

    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible(page)


def test_a_sound_page_passes_and_stays_as_it_was(page, assert_accessible):
    page.set_content(PAGE.format(rows=SOUND, more=""))
    before = page.content()

    assert_accessible(page)

    assert page.content() == before
