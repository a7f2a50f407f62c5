"""System 45, the public pipeline database 公共管線資料庫: owners deliver, reviewers ask.

A file is delivered, three of its rows are wrong and stay out with the reason; from the notice on
the owner has fifteen days. Reviewers ask any polygon; depth is for those alone who may see it.
"""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from django.urls import reverse
from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at, person
from tests.systems.test_013_village_affairs import Desk

from shizheng.core.journal import verify
from shizheng.core.models import User
from shizheng.places.definitions import RegisterBody, RegisterImport
from shizheng.places.models import Feature, ImportRun, Register
from shizheng.places.selectors.deliveries import deliveries
from shizheng.places.selectors.registers import mappings_of

__all__ = ["kaohsiung"]
HEAD = [
    "識別碼",
    "類別碼",
    "種類",
    "管理單位",
    "管徑寬度",
    "尺寸單位",
    "管線材料",
    "埋設深度",
    "圖形",
]


def pipe(key, y, *, code="8030101", kind="自來水", length=60, depth="1.2"):
    """A row as an owner delivers it, in TWD97 metres."""
    line = f"LINESTRING (178000 {2_503_000 + y}, {178_000 + length} {2_503_000 + y})"
    return [key, code, kind, "虛構管線事業", "300", "mm", "DIP", depth, line]


SOUND = pipe("W-1", 0)
CROSSING = pipe("E-1", 5, code="8020101", kind="電力", depth="0.8")
WRONG = (pipe("W-2", 10, code="803"), pipe("W-3", 20, kind="蒸汽"), pipe("W-4", 30, length=0))
RIGHT = (pipe("W-2", 10), pipe("W-3", 20), pipe("W-4", 30))


@pytest.fixture
def desks(kaohsiung):
    return {
        "keeper": Desk(person("keeper_pipes", "supervisor", "public_works")),
        "reviewer": Desk(person("reviewer", "officer", "transportation")),
        "passer_by": Desk(),
    }


def sent(rows, name="管線.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    file = io.BytesIO(text.getvalue().encode())
    file.name = name
    return file


def test_from_a_delivery_with_mistakes_to_a_reviewers_answer(desks):
    address = reverse("places:deliver", args=["pipelines"])
    desks["keeper"].send(
        address, mapping="pipelines_standard", file=sent((SOUND, CROSSING, *WRONG))
    )
    page = desks["keeper"].read(address)
    assert "蒸汽" in page, "the page says which word is not known"
    run = ImportRun.objects.get(register__code="pipelines")
    assert {row.key for row in run.rows.filter(is_refused=True)} == {"W-2", "W-3", "W-4"}
    assert {*Feature.objects.values_list("key", flat=True)} == {"W-1", "E-1"}

    told = state(run, days=15)
    assert (told.is_overdue, told.due_on) == (False, timezone.localdate() + timedelta(days=15))
    assert state(run, days=16).is_overdue

    desks["keeper"].send(address, mapping="pipelines_standard", file=sent((SOUND, *RIGHT)))
    assert state(run, days=16).is_corrected
    assert Feature.objects.filter(key="W-3", recorded_to=None).exists()

    square = shapely.to_geojson(shapely.box(120.27, 22.60, 120.33, 22.66))
    asked = reverse("places:locations_within") + f"?register=pipelines&shape={square}"
    found = json.loads(desks["reviewer"].read(asked))["features"]
    assert {each["id"] for each in found} == {"W-1", "W-2", "W-3", "W-4", "E-1"}
    assert not any("depth_m" in each["properties"] for each in found), "depth is for the owner"
    kept = json.loads(desks["keeper"].read(asked))["features"]
    assert {each["properties"]["depth_m"] for each in kept} == {0.8, 1.2}
    assert json.loads(desks["passer_by"].read(asked))["features"] == []
    verify()


def state(run, *, days):
    register = Register.objects.get(code="pipelines")
    on = timezone.localdate() + timedelta(days=days)
    viewer = User.objects.get(username="keeper_pipes")
    found = deliveries(register, mappings_of(register), viewer=viewer, on=on)
    return next(each for each in found if each.run == run)


def test_who_may_not_deliver_finds_no_door(desks):
    address = reverse("places:deliver", args=["pipelines"])
    assert desks["reviewer"].client.get(address).status_code == 403
    assert desks["passer_by"].client.get(address).status_code in {302, 403}
    refused = desks["keeper"].send(
        address, expect=422, mapping="pipelines_standard", file=sent((SOUND,), "管線.exe")
    )
    assert "ZIP" in refused.content.decode()


SAMPLE = Path(__file__).parents[2] / "../shared/data/pipelines/tainan_pipelines_sample.geojson"


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the published sample is not on this machine")
def test_the_columns_are_those_of_data_that_were_delivered_under_the_standard():
    """Published pipeline data of another city is the only text of the standard that is at hand.

    Each of its columns fills a field, each of its words is a code of the register, and the mapping
    of deliveries fills the same fields, the depth besides.
    """
    told = json.loads(SAMPLE.read_text(encoding="utf-8"))["features"]
    pack = pack_at(KAOHSIUNG)
    mappings = {each.id: each for each in pack.bodies(RegisterImport)}
    (register,) = (each for each in pack.bodies(RegisterBody) if each.id == "pipelines")
    sample, standard = mappings["pipelines_sample"], mappings["pipelines_standard"]

    columns = {name for each in told for name in each["properties"]}
    assert columns == {*sample.key, *(each.column for each in sample.columns)}
    filled = {each.field for each in sample.columns}
    assert {each.field for each in standard.columns} == filled | {"depth_m"}
    pattern = register.field("pipe_code").pattern
    assert all(re.fullmatch(pattern, each["properties"]["pipe_code"]) for each in told)
    for each in sample.columns:
        codes = register.codes_of(register.field(each.field))
        if codes:
            words = {row["properties"][each.column] for row in told} - {None}
            assert words <= {*each.codes, *codes}, each.column
