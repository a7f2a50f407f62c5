"""A corner of the real city with invented roads, pipes and people who dig: for several tests."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import shapely
from django.test import Client
from django.utils import timezone
from tests.services.conftest import person

from shizheng.places.actions.things import thing_record
from shizheng.places.digging.actions.owners import member_appoint
from shizheng.places.models import Register

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
SINCE = date(2020, 3, 1)
WEST, SOUTH = 120.300, 22.620
LONG = 0.0015
"""Length of a section, degrees: 150 m."""


def section(key: str, x: int, y: int, *, road: str = "示範一路", **values: object):
    """Record a road section that runs east from the crossing in column x and row y."""
    west, south = WEST + x * LONG, SOUTH + y * LONG
    return thing_record(
        register=Register.objects.get(code="road_sections"), key=key, by=None, at=AT,
        valid_from=SINCE, values={"road": road, "lanes": "4"} | values,
        geometry=shapely.LineString([(west, south), (west + LONG, south)]),
    )  # fmt: skip


def pipeline(key: str, x: int, y: int, **values: object):
    """Record a dangerous pipe 2 m beside a road section."""
    west, south = WEST + x * LONG, SOUTH + y * LONG + 0.00002
    said = {"operator": "示範石化公司", "product": "丙烯", "un_number": "1077",
            "pressure_bar": "40", "emergency_phone": "07-0000000"}  # fmt: skip
    return thing_record(
        register=Register.objects.get(code="industrial_pipelines"), key=key, by=None, at=AT,
        valid_from=SINCE, values=said | values,
        geometry=shapely.LineString([(west, south, -1.5), (west + LONG, south, -1.5)]),
    )  # fmt: skip


def member(name: str, owner: str):
    """Make somebody who acts for an owner of pipes."""
    made = person(name, "pipe_owner")
    member_appoint(owner=owner, username=name, by=None, at=AT)
    return made


def roads() -> None:
    """Lay six sections of two roads, one of them paved of late, one beside a dangerous pipe."""
    today = timezone.localdate()
    section("R-1", 0, 0)
    section("R-2", 1, 0)
    section("R-3", 2, 0, paved_on=(today - timedelta(days=30)).isoformat())
    section("R-4", 0, 6, road="示範二路")
    section(
        "R-5",
        1,
        6,
        road="示範二路",
        paved_on="2022-05-01",
        iri_m_km="6.4",
        contractor="示範營造",
        warranty_until=(today + timedelta(days=400)).isoformat(),
    )
    section("R-6", 2, 6, road="示範二路", iri_m_km="2.1")
    pipeline("IP-1", 0, 6)


def crew() -> SimpleNamespace:
    """Make who digs, who decides and who looks on."""
    return SimpleNamespace(
        water=member("d_water", "water_company"),
        power=member("d_power", "power_company"),
        gas=member("d_gas", "gas_company"),
        telecom=member("d_telecom", "telecom_company"),
        officer=person("d_officer", "supervisor", "public_works"),
        fire=person("d_fire", "officer", "fire"),
        police=person("d_police", "officer", "police"),
        resident=person("d_resident"),
    )


def day(name: str, value: date) -> dict[str, str]:
    """Return a day as the form takes it."""
    return {name: value.isoformat()}


HIDDEN = re.compile(r'type="hidden" name="(token|version)" value="([^"]*)"')


class Site:
    """One person at a browser, who opens forms and sends them."""

    def __init__(self, someone=None) -> None:
        self.client = Client()
        if someone:
            self.client.force_login(someone)

    def read(self, path: str, status: int = 200) -> str:
        """Return a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.content.decode()

    def send(self, path: str, *, status: int = 303, at: str = "", **fields: object) -> str:
        """Open the form of a page, fill it in and send it; return where it leads, or its page."""
        hidden = dict(HIDDEN.findall(self.read(at or path)))
        answer = self.client.post(path, {**hidden, **fields})
        page = answer.content.decode()
        assert answer.status_code == status, errors_of(page) or answer.status_code
        return answer.get("Location") or page


def errors_of(page: str) -> list[str]:
    """Return what a page says is wrong."""
    return re.findall(r"govuk-error[^>]*>(?:<[^>]*>)*([^<]+)", page)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def photo(name: str = "工地.png") -> io.BytesIO:
    """Return a picture of one point."""
    out = io.BytesIO(PNG)
    out.name = name
    return out
