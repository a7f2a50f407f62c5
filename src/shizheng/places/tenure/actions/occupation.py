"""Occupied property: found, a case is opened, and settled by one of the declared ways."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.doors import CaseWanted, case_ask
from shizheng.core.models import User
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.actions.ledger import Use, locked, use_set
from shizheng.places.tenure.city import said, tenure, today_at
from shizheng.places.tenure.definitions import OccupationOf
from shizheng.places.tenure.domain.errors import (
    AmountUnfit,
    DayUnfit,
    DocumentMissing,
    OccupationOpen,
    OccupationSettled,
    PropertyGone,
    TenureUnset,
    WayUnknown,
)
from shizheng.places.tenure.models import Occupation, PropertyItem


def occupation_rules() -> OccupationOf:
    """Return what becomes of occupied property.

    Raises:
        TenureUnset: the pack does not say.
    """
    rules = tenure().occupation
    if rules is None:
        raise TenureUnset
    return rules


@transaction.atomic
def occupation_find(
    *, item: PropertyItem, found_on: date, by: User, at: datetime, area_m2: Decimal | None = None,
    occupier: str = "", note: str = "",
) -> Occupation:  # fmt: skip
    """Record that property is occupied without right (發現占用) and have its case opened.

    The case says the property's number and place and nothing of persons.

    Raises:
        NotPermitted, PropertyGone, DayUnfit, AmountUnfit, TenureUnset: see there.
        OccupationOpen: one is open already.
    """
    require(by, MANAGE, item)
    rules, item = occupation_rules(), locked(item)
    if not item.is_held:
        raise PropertyGone(number=item.number)
    if not item.acquired_on <= found_on <= today_at(at):
        raise DayUnfit(day=found_on, first=item.acquired_on)
    if area_m2 is not None and (area_m2 <= 0 or (item.area_m2 and area_m2 > item.area_m2)):
        raise AmountUnfit(value="–")
    made = Occupation(
        item=item, found_on=found_on, area_m2=area_m2, occupier=said(occupier, 80),
        note=said(note, 500), found_by=by, recorded_at=at,
    )  # fmt: skip
    other = Occupation.objects.filter(item=item, state=Occupation.State.OPEN).first()
    if other is not None:
        raise OccupationOpen(number=item.number, case=other.case_number or "–")
    words = _("City property {number} ({name}) is occupied without right; found on {day}.")
    made.case_number = case_ask(
        CaseWanted(
            service=rules.service,
            description=words.format(number=item.number, name=item.name, day=found_on),
            longitude=item.longitude, latitude=item.latitude, address=item.address,
            district=item.district.code if item.district else "",
            source=(("property", item.number),), is_synthetic=item.is_synthetic,
        ),
        by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise OccupationOpen(number=item.number, case="–") from None
    facts = {"property": item.number, "case": made.case_number, "on": found_on.isoformat()}
    journal.record("places.occupation.found", made, by=by, at=at, now=facts)
    outbox.publish("places.occupation.found", made, at=at, payload=facts)
    use_set(item, Use.OCCUPIED, by=by, at=at)
    return made


@transaction.atomic
def occupation_settle(
    *, occupation: Occupation, way: str, document: str, on: date, by: User, at: datetime
) -> Occupation:
    """Say how an occupation ended (占用結案): by lease, sale, judgment or as else declared.

    Raises:
        NotPermitted: ``by`` does not manage the property.
        WayUnknown, DocumentMissing, DayUnfit: see there.
        OccupationSettled: it is settled.
    """
    require(by, MANAGE, occupation)
    known = [each.id for each in occupation_rules().ways]
    if way not in known:
        raise WayUnknown(way=way, known=", ".join(known))
    number = said(document, 60)
    if len(number) < 2:
        raise DocumentMissing
    if not occupation.found_on <= on <= today_at(at):
        raise DayUnfit(day=on, first=occupation.found_on)
    item = locked(occupation.item)
    rows = Occupation.objects.filter(pk=occupation.pk, state=Occupation.State.OPEN)
    if not rows.update(state=Occupation.State.SETTLED, way=way, document=number, settled_on=on):
        raise OccupationSettled
    occupation.refresh_from_db()
    facts = {"property": item.number, "case": occupation.case_number, "way": way}
    journal.record("places.occupation.settled", occupation, by=by, at=at, now=facts)
    outbox.publish("places.occupation.settled", occupation, at=at, payload=facts)
    if item.is_held and item.use == Use.OCCUPIED:
        use_set(item, Use.OWN, by=by, at=at)
    return occupation
