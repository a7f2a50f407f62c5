"""A city with the real pack, one adopted item, and the people who build and audit works."""

import html
import io
import re
from datetime import date, timedelta
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone
from tests.services.conftest import person

from shizheng.core.models import Agency
from shizheng.plan.models import Chapter, Edition, Item, Plan

WORKS, CONTROL = "public_works", "research_development_and_evaluation"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
HIDDEN = re.compile(r'type="hidden" name="(version|token)" value="([^"]+)"')
PLACE = {
    "place_address": "橋頭區芋林路", "place_district": "64000200",
    "place_longitude": "120.305", "place_latitude": "22.756",
}  # fmt: skip


def month_before(day: date, count: int) -> date:
    """Return the first day of the month so many months before."""
    month = day.replace(day=1)
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def item_adopted(code: str = "13-1") -> Item:
    """Make an adopted edition with one item."""
    plan = Plan.objects.create(
        code="109", title={"zh-Hant": "109", "en": "109"}, period_from=date(2020, 1, 1),
        period_to=date(2021, 1, 1),
    )  # fmt: skip
    edition = Edition.objects.create(
        plan=plan, number=1, title="T", imported_at=timezone.now(), status="draft"
    )
    chapter = Chapter.objects.create(
        edition=edition, number=13, label="拾參", title="工務", source_start=0, source_end=9,
        line=1, agency=Agency.objects.get(code=WORKS),
    )  # fmt: skip
    item = Item.objects.create(
        edition=edition, chapter=chapter, number=1, code=code, label="一", text="橋頭聯外道路",
        search_text="橋頭聯外道路", source_start=4, source_end=9, line=2, last_line=2,
    )  # fmt: skip
    Edition.objects.filter(pk=edition.pk).update(
        status="adopted", adopted_on=date(2020, 1, 1), adopted_at=timezone.now(),
        in_force_from=date(2020, 1, 1),
    )  # fmt: skip
    return item


def people() -> SimpleNamespace:
    """Make one person for each part in a work."""
    return SimpleNamespace(
        officer=person("w_officer", "officer", WORKS),
        elsewhere=person("w_elsewhere", "officer", "tourism"),
        controller=person("w_controller", "controller", CONTROL),
        auditor=person("w_auditor", "controller", CONTROL),
        resident=person("w_resident"),
    )


class Desk:
    """One person at a browser; nobody in particular if none is given."""

    def __init__(self, someone=None) -> None:
        self.client = Client()
        if someone is not None:
            self.client.force_login(someone)

    def read(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return html.unescape(response.content.decode())

    def json(self, path: str):
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.json()

    def send(self, path: str, expect: int = 302, **fields: object) -> str:
        """Open a form, fill it in and send it; return where it leads, or the page shown again."""
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        page = html.unescape(response.content.decode())
        assert response.status_code == expect, page[page.find("<main") :][:3000]
        return response.url if expect == 302 else page


def photo(name: str = "工地.png") -> io.BytesIO:
    file = io.BytesIO(PNG)
    file.name = name
    return file
