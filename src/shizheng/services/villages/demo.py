"""Invented villages for a demonstration (示範里): profiles, records, and chiefs to step into."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from shizheng.core.loading import demo_loaders
from shizheng.core.models import Area
from shizheng.core.people.demo import demo_accounts_load
from shizheng.core.words import FALLBACK, in_language
from shizheng.packs.pack import Pack
from shizheng.services.models import VillageProfile
from shizheng.services.villages.actions import Record, profile_change, record_add
from shizheng.services.villages.definitions import DemoVillage, DemoVillages


@dataclass(frozen=True, slots=True)
class ChiefAccount:
    """The account of an invented chief, whose role holds for the village alone."""

    username: str
    name: dict[str, str]
    role: str
    district: str
    agency: str | None = None
    language: str = FALLBACK


@demo_loaders.register("villages")
def demo_villages_load(pack: Pack, *, at: datetime) -> int:
    """Add the villages that have no profile yet; return how many were added."""
    added = 0
    for body in pack.bodies(DemoVillages):
        for given in body.villages:
            area = Area.objects.get(code=given.area)
            if not VillageProfile.objects.filter(area=area).exists():
                _add(given, area, at)
                added += 1
    return added


def _add(given: DemoVillage, area: Area, at: datetime) -> None:
    account = ChiefAccount(
        username=given.chief, name=dict(given.chief_name), role=given.role, district=area.code
    )
    demo_accounts_load([account], at=at)
    profile_change(
        area=area, by=None, at=at, is_synthetic=True,
        chief_name=in_language(given.chief_name, FALLBACK),
        office_address=given.office_address, activity_centre=given.activity_centre,
    )  # fmt: skip
    today = timezone.localdate(at)
    for each in given.records:
        record = Record(
            kind=each.kind, title=each.title, text=each.text or "", amount=each.amount,
            on=today - timedelta(days=each.days_ago), is_public=each.is_public,
        )  # fmt: skip
        record_add(area=area, given=record, by=None, at=at, is_synthetic=True)
