"""What emissions and samples hold of a person: the notes that they wrote on duty."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, holdings
from shizheng.sensing.models import Exceedance, SampleStep


def findings_held(person: User) -> Iterator[Record]:
    """Yield the inspections of which one wrote a note, the newest first."""
    rows = Exceedance.objects.filter(inspected_by=person).exclude(note="")
    for row in rows.order_by("-inspected_at", "-pk"):
        yield Record(
            key=str(row.pk), title=str(row), at=row.inspected_at or row.opened_at,
            facts={"note": row.note}, things=((Exceedance._meta.label_lower, str(row.pk)),),
            address=reverse("sensing:exceedance", args=[row.pk]),
        )  # fmt: skip


def steps_held(person: User) -> Iterator[Record]:
    """Yield the notes that one wrote on samples, the newest first."""
    rows = SampleStep.objects.filter(by=person).exclude(note="").select_related("sample__owner")
    for row in rows.order_by("-at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.sample.number, at=row.at, agency=row.sample.owner,
            facts={"note": row.note}, things=((SampleStep._meta.label_lower, str(row.pk)),),
            address=reverse("sensing:sample", args=[row.sample_id]),
        )  # fmt: skip


holdings.register("sensing.findings")(
    Holding(
        title=_("Notes on inspections of emissions"),
        purpose=_("To account for what was found where a limit was exceeded."),
        ground=_("Personal Data Protection Act art. 15(1): a duty of the city."),
        kept=_("For ever, with the inspection."),
        of=findings_held,
        covers=frozenset({"sensing.exceedance.note"}),
    )
)
holdings.register("sensing.samples")(
    Holding(
        title=_("Notes on water samples"),
        purpose=_("To account for who had a sample and what was done to it."),
        ground=_("Personal Data Protection Act art. 15(1): a duty of the city."),
        kept=_("For ever, with the sample."),
        of=steps_held,
        covers=frozenset({"sensing.samplestep.note"}),
    )
)
