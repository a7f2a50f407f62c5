"""What this room itself holds of people: what they asked and allowed, and copies they took."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.statistics.models import DataConsent, DataRequest, Takeout

ANSWERED = _("For some years after the answer, as each one says; then it is deleted.")
PROOF = _("Without end: they show that the law was kept.")
LAW = _("Personal Data Protection Act arts. 10, 11 and 13.")


def requests_held(person: User) -> Iterator[Record]:
    """Yield what the person asked of their data."""
    for row in DataRequest.objects.filter(person=person).order_by("-asked_at", "-pk"):
        yield Record(
            key=str(row.pk), title=str(row.get_kind_display()), at=row.asked_at,
            agency=row.agency, things=((row._meta.label_lower, str(row.pk)),),
            kept_until=row.kept_until,
            facts={
                "kind": row.kind, "holding": row.holding, "text": row.text, "state": row.state,
                "due_on": row.due_on, "answer": row.answer, "answered_at": row.answered_at,
            },
        )  # fmt: skip


def consents_held(person: User) -> Iterator[Record]:
    """Yield what the person allowed, with every use."""
    rows = DataConsent.objects.filter(person=person).select_related("agency")
    for row in rows.prefetch_related("uses").order_by("-given_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.purpose, at=row.given_at, agency=row.agency,
            things=((row._meta.label_lower, str(row.pk)),),
            facts={
                "purpose": row.purpose, "holdings": row.holdings, "ends_at": row.ends_at,
                "revoked_at": row.revoked_at,
                "uses": [{"at": each.at, "why": each.why} for each in row.uses.all()],
            },
        )  # fmt: skip


def takeouts_held(person: User) -> Iterator[Record]:
    """Yield that the person took copies along."""
    for row in Takeout.objects.filter(person=person).order_by("-made_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.digest[:12], at=row.made_at,
            facts={"made_at": row.made_at, "records": row.record_count, "digest": row.digest},
            things=((row._meta.label_lower, str(row.pk)),),
        )  # fmt: skip


for code, title, purpose, kept, of, model in (
    ("requests", _("Requests about my data"), _("To answer you in time."), ANSWERED,
     requests_held, DataRequest),
    ("consents", _("Consents"), _("To know whom you allowed what."), PROOF, consents_held,
     DataConsent),
    ("takeouts", _("Copies taken along"), _("To show you who took a copy, and when."), PROOF,
     takeouts_held, Takeout),
):  # fmt: skip
    fields = getattr(model, "PERSONAL", ())
    holdings.register(f"statistics.{code}")(
        Holding(
            title, purpose, LAW, kept, of,
            frozenset(f"{model._meta.label_lower}.{name}" for name in fields),
        )
    )  # fmt: skip
