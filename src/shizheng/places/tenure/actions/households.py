"""Households of a sale: entered from the agency's list, joined to the account of who is one."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.text import cleaned
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.city import sale_called
from shizheng.places.tenure.domain.errors import HouseholdRow, HouseholdUnknown
from shizheng.places.tenure.models import PropertyItem, SaleHousehold

LEAST_COLUMNS, MOST_ROWS = 2, 5_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A household as the agency lists it (讓售對象名冊)."""

    number: str
    head: str
    contact: str = ""
    address: str = ""
    property_number: str = ""


def households_read(text: str) -> Iterator[Listed]:
    """Yield the households of a list, one a line: number, head, contact, address, property.

    Raises:
        HouseholdRow: a line that cannot be one; says which and why.
    """
    rows = csv.reader(io.StringIO(cleaned(text).replace("\t", ",")))
    for line, cells in enumerate(rows, 1):
        told = [each.strip() for each in cells]
        if not any(told):
            continue
        if line > MOST_ROWS:
            raise HouseholdRow(line=line, why=f"> {MOST_ROWS}")
        if not LEAST_COLUMNS <= len(told) <= 5 or not all(told[:2]):
            raise HouseholdRow(line=line, why="、".join(told)[:60] or "–")
        number, head, contact, address, item = (*told, *[""] * (5 - len(told)))
        yield Listed(number[:40], head[:80], contact[:200], address[:200], item[:40])


@transaction.atomic
def households_enter(
    *, sale: str, agency: Agency, listed: list[Listed], by: User, at: datetime,
    is_synthetic: bool = False,
) -> int:  # fmt: skip
    """Enter the households that may buy (登錄讓售對象); who is listed already stays as they are.

    Returns:
        How many are new.

    Raises:
        NotPermitted: ``by`` does not manage the property of the agency.
        TenureUnset: there is no such sale.
        HouseholdRow: a number stands twice, or the property is none of the agency's.
    """
    sale_called(sale)
    require(by, MANAGE, agency)
    known = set(SaleHousehold.objects.filter(sale=sale).values_list("number", flat=True))
    wanted = {each.property_number for each in listed if each.property_number}
    items = {
        row.number: row for row in PropertyItem.objects.filter(agency=agency, number__in=wanted)
    }
    made: list[SaleHousehold] = []
    seen: set[str] = set()
    for line, each in enumerate(listed, 1):
        if each.number in seen:
            raise HouseholdRow(line=line, why=each.number)
        if each.property_number and each.property_number not in items:
            raise HouseholdRow(line=line, why=each.property_number)
        seen.add(each.number)
        if each.number not in known:
            made.append(
                SaleHousehold(
                    sale=sale, agency=agency, number=each.number, head=each.head,
                    contact=each.contact, address=each.address,
                    item=items.get(each.property_number), is_synthetic=is_synthetic,
                )
            )  # fmt: skip
    SaleHousehold.objects.bulk_create(made)
    if made:
        facts = {"sale": sale, "count": len(made)}
        journal.record("places.sale.households_entered", agency, by=by, at=at, now=facts)
        outbox.publish("places.sale.households_entered", made[0], at=at, payload=facts)
    return len(made)


@transaction.atomic
def household_join(*, sale: str, number: str, head: str, by: User, at: datetime) -> SaleHousehold:
    """Join a household to one's account (認領戶號), by the number and name of the agency's letter.

    Raises:
        TenureUnset: there is no such sale.
        HouseholdUnknown: number and name do not belong together, or another account has it.
    """
    sale_called(sale)
    row = (
        SaleHousehold.objects.select_for_update()
        .filter(sale=sale, number=unicodedata.normalize("NFKC", cleaned(number)).strip()[:40])
        .first()
    )
    if row is None or _plain(row.head) != _plain(head) or row.person_id not in (None, by.pk):
        raise HouseholdUnknown
    if row.person_id is None:
        row.person = by
        row.save(update_fields=["person"])
        facts = {"sale": sale, "number": row.number}
        journal.record("places.sale.household_joined", row, by=by, at=at, now=facts)
    return row


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cleaned(text)).split()).casefold()
