"""Reading idle space and the land bank as far as the asker may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Q, QuerySet

from shizheng.core.access import Person
from shizheng.core.models import Agency, User
from shizheng.kernel.text import cleaned
from shizheng.places.models import Feature
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.industry import plots_on
from shizheng.places.tenure.city import idle_rules
from shizheng.places.tenure.models import PropertyItem, Space, SpaceApplication, SpaceUse


@dataclass(frozen=True, slots=True)
class SpaceQuestion:
    """What somebody looks for (搜尋條件)."""

    words: str = ""
    district: str = ""
    least_m2: Decimal | None = None
    most_m2: Decimal | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked."""
        return bool(self.words or self.district or self.least_m2 or self.most_m2)


def space_question(given: Mapping[str, str]) -> SpaceQuestion:
    """Return what the address asks for; figures that are none ask nothing."""
    return SpaceQuestion(
        words=cleaned(given.get("q", "")).strip()[:80],
        district=cleaned(given.get("district", ""))[:40],
        least_m2=figure(given.get("least", "")), most_m2=figure(given.get("most", "")),
    )  # fmt: skip


def figure(text: str) -> Decimal | None:
    """Return a figure above zero as people write it, or None."""
    try:
        found = Decimal(cleaned(text).strip().replace(",", "")[:15] or "0")
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found < 10**9 else None


def spaces_offered(viewer: Person, asked: SpaceQuestion) -> QuerySet[Space]:
    """Return what can be applied for, the newest first."""
    rows = Space.objects.visible_to(viewer).filter(state=Space.State.OFFERED)
    if asked.words:
        rows = rows.filter(
            Q(name__icontains=asked.words) | Q(address__icontains=asked.words)
            | Q(limits__icontains=asked.words)
        )  # fmt: skip
    if asked.district:
        rows = rows.filter(item__district__code=asked.district)
    if asked.least_m2 is not None:
        rows = rows.filter(area_m2__gte=asked.least_m2)
    if asked.most_m2 is not None:
        rows = rows.filter(area_m2__lte=asked.most_m2)
    return rows.select_related("agency", "item__district", "thing")


@dataclass(frozen=True, slots=True)
class Late:
    """Property that stands idle and should be published (應公告未公告)."""

    item: PropertyItem
    due_on: date
    is_late: bool


def unpublished(person: User, *, on: date) -> list[Late]:
    """Return what stands idle and is not published, the most overdue first."""
    days = timedelta(days=idle_rules().publish_days)
    rows = PropertyItem.objects.allowed_to(person, MANAGE).filter(use="idle", is_held=True)
    rows = rows.exclude(spaces__state__in=("offered", "lent"))
    return [
        Late(each, each.idle_since + days, each.idle_since + days < on)
        for each in rows.select_related("agency").order_by("idle_since", "number")
        if each.idle_since is not None
    ]


def applications_waiting(person: User) -> QuerySet[SpaceApplication]:
    """Return applications that one's agencies have to answer, the most urgent first."""
    rows = SpaceApplication.objects.allowed_to(person, MANAGE).filter(state="waiting")
    return rows.select_related("space", "person").order_by("due_at", "pk")


def uses_running(person: User) -> QuerySet[SpaceUse]:
    """Return temporary uses of one's agencies, the next to end first."""
    rows = SpaceUse.objects.allowed_to(person, MANAGE).filter(ended_at=None)
    return rows.select_related("space", "application__person").order_by("ends_on", "pk")


@dataclass(frozen=True, slots=True)
class IdleDays:
    """How long an agency lets property stand idle (閒置日數)."""

    agency: Agency
    count: int
    days: int


def idle_days(person: User, *, on: date) -> list[IdleDays]:
    """Return days by agency that what stands idle today has stood idle, for one's agencies."""
    found: dict[Agency, list[int]] = {}
    rows = PropertyItem.objects.allowed_to(person, MANAGE).filter(use="idle", is_held=True)
    for each in rows.select_related("agency").order_by("agency__position", "agency__code"):
        if each.idle_since is not None:
            found.setdefault(each.agency, []).append((on - each.idle_since).days)
    return [IdleDays(agency, len(days), sum(days)) for agency, days in found.items()]


@dataclass(frozen=True, slots=True)
class PlotQuestion:
    """What an investor looks for (用地條件)."""

    zoning: str = ""
    least_m2: Decimal | None = None
    most_price: Decimal | None = None
    least_kw: Decimal | None = None
    least_water: Decimal | None = None
    willing: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked."""
        return self != PlotQuestion()


def plot_question(given: Mapping[str, str]) -> PlotQuestion:
    """Return what the address asks for."""
    return PlotQuestion(
        zoning=cleaned(given.get("zoning", "")).strip()[:60],
        least_m2=figure(given.get("least", "")), most_price=figure(given.get("price", "")),
        least_kw=figure(given.get("power", "")), least_water=figure(given.get("water", "")),
        willing=cleaned(given.get("willing", ""))[:40],
    )  # fmt: skip


def plots_fitting(asked: PlotQuestion, *, on: date) -> list[Feature]:
    """Return plots that are on the market and fit, those checked first."""
    rows = [row for row in plots_on(on).values() if row.state in ("available", "unverified")]
    found = [row for row in rows if _fits(row, asked)]
    return sorted(found, key=lambda row: (row.state != "available", row.key))


def _fits(plot: Feature, asked: PlotQuestion) -> bool:
    known = plot.properties
    least = ((plot.area_m2, asked.least_m2), (known.get("power_kw"), asked.least_kw),
             (known.get("water_m3_day"), asked.least_water))  # fmt: skip
    if any(limit is not None and (have is None or have < limit) for have, limit in least):
        return False
    price = known.get("price_from_twd")
    if asked.most_price is not None and (price is None or price > asked.most_price):
        return False
    if asked.willing and known.get("willingness") != asked.willing:
        return False
    return asked.zoning.casefold() in str(known.get("zoning", "")).casefold()
