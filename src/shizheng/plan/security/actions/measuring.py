"""Taking the monthly figures of hosts and the software lists of systems from files."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.text import fold
from shizheng.plan.models import (
    CloudHost,
    HostMonth,
    InformationSystem,
    SoftwareComponent,
    SoftwareList,
)
from shizheng.plan.security.actions.moving import moved, told
from shizheng.plan.security.domain.hosts import HostFigures
from shizheng.plan.security.domain.sbom import components_in

BATCH = 400


@transaction.atomic
def host_months_file(*, by: User, at: datetime, figures: Sequence[HostFigures]) -> tuple[int, int]:
    """File monthly figures of hosts (主機月數據); return how many are new and how many correct.

    A month that was filed before with other figures gets another record; equal ones are left.

    Raises:
        NotPermitted: a host is of an agency for which ``by`` may not act.
    """
    require(by, "plan.edit_security", at=at)
    names = {each.host for each in figures}
    mine = CloudHost.objects.allowed_to(by, "plan.edit_security", at=at)
    hosts = {host.name: host for host in mine.filter(name__in=names).select_related("agency")}
    for name in sorted(names - set(hosts)):
        require(by, "plan.edit_security", CloudHost.objects.get(name=name), at=at)
    standing = {
        (row.host_id, row.month): row
        for row in HostMonth.objects.select_for_update().filter(
            is_standing=True, host__in=hosts.values()
        )
    }
    fresh, replaced = [], []
    for each in figures:
        host = hosts[each.host]
        before = standing.get((host.pk, each.month))
        values = (each.utilisation, each.availability, each.kwh)
        if before and (before.utilisation, before.availability, before.kwh) == values:
            continue
        if before:
            replaced.append(before.pk)
        fresh.append(
            HostMonth(
                host=host, month=each.month, version=before.version + 1 if before else 1,
                utilisation=each.utilisation, availability=each.availability, kwh=each.kwh,
                filed_at=at, filed_by=by,
            )
        )  # fmt: skip
    HostMonth.objects.filter(pk__in=replaced).update(is_standing=False)
    HostMonth.objects.bulk_create(fresh, batch_size=BATCH)
    for name in sorted({row.host.name for row in fresh}):
        months = [row.month.isoformat()[:7] for row in fresh if row.host.name == name]
        told(hosts[name], "measured", by=by, at=at, now={"months": months})
    return len(fresh) - len(replaced), len(replaced)


@transaction.atomic
def software_import(
    *, system: InformationSystem, by: User, at: datetime, content: bytes
) -> SoftwareList:
    """Keep what software a system runs, from a CycloneDX list (匯入軟體清單); it replaces none.

    The earlier list stays on record and is no longer searched.

    Raises:
        NotPermitted, ListTooLarge, ListUnreadable, ChangedMeanwhile: why not.
    """
    require(by, "plan.edit_security", system, at=at)
    components = components_in(content)
    moved(system)
    before = system.software_lists.order_by("-number").first()
    system.software_lists.filter(is_current=True).update(is_current=False)
    fresh = SoftwareList.objects.create(
        system=system,
        number=before.number + 1 if before else 1,
        digest=hashlib.sha256(content).hexdigest(),
        imported_at=at,
        imported_by=by,
    )
    SoftwareComponent.objects.bulk_create(
        [
            SoftwareComponent(
                software_list=fresh, kind=each.kind, name=each.name, version=each.version,
                group=each.group, purl=each.purl, licence=each.licence,
                search_name=fold(f"{each.group} {each.name}").strip()[:420],
            )
            for each in components
        ],
        batch_size=BATCH,
    )  # fmt: skip
    now = {"list": fresh.number, "components": len(components), "digest": fresh.digest}
    told(system, "software_listed", by=by, at=at, now=now)
    return fresh
