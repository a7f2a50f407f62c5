"""The city's published registers, taken in by the mappings of its pack.

The files lie beside the project, not in it: where they are not, this is skipped.
"""

from datetime import date
from pathlib import Path

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from tests.places.conftest import AT
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.places.definitions import RegisterImport
from shizheng.places.importing.running import file_take_in
from shizheng.places.models import Feature, Register
from shizheng.places.selectors.layers import Layer, Question

__all__ = ["kaohsiung"]
DATA = Path(__file__).parents[2] / "../shared/data"
ON = date(2024, 1, 1)
MAPPINGS = {
    # mapping: rows, how many of them are kept. Refused are sites without a number, hospitals
    # and stations that stand there twice, and four dates that are no day.
    "religious_sites": (1557, 1456), "heritage": (140, 136), "playgrounds": (27, 27),
    "bike_stations": (1313, 1310), "emergency_facilities": (310, 293),
    "flood_potential_300": (3, 3), "flood_potential_450": (4, 4), "flood_potential_600": (5, 5),
    "pipelines_sample": (3494, 3494),
}  # fmt: skip


@pytest.mark.skipif(not DATA.is_dir(), reason="the published files are not on this machine")
@pytest.mark.parametrize("name", MAPPINGS)
def test_a_published_register_is_taken_in(kaohsiung, name):
    (mapping,) = (each for each in pack_at(KAOHSIUNG).bodies(RegisterImport) if each.id == name)
    register = Register.objects.get(code=mapping.register_)
    run = file_take_in(
        register=register, mapping=mapping, file=DATA / mapping.file, by=None, at=AT, valid_from=ON
    )
    rows, kept = MAPPINGS[name]
    assert run.row_count == rows
    said = list(run.rows.filter(is_refused=True).values_list("number", "key", "code")[:10])
    assert run.counts["added"] == kept, said
    assert run.counts["added"] + run.counts.get("refused", 0) == rows
    for row in Feature.objects.exclude(shape=None).order_by("?")[:50]:
        assert shapely.is_valid(shapely.from_wkb(bytes(row.shape)))
    if name == "pipelines_sample":
        assert run.counts["noted"] == rows, "all lie outside this city, and it is said"
        public = Layer.of(register, AnonymousUser())
        assert all(each.geometry is None for each in public.shown(public.rows(Question(on=ON))[:9]))
