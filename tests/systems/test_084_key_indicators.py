"""System 84, key city indicators 重要市政統計指標體系: entered, signed, warned of, compared, cited.

An officer and a supervisor of the commission keep an indicator by form and file; everybody reads
it over years and cities, and finds the vintage that a number is from.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.plan.works.site import Desk
from tests.services.conftest import kaohsiung, person
from tests.statistics.indicators.conftest import defined
from tests.statistics.pages.conftest import RDEC, VISITORS

from shizheng.core.journal import verify
from shizheng.statistics.models import PeerFigure

__all__ = ["kaohsiung"]
NOON = datetime(2020, 3, 10, 4, tzinfo=UTC)
PAGE = "/en/figures/visitors/"
BODY = VISITORS | {
    "areas": [], "valid_from": "2018-01-01",
    "targets": [{"value": "5000", "from": "2020-01-01", "source": "109 年度施政計畫"}],
}  # fmt: skip
HELD = BODY | {"release": {"kind": "calendar", "after_days": 50, "at": "16:00"}, "targets": []}
CITIES = "city,period,value,source,published_on,difference\n"


@pytest.fixture
def desks(kaohsiung, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    defined("visitors", BODY)
    return {
        "enterer": Desk(person("enterer", "officer", RDEC)),
        "signer": Desk(person("signer", "supervisor", RDEC)),
        "elsewhere": Desk(person("elsewhere", "officer", "public_works")),
        "anybody": Desk(),
    }


def sent(desk: Desk, path: str, expect: int = 303, **fields: object) -> str:
    response = desk.client.post(path, fields)
    page = response.content.decode()
    assert response.status_code == expect, page[page.find("<main") :][:3000]
    return page


def signed(desk: Desk, prefix: str = "figure", path: str = "/en/figures/desk/sign/") -> None:
    keys = re.findall(rf'value="([0-9a-f-]+)" id="{prefix}-', desk.read("/en/figures/desk/"))
    sent(desk, path, figure=keys)


def file_of(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("f.csv", text.encode())


@pytest.mark.django_db(transaction=True)
def test_a_figure_is_entered_signed_warned_of_revised_and_cited(desks):
    enterer, signer, anybody = desks["enterer"], desks["signer"], desks["anybody"]
    page = anybody.read(PAGE)
    for words in ("Visits to the counter", "visitors", "version 1", "every month"):
        assert words in page
    assert ">late<" in enterer.read("/en/figures/desk/")

    lines = "period,value,source\n" + "".join(
        f"{year}-{month:02d},{4000 + 10 * (12 * (year - 2018) + month)},日報\n"
        for year in (2018, 2019) for month in range(1, 13)
    )  # fmt: skip
    file = "/en/figures/desk/visitors/file/"
    wrong = sent(enterer, file, 422, file=file_of(lines + "2020-01,x,日報\n"), encoding="utf-8")
    assert "1 line is wrong." in wrong
    sent(enterer, file, file=file_of(lines), encoding="utf-8")
    sent(desks["elsewhere"], file, 403, file=file_of(lines), encoding="utf-8")
    form = "/en/figures/desk/visitors/enter/"
    sent(enterer, form, period="109年1月", value="4310", status="A", source="號函")
    assert "4,310" not in anybody.read(PAGE)
    signed(enterer)
    assert "4,310" not in anybody.read(PAGE)
    signed(signer)

    page = anybody.read(PAGE)
    assert "4,310" in page
    assert "+4.4 %" in page  # from 4,130 in January 2019: the comparison over years
    assert "Target 5,000 visits or more: not reached." in page
    desk = enterer.read("/en/figures/desk/")
    for mark in (">target not reached<",):
        assert mark in desk

    sent(enterer, form, period="2020-01", value="4301", status="A", source="更正函")
    signed(signer)
    page = anybody.read(PAGE)
    assert "revised" in page
    assert "(was 4,310)" in page
    assert "4,310" in anybody.read(f"{PAGE}v1/")
    citation = page[page.index("SHA-256") :]
    assert f"{PAGE}v2/" in citation
    for vintage in (1, 2):
        assert f'href="{PAGE}v{vintage}/"' in page
    assert verify().is_intact


@pytest.mark.django_db(transaction=True)
def test_a_release_date_is_kept(desks, monkeypatch):
    defined("held_visitors", HELD)
    form = "/en/figures/desk/held_visitors/enter/"
    sent(desks["enterer"], form, period="2020-02", value="4777", status="A", source="號函")
    signed(desks["signer"])
    page = "/en/figures/held_visitors/"
    assert "4,777" in desks["signer"].read(page)
    assert "4,777" not in desks["anybody"].read(page)
    assert "21 March 2020 16:00" in desks["anybody"].read("/en/figures/releases/")
    later = datetime(2020, 4, 19, 8, 1, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: later - timedelta(minutes=2))
    assert "4,777" not in desks["anybody"].read(page)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "4,777" in desks["anybody"].read(page)


@pytest.mark.django_db(transaction=True)
def test_other_cities_stand_beside_once_signed_and_say_where_they_differ(desks):
    enterer, signer, anybody = desks["enterer"], desks["signer"], desks["anybody"]
    for period, value in (("2019-12", "4240"), ("2020-01", "4310")):
        sent(enterer, "/en/figures/desk/visitors/enter/", period=period, value=value, status="A",
             source="號函")  # fmt: skip
    signed(signer)
    way = "/en/figures/desk/visitors/cities/"
    assert "Beside other cities" not in anybody.read(PAGE)
    assert way in enterer.read(PAGE)
    sent(desks["elsewhere"], way, 403, file=file_of(CITIES), encoding="utf-8")
    wrong = CITIES + (
        "臺中市,2020-13,1,統計月報,2020-02-20,\n" "臺中市,2020-01,一,統計月報,2020-02-20,\n"
        "臺中市,2020-01,1,,2020-02-20,\n" "臺中市,2020-01,1,統計月報,2021-02-20,\n"
        "臺中市,2019-12,1,統計月報,2020-02-20,\n" "臺中市,2019-12,2,統計月報,2020-02-20,\n"
        "高雄市,2019-12,2,統計月報,2020-02-20,\n"
    )  # fmt: skip
    shown = sent(enterer, way, 422, file=file_of(wrong), encoding="utf-8")
    assert "6 lines are wrong." in shown
    assert not PeerFigure.objects.exists()
    right = CITIES + (
        "臺中市,2019-12,5120,統計月報,109-02-20,\n" "臺中市,2020-01,5333,統計月報,2020-02-20,\n"
        "臺南市,2020-01,3999,統計要覽,2020-02-25,含線上取號\n"
    )  # fmt: skip
    sent(enterer, way, file=file_of(right), encoding="utf-8")
    signed(enterer, "peer", "/en/figures/desk/cities/sign/")
    assert "5,333" not in anybody.read(PAGE)
    signed(signer, "peer", "/en/figures/desk/cities/sign/")
    page = anybody.read(PAGE)
    for words in ("5,333", "3,999", "臺中市", "統計月報", "含線上取號", "Counted otherwise"):
        assert words in page
    assert "5,333" not in anybody.read(f"{PAGE}?as_of=2020-03-09")

    sent(enterer, way, file=file_of(CITIES + "臺中市,2020-01,5334,更正,2020-03-01,\n"),
         encoding="utf-8")  # fmt: skip
    signed(signer, "peer", "/en/figures/desk/cities/sign/")
    page = anybody.read(PAGE)
    assert "5,334" in page
    assert "5,333" not in page
    for change in (lambda: PeerFigure.objects.update(value=1), PeerFigure.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
