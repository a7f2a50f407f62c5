"""Opening a case below another one (子案), for the same people at the same place."""

from collections.abc import Mapping
from typing import Any

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.actions.run import Run
from shizheng.services.models import Case, CaseLink, CaseParty, Service
from shizheng.services.places import Place


def child_open(run: Run, service: Service, answers: Mapping[str, Any], *, kind: str) -> Case:
    """Open a case of ``service`` below the case of a run, and link the two.

    Raises:
        DomainError: the service does not take it in, as where its form asks for more.
    """
    case = run.case
    place = Place(
        longitude=case.longitude, latitude=case.latitude, address=case.address,
        district=case.district.code if case.district else "",
        village=case.village.code if case.village else "", geometry=case.geometry,
    )  # fmt: skip
    opened = case_open(
        service=service, by=run.by, at=run.at,
        given=Intake(
            channel="system", answers=answers, description=case.description, place=place,
            reporter=case.reporter, parent=case, is_synthetic=case.is_synthetic,
            contact=_contact(case),
        ),
    )  # fmt: skip
    link(run, opened.case, kind)
    return opened.case


def link(run: Run, child: Case, kind: str = "child") -> None:
    """Note that a case belongs to that of a run."""
    CaseLink.objects.create(case=child, to=run.case, kind=kind, made_at=run.at, made_by=run.by)


def _contact(case: Case) -> Contact:
    party = CaseParty.objects.filter(case=case, role=CaseParty.Role.APPLICANT, ended_at=None)
    found = party.order_by("added_at").first()
    if found is None:
        return Contact()
    return Contact(
        name=found.name, email=found.email, phone=found.phone, line_id=found.line_id,
        language=found.language, notice_by=found.notice_by,
    )  # fmt: skip
