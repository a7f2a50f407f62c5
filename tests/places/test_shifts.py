"""A file in the old datum is told by the things that the register knows already."""

import pytest
import shapely
from tests.places.conftest import AT, DAY
from tests.services.conftest import kaohsiung

from shizheng.places.actions.things import thing_record
from shizheng.places.definitions import RegisterImport
from shizheng.places.domain.grids import positions
from shizheng.places.importing.running import file_preview
from shizheng.places.importing.shifting import system_seems
from shizheng.places.models import Register

pytestmark = pytest.mark.django_db
__all__ = ["kaohsiung"]
SPOTS = [(120.30 + step * 0.004, 22.62 + step * 0.003) for step in range(8)]


def seems(tmp_path, *, read_as: int, is_in: int, moved: float = 0.0, known: int = 8) -> int | None:
    """Return what a file of eight cables seems to be in, of which the register has some."""
    register = Register.objects.get(code="gutter_cables")
    values = {"company": "示範有線電視", "kind": "cable_tv", "found_on": "2020-01-02"}
    for number, spot in enumerate(SPOTS[:known], 1):
        thing_record(
            register=register, key=f"GC-{number}", by=None, at=AT, valid_from=DAY, values=values,
            geometry=shapely.Point(spot),
        )  # fmt: skip
    x, y = positions([each[0] for each in SPOTS], [each[1] for each in SPOTS], source=4326,
                     target=is_in)  # fmt: skip
    lines = [f"GC-{n},某公司,cable_tv,2020-01-02,{a + moved},{b}"
             for n, (a, b) in enumerate(zip(x, y, strict=True), 1)]  # fmt: skip
    file = tmp_path / "cables.csv"
    file.write_text("no,company,kind,found,x,y\n" + "\n".join(lines))
    columns = {"company": "company", "kind": "kind", "found_on": "found"}
    mapping = RegisterImport.model_validate(
        {"id": "cables", "register": "gutter_cables", "file": "cables.csv", "key": ["no"],
         "epsg": read_as, "placed_by": {"longitude": "x", "latitude": "y"},
         "columns": [{"field": field, "column": name} for field, name in columns.items()],
         "source": {"zh-Hant": "測試", "en": "Test"}}
    )  # fmt: skip
    rows = file_preview(register=register, mapping=mapping, file=file, by=None, on=DAY)
    assert not [row for row in rows if row.built.problems], "either way it lies in the city"
    return system_seems(register, [row.built for row in rows], stated=read_as)


@pytest.mark.parametrize(("read_as", "is_in"), [(3826, 3828), (3828, 3826)])
def test_the_other_datum_is_told_by_where_known_things_lie(kaohsiung, tmp_path, read_as, is_in):
    assert seems(tmp_path, read_as=read_as, is_in=is_in) == is_in


@pytest.mark.parametrize(
    "given",
    [
        {"read_as": 3826, "is_in": 3826},
        {"read_as": 3828, "is_in": 3828},
        {"read_as": 3826, "is_in": 3826, "moved": 500.0},
        {"read_as": 3826, "is_in": 3828, "known": 4},
    ],
    ids=["right", "right-in-the-old-one", "all-moved", "too-few-known"],
)
def test_nothing_is_said_where_it_is_right_or_cannot_be_told(kaohsiung, tmp_path, given):
    assert seems(tmp_path, **given) is None
