"""Which department stands behind a chapter: by the pack, else by its title."""

from shizheng.core.models import Agency
from shizheng.kernel.text import fold
from shizheng.plan.domain.outline.values import Outline
from shizheng.plan.models import Chapter, Plan


def agencies_of(parsed: Outline, plan: Plan) -> dict[int, Agency]:
    """Return the department of each chapter number, as far as it can be told.

    A chapter with the title of a chapter of an earlier edition has its department; otherwise the
    title must be a department's name or short name.
    """
    known = {
        fold(chapter.title): chapter.agency
        for chapter in Chapter.objects.filter(edition__plan=plan, agency__isnull=False)
        .select_related("agency")
        .order_by("edition__number")
    }
    for agency in Agency.objects.all():
        for name in (*agency.name.values(), *agency.short_name.values()):
            known.setdefault(fold(name), agency)
    found = {chapter.number: known.get(fold(chapter.title)) for chapter in parsed.chapters}
    return {number: agency for number, agency in found.items() if agency}
