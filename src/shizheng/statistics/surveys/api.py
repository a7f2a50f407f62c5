"""Surveys for programs: what is asked and when results come out; progress for who leads one."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from ninja.security import django_auth

from shizheng.core.access import found
from shizheng.statistics.models import SurveyRound
from shizheng.statistics.surveys.access import MANAGE
from shizheng.statistics.surveys.selectors import progress_of, rounds

router = Router(tags=["surveys"])


class SurveyOut(Schema):
    """A census or survey (調查): of which day, how far, and when its results come out."""

    code: str
    name: dict[str, str]
    owner: str
    reference_on: date
    state: str
    release_at: datetime
    is_synthetic: bool


class ProgressOut(Schema):
    """How far a village is; coverage is of the addresses where somebody lives, 0 to 1."""

    village: str
    addresses: int
    visited: int
    complete: int
    refused: int
    absent: int
    vacant: int
    coverage: float | None


@router.get("/surveys", response=list[SurveyOut], summary=gettext_noop("Surveys"))
def surveys(request: HttpRequest) -> Any:
    """Return all censuses and surveys, the newest first."""
    return [
        SurveyOut(
            code=row.code, name=row.name, owner=row.owner.code, reference_on=row.reference_on,
            state=row.state, release_at=row.release_at, is_synthetic=row.is_synthetic,
        )
        for row in rounds()
    ]  # fmt: skip


@router.get(
    "/surveys/{code}/progress", response=list[ProgressOut], auth=django_auth,
    summary=gettext_noop("Progress of a survey by village"),
)  # fmt: skip
def progress(request: HttpRequest, code: str) -> Any:
    """Return how far each village is; for who leads the survey."""
    row = found(request.user, SurveyRound, MANAGE, code=code)
    return [
        ProgressOut(
            village=each.village, addresses=each.addresses, visited=each.visited,
            complete=each.complete, refused=each.refused, absent=each.absent, vacant=each.vacant,
            coverage=None if each.coverage is None else float(each.coverage),
        )
        for each in progress_of(row)
    ]  # fmt: skip
