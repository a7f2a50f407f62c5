"""What the engine asks of duplicates: no act while one rides along, closing with its master."""

from shizheng.services.actions.acting import case_locked
from shizheng.services.actions.run import Run, closings, gates
from shizheng.services.duplicates import riding
from shizheng.services.duplicates.actions import DUPLICATE, link_end
from shizheng.services.duplicates.errors import RidesAlong
from shizheng.services.models import Case, CaseLink
from shizheng.services.schema.flow import Holder


@gates.register("duplicates")
def refuse_while_joined(run: Run, is_system: bool) -> None:
    """Refuse an act on a duplicate that waits for its master.

    One that closed with its master may be taken up again by who reported it: it then goes its own
    way, since the answer to the master was no answer to them.

    Raises:
        RidesAlong: it is decided with its master.
    """
    if is_system or (run.case.is_open and run.case.holder != Holder.NOBODY):
        return
    link = (
        CaseLink.objects.filter(case=run.case, kind=DUPLICATE, undone_at=None)
        .select_related("case", "to")
        .first()
    )
    if link is None:
        return
    if run.case.is_open:
        raise RidesAlong(number=run.case.number, master=link.to.number)

    def part_ways() -> None:
        if run.case.is_open:
            link_end(link, by=run.by, at=run.at, reason="taken up again")

    run.after.append(part_ways)


@closings.register("duplicates")
def close_duplicates(run: Run) -> None:
    """Close the duplicates of a case with it; the act that closed it has told their reporters."""
    for link in run.duplicates:
        case = case_locked(Case(pk=link.case_id), None)
        if case.is_open:
            own = Run(case, at=run.at, by=run.by)
            riding.close(own, master=run.case)
            own.finish()
