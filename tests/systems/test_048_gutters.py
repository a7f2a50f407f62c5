"""System 48, gutters and storm sewers 道路側溝查詢: a resident reads her street's drain by address.

The state is public; a defect is told as a proposal; a round of clearing changes what she reads, and
what was there before can still be read as of its day.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.places.test_synthetic_city import making
from tests.services.conftest import KAOHSIUNG, kaohsiung, person
from tests.systems.test_013_village_affairs import Desk

from shizheng.core.journal import verify
from shizheng.places.models import Feature, Proposal
from shizheng.places.synthetic.actions import synthetic_city_take_in

__all__ = ["kaohsiung"]


@pytest.fixture
def desks(kaohsiung):
    synthetic_city_take_in(making=making(KAOHSIUNG, 180), at=timezone.now())
    return {
        "resident": Desk(person("resident_gutter")),
        "keeper": Desk(person("keeper_water", "supervisor", "water_resources")),
        "passer_by": Desk(),
    }


def parts(name, when):
    return {f"{name}_year": when.year, f"{name}_month": when.month, f"{name}_day": when.day}


def filled(desk, address, on, cleared, **changes):
    """The form as it comes, with what changes from a day on."""
    form = desk.client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    days = parts("valid_from", on) | {"field_cleared_on": cleared.isoformat()}
    given |= {f"field_{name}" if name != "reason" else name: v for name, v in changes.items()}
    return {name: value for name, value in given.items() if value is not None} | days


def test_from_an_address_to_a_cleared_gutter(desks):
    page = desks["passer_by"].read(reverse("places:locations") + "?q=苓雅區示範一路1號")
    assert "家門前的側溝" in page
    assert "最近清疏日" in page
    assert "示範用的虛構資料" in page
    key = next(
        row.key for row in Feature.objects.filter(register__code="gutters")
        if reverse("places:thing", args=["gutters", row.key]) in page
    )  # fmt: skip
    change = reverse("places:change", args=["gutters", key])
    assert change in page, "a wrong answer can be reported"

    today = timezone.localdate()
    before = date.fromisoformat(Feature.objects.get(key=key).properties["cleared_on"])
    desks["resident"].send(
        change, **filled(desks["resident"], change, today, before, silt_share="0.8",
                         reason="下雨就積水"),
    )  # fmt: skip
    proposal = Proposal.objects.get()
    decide = reverse("places:decide", args=[proposal.pk])
    form = desks["keeper"].client.get(decide).context["form"]
    desks["keeper"].send(
        decide, version=form["version"].value(), token=form["token"].value(), verdict="accept",
        answer="已派員",
    )  # fmt: skip
    row = Feature.objects.get(key=key, valid_to=None, recorded_to=None)
    assert row.properties["silt_share"] == 0.8

    cleared = today + timedelta(days=1)
    desks["keeper"].send(
        change, **filled(desks["keeper"], change, cleared, cleared, silt_share="0",
                         reason="完成清疏"),
    )  # fmt: skip
    row = Feature.objects.get(key=key, valid_to=None, recorded_to=None)
    assert date.fromisoformat(row.properties["cleared_on"]) == cleared
    told = desks["passer_by"].read(reverse("places:thing", args=["gutters", key]))
    assert "0.8 →" in told, "what was there before is still told"
    verify()
