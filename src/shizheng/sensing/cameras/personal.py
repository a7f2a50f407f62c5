"""What cameras hold of a person: the footage that they asked for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.sensing.models import FootageRequest


def requests_held(person: User) -> Iterator[Record]:
    """Yield the requests for footage that one made, the newest first."""
    rows = FootageRequest.objects.filter(asked_by=person).select_related("owner")
    for row in rows.order_by("-asked_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.number, at=row.asked_at, agency=row.owner,
            facts={"case_number": row.case_number, "purpose": row.purpose, "state": row.state},
            things=((FootageRequest._meta.label_lower, str(row.pk)),),
            address=reverse("sensing:footage_request", args=[row.pk]),
        )  # fmt: skip


holdings.register("sensing.footage")(
    Holding(
        title=_("Footage that you asked for"),
        purpose=_("To account for who asked for recordings of public cameras, and why."),
        ground=_("Personal Data Protection Act art. 15(1): a duty of the city."),
        kept=_("For ever; the recordings themselves are deleted on their day."),
        of=requests_held,
        covers=frozenset({"sensing.footagerequest.purpose"}),
    )
)
