"""Property's chapter of the demonstration: a small ledger, idle space, plots, a sale; invented."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from shizheng.core.demo_year import Chapter, Month, Say, chapters, kept
from shizheng.core.locations.outlines import middle_of_city
from shizheng.core.models import Agency, User
from shizheng.packs.pack import Pack
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.places.tenure.actions.households import Listed, household_join, households_enter
from shizheng.places.tenure.actions.idle import Offer, space_publish
from shizheng.places.tenure.actions.ledger import (
    Described,
    property_idle,
    property_record,
    value_change,
)
from shizheng.places.tenure.city import idle_rules, industry_rules, tenure
from shizheng.places.tenure.models import PropertyItem
from shizheng.places.tenure.selectors.ledger import agencies_managed

ORDER, WEIGHT = 18, 0.02
DOCUMENT = "DEMO-1"
LEDGER = (("land", 4_200, 52_000_000), ("land", 860, 9_400_000), ("building", 640, 18_300_000),
          ("building", 320, 7_800_000), ("land", 1_500, 14_200_000), ("vehicle", None, 820_000),
          ("equipment", None, 96_000))  # fmt: skip
"""Category, area in m² and value in TWD of what the ledger holds."""
IDLE = {1: 40, 3: 12, 4: 75}
"""By place in the ledger, days that it has stood idle; the first two are published."""
PLOTS = ((900, 1_400, 3_000, 450), (1_500, 2_300, 9_500, 1_200), (700, 1_100, 1_200, 200))
"""Price from and to in TWD/m², power in kW, water in m³ a day."""
HOUSEHOLDS = 6


def play(_pack: Pack, month: Month, say: Say) -> None:
    """Tell the ledger in the last month; never twice."""
    people = User.objects.filter(is_demo=True).order_by("username")
    keeper = next((each for each in people if agencies_managed(each).exists()), None)
    is_told = PropertyItem.objects.filter(is_synthetic=True).exists()
    if month.until >= month.now and keeper is not None and not is_told:
        agency = agencies_managed(keeper).first()
        if agency is not None:
            Telling(month, keeper, agency, list(people)).tell()
    say(1.0)


@dataclass
class Telling:
    """The invented property of one demonstration."""

    month: Month
    keeper: User
    agency: Agency
    people: list[User]

    @property
    def today(self) -> date:
        """The day of the demonstration."""
        return timezone.localdate(self.month.now)

    def tell(self) -> None:
        """Tell ledger, idle space, plots and households; what a rule refuses is left out."""
        longitude, latitude = middle_of_city(self.today)
        items: list[PropertyItem] = []
        for at, held in enumerate(LEDGER):
            with kept("ledger"):
                items.append(self._recorded(at, held, (longitude, latitude)))
        if items:
            with kept("value"):
                value_change(
                    item=items[0], amount_twd=1_200_000, on=self.today, document=DOCUMENT,
                    by=self.keeper, at=self.month.now, why=_("Invented"),
                )  # fmt: skip
        for at, days in IDLE.items():
            if at < len(items):
                with kept("idle"):
                    self._idle(items[at], days, is_published=at != max(IDLE))
        with kept("plots"):
            self._plots(longitude, latitude)
        with kept("households"):
            self._households()

    def _recorded(
        self, at: int, held: tuple[str, int | None, int], middle: tuple[float, float]
    ) -> PropertyItem:  # fmt: skip
        category, area, value = held
        spot = (middle[0] + at * 0.0012, middle[1] - at * 0.0008)
        place = spot if area else (None, None)
        given = Described(
            number=f"DEMO-{self.today.year}-{at + 1:03}", category=category,
            name=_("Invented property {number}").format(number=at + 1),
            acquired_on=self.today - timedelta(days=900 + 200 * at),
            area_m2=Decimal(area) if area else None, longitude=place[0], latitude=place[1],
            is_synthetic=True,
        )  # fmt: skip
        return property_record(
            agency=self.agency, given=given, value_twd=value, document=DOCUMENT, by=self.keeper,
            at=self.month.now,
        )  # fmt: skip

    def _idle(self, item: PropertyItem, days: int, *, is_published: bool) -> None:
        property_idle(
            item=item, since=self.today - timedelta(days=days), by=self.keeper, at=self.month.now
        )
        item.refresh_from_db()
        if not is_published or item.longitude is None or item.latitude is None:
            return
        idle_rules()
        offer = Offer(
            name=_("Invented space {number}").format(number=item.number),
            kind="land" if item.category == "land" else "building",
            area_m2=item.area_m2 or Decimal(1), longitude=item.longitude, latitude=item.latitude,
            limits=_("Invented: for temporary use only."),
        )  # fmt: skip
        space_publish(item=item, offer=offer, by=self.keeper, at=self.month.now)

    def _plots(self, longitude: float, latitude: float) -> None:
        register = Register.objects.get(code=industry_rules().register_)
        for at, (low, high, power, water) in enumerate(PLOTS):
            west, south = longitude + 0.004 + at * 0.003, latitude + 0.002
            thing_record(
                register=register, key=f"IL-9{at:03}", by=None, at=self.month.now,
                valid_from=self.today - timedelta(days=30), is_synthetic=True,
                values={
                    "name": _("Invented plot {number}").format(number=at + 1),
                    "zoning": _("Invented industrial zone"), "price_from_twd": low,
                    "price_to_twd": high, "power_kw": power, "water_m3_day": water,
                    "checked_on": (self.today - timedelta(days=20 + 90 * at)).isoformat(),
                },
                geometry=shapely.box(west, south, west + 0.0022, south + 0.0016),
            )  # fmt: skip

    def _households(self) -> None:
        for sale in tenure().sales:
            agency = Agency.objects.get(code=sale.agency)
            keeper = next((each for each in self.people if agency in agencies_managed(each)), None)
            if keeper is None:
                continue
            head = _("Invented head {number}")
            listed = [
                Listed(f"DEMO-{number:03}", head.format(number=number))
                for number in range(1, HOUSEHOLDS + 1)
            ]
            households_enter(
                sale=sale.id, agency=agency, listed=listed, by=keeper, at=self.month.now,
                is_synthetic=True,
            )  # fmt: skip
            resident = next((each for each in self.people if each.username == "resident"), None)
            if resident is not None:
                household_join(
                    sale=sale.id, number=listed[0].number, head=listed[0].head, by=resident,
                    at=self.month.now,
                )  # fmt: skip


chapters.register("property")(Chapter(ORDER, WEIGHT, play))
