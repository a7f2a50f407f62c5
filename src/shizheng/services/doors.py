"""What this room does for rooms below it: tell people on the site, open a case for them."""

from datetime import datetime

from shizheng.core.doors import CaseWanted, case_openers, tellers
from shizheng.core.models import User
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.domain.errors import ServiceClosed
from shizheng.services.models import Service
from shizheng.services.notices.telling import people_tell
from shizheng.services.places import Place

tellers.register("services")(people_tell)


@case_openers.register("services")
def case_opened(*, wanted: CaseWanted, by: User | None, at: datetime) -> str:
    """Open a case that a room below asks for; returns its number.

    Raises:
        ServiceClosed: the pack declares no such service; and all that ``case_open`` refuses.
    """
    service = Service.objects.filter(code=wanted.service).first()
    if service is None:
        raise ServiceClosed(service=wanted.service)
    place = Place(
        longitude=wanted.longitude, latitude=wanted.latitude, address=wanted.address,
        district=wanted.district,
    )  # fmt: skip
    given = Intake(
        channel="system", description=wanted.description, place=place,
        source=dict(wanted.source), is_synthetic=wanted.is_synthetic,
    )  # fmt: skip
    return case_open(service=service, given=given, by=by, at=at).case.number
