"""Pages of air, waters and solar sites in a city whose pack says nothing of them."""

import shutil
from types import SimpleNamespace

import pytest
from django.test import Client
from tests.sensing.conftest import AT, START, people, stream_made, town
from tests.services.conftest import KAOHSIUNG, without_plan

from shizheng.core.loading import load as load_pack
from shizheng.core.models import Agency
from shizheng.packs.loader import load as read_pack
from shizheng.sensing.actions.intake import Incoming, observations_record
from shizheng.sensing.air.actions import forecast_by_persistence, forecast_record
from shizheng.sensing.air.errors import AirUndeclared
from shizheng.sensing.energy.keeping import inverters_check, sites_refresh
from shizheng.sensing.water.actions import permit_record, sample_take
from shizheng.sensing.water.errors import EmissionsUndeclared, WatersUndeclared

__all__ = ["people", "town"]
pytestmark = pytest.mark.django_db
EXAMPLETON = KAOHSIUNG.parent / "exampleton"


@pytest.fixture
def bare_town(db, tmp_path):
    """A city that watches no air."""
    root = shutil.copytree(EXAMPLETON, tmp_path / "pack")
    (root / "sensing/air.yaml").unlink()
    with without_plan():
        load_pack(read_pack(root), at=AT)
    return SimpleNamespace(works=Agency.objects.get(code="works"))


def test_a_city_without_these_definitions_says_so_and_goes_on(bare_town):
    anybody = Client()
    for address, said in (
        ("/en/air/", "No station yet"), ("/en/water-quality/", "No waters are declared"),
        ("/en/solar/", "No solar site yet"), ("/en/near/air/", "No station yet"),
    ):  # fmt: skip
        page = anybody.get(address)
        assert page.status_code == 200, address
        assert said in page.content.decode(), address
    stream = stream_made(owner=bare_town.works)
    taken = observations_record([Incoming(stream.pk, START, 1.5)], by=None, at=AT)
    assert taken.outcomes == ["new"], "listeners that have nothing to say stay silent"
    day = AT.date()
    with pytest.raises(AirUndeclared):
        forecast_record(day=day, index=120, source="x", issued_at=AT, by=None, at=AT)
    assert forecast_by_persistence(day=day, at=AT) is None
    assert sites_refresh(on=day) == 0
    assert inverters_check(keys=["x"], at=AT) == 0
    with pytest.raises(EmissionsUndeclared):
        permit_record(number="1", kind="stack", holder="x", point="P", valid_from=day,
                      valid_until=day, limits=[], by=None, at=AT)  # fmt: skip
    with pytest.raises(WatersUndeclared):
        sample_take(number="1", basin="x", site="x", taken_at=AT, by=None, at=AT)


def test_a_time_that_cannot_be_is_refused_in_a_sentence(town):
    page = Client().get("/en/air/?first=2026-08-04&last=2026-07-04").content.decode()
    assert "The first day comes after the last." in page
    page = Client().get("/en/air/?first=2000-01-01&last=2026-07-04").content.decode()
    assert "At most 3660 days at once." in page
    page = Client().get("/en/air/?first=nonsense").content.decode()
    assert "govuk-error-message" in page
