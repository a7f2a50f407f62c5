"""Telling the joint-defence group what an attack looks like (區域聯防情資分享)."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from shizheng.core.access import require
from shizheng.core.models import City, User
from shizheng.core.words import in_language
from shizheng.plan.models import IndicatorShare, SecurityIncident
from shizheng.plan.security.actions.moving import moved, told
from shizheng.plan.security.domain import stix
from shizheng.plan.security.domain.levels import Marking
from shizheng.plan.security.errors import IncidentClosed, NothingToShare
from shizheng.plan.security.rules import security_rule


@transaction.atomic
def indicators_share(*, incident: SecurityIncident, by: User, at: datetime) -> IndicatorShare:
    """Tell the joint-defence group the indicators of an incident as a STIX bundle.

    What is marked TLP:RED stays with the agency. The bundle is kept word for word.

    Raises:
        NotPermitted, IncidentClosed, NothingToShare, SecurityRuleMissing: why not.
        ChangedMeanwhile: somebody acted on the incident first.
    """
    require(by, "plan.lead_security", incident, at=at)
    if incident.closed_at is not None:
        raise IncidentClosed(number=incident.number)
    rows = incident.indicators.exclude(marking=Marking.RED).order_by("kind", "value")
    sighted = [stix.Sighted(row.kind, row.value, row.marking, row.noted_at) for row in rows]
    if not sighted:
        raise NothingToShare(number=incident.number)
    city = City.objects.get()
    producer = stix.Producer(city.code, in_language(city.name, "en"))
    text = stix.as_text(stix.bundle_of(incident.number, sighted, by=producer, at=at))
    moved(incident)
    last = incident.shares.aggregate(last=Max("number"))["last"] or 0
    share = IndicatorShare.objects.create(
        incident=incident,
        number=last + 1,
        group=in_language(security_rule().joint_defence),
        count=len(sighted),
        bundle=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        shared_at=at,
        shared_by=by,
    )
    now = {"share": share.number, "count": share.count, "digest": share.digest}
    told(incident, "indicators_shared", by=by, at=at, now=now, is_event=True)
    return share
