"""Writing on a draft by its acts: who was too slow, what is settled, what a pack leaves alone."""

from datetime import date

import pytest
from tests.plan.register.conftest import AT, edition, person, town

from shizheng.core import loading
from shizheng.core.models import Agency
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.drafting import actions
from shizheng.plan.models import Commitment, Edition, GoalItem, MidtermGoal
from shizheng.plan.register.actions import NotADraft, edition_adopt, edition_import
from shizheng.plan.register.printing import printed

pytestmark = pytest.mark.django_db
__all__ = ["edition", "town"]


@pytest.fixture
def draft(edition) -> Edition:
    """The outline with one sentence changed a little."""
    text = printed(edition).replace("每月更新一次", "每週更新一次", 1).encode()
    agencies = {each.number: each.agency for each in edition.chapters.select_related("agency")}
    return edition_import(
        plan=edition.plan, parsed=parse(text, name="n.txt"), name="n.txt", by=None, at=AT,
        agencies=agencies,
    )  # fmt: skip


@pytest.fixture
def writer(town, db):
    return person("administrator")


def written(draft: Edition, by, code: str = "1-3", **given: object) -> Commitment:
    item = draft.items.select_related("edition__plan", "chapter__agency").get(code=code)
    fields = {
        "kind": "deliver", "statement": {"zh-Hant": "公開資料"}, "agency": item.chapter.agency,
        "due_on": date(2026, 12, 31), **given,
    }  # fmt: skip
    return actions.commitment_write(item=item, by=by, at=AT, **fields)


def test_an_act_on_what_was_changed_meanwhile_changes_nothing(draft, writer):
    row = written(draft, writer)
    fields = {"kind": "study", "statement": {"zh-Hant": "先改"}, "agency": row.agency}
    actions.commitment_change(commitment=row, seen=1, by=writer, at=AT, **fields)
    for slow in (
        lambda: actions.commitment_change(
            commitment=row, seen=1, by=writer, at=AT, **fields | {"kind": "deliver"}
        ),
        lambda: actions.commitment_remove(commitment=row, seen=1, by=writer, at=AT),
    ):
        with pytest.raises(ChangedMeanwhile):
            slow()
    row.refresh_from_db()
    assert (row.kind, row.revision) == ("study", 2)


def test_an_adopted_edition_is_not_written_on(draft, writer):
    row = written(draft, writer)
    edition_adopt(edition=draft, by=None, on=None, from_=date(2026, 7, 1), at=AT)
    with pytest.raises(NotADraft):
        written(draft, writer)
    with pytest.raises(NotADraft):
        actions.commitment_remove(commitment=row, seen=1, by=writer, at=AT)
    row.refresh_from_db()
    assert str(row.held_from.astimezone().date()) <= "2026-07-01"


def test_who_writes_for_another_department_is_refused(draft, town):
    other = person("officer")
    other.grants.update(agency=Agency.objects.get(code="works"))
    with pytest.raises(NotPermitted):
        written(draft, other)
    assert not Commitment.objects.filter(item__edition=draft).exists()


def test_a_pack_leaves_alone_what_a_department_wrote(town, edition):
    row = Commitment.objects.filter(item__edition=edition, held_to=None).first()
    Commitment.objects.filter(pk=row.pk).update(is_written=True, goal="由機關填寫")
    loading.load(town.pack, at=AT)
    row.refresh_from_db()
    assert (row.goal, row.held_to) == ("由機關填寫", None)


def test_the_same_sentence_carries_its_goal_into_the_next_edition(draft, edition):
    before = set(MidtermGoal.objects.get(code="G1").items.values_list("code", flat=True))
    assert before == {"1-1", "1-2"}
    edition_adopt(edition=draft, by=None, on=None, from_=date(2026, 7, 1), at=AT)
    carried = GoalItem.objects.filter(item__edition=draft, goal__code="G1")
    assert set(carried.values_list("item__code", flat=True)) == before
    assert GoalItem.objects.filter(item__edition=edition).exists()
