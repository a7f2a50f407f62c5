"""Random services, random people, random acts: only what the table allows ever happens."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.services.walks import CaseModel, ClockModel, definitions, enter

from shizheng.core.journal import verify
from shizheng.kernel.errors import DomainError
from shizheng.services import city
from shizheng.services.actions.acting import case_act
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.actions.run import PROJECTED, projected
from shizheng.services.models import Case, CaseClock, CaseEvent

START = datetime(2020, 1, 6, 1, 30, tzinfo=UTC)
ROLES = ("officer", "supervisor", "applicant", "system", "stranger")
ACTIONS = (
    *(f"step{n}" for n in range(5)), *(f"extra{n}" for n in range(5)), "to_end1", "nonsense",
)  # fmt: skip


def drawn_act(data: st.DataObject, model: CaseModel) -> tuple[str, str]:
    """Draw an act: two of three times one that the table allows, so that walks get somewhere."""
    allowed = [(act, role) for act in ACTIONS for role in ROLES if model.allows(act, role)]
    if allowed and data.draw(st.integers(0, 2)):
        return data.draw(st.sampled_from(allowed))
    return data.draw(st.sampled_from(ACTIONS)), data.draw(st.sampled_from(ROLES))


@settings(
    max_examples=60, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(body=definitions(), data=st.data())
def test_no_act_outside_the_table_succeeds_and_everything_can_be_counted_again(people, body, data):
    who = {
        "officer": people.officer, "supervisor": people.supervisor,
        "applicant": people.resident, "stranger": people.other_resident,
    }  # fmt: skip
    with transaction.atomic():
        service = enter(body, START)
        given_ = Intake(channel="web", reporter=people.resident)
        case = case_open(service=service, given=given_, by=people.resident, at=START).case
        model, at = CaseModel(body, START), START
        for _ in range(data.draw(st.integers(5, 16))):
            at += timedelta(hours=data.draw(st.integers(0, 120)))
            action, role = drawn_act(data, model)
            before = (case.revision, CaseEvent.objects.filter(case=case).count())
            is_allowed = model.allows(action, role)
            try:
                with transaction.atomic():
                    case = case_act(
                        case=case, action=action, by=who.get(role), at=at,
                        is_system=role == "system",
                    )  # fmt: skip
            except DomainError:
                assert not is_allowed, (action, role, model.state)
                case = Case.objects.get(pk=case.pk)
                assert (case.revision, CaseEvent.objects.filter(case=case).count()) == before
            else:
                assert is_allowed, (action, role, model.state)
                model.act(action, at)
            assert case.state == model.state
            assert_clocks_agree(case, model.clocks)
        assert_projection_is_replay(Case.objects.get(pk=case.pk))
        assert verify().is_intact
        transaction.set_rollback(True)


def assert_clocks_agree(case: Case, expected: dict[str, ClockModel]) -> None:
    rows = {row.key: row for row in CaseClock.objects.filter(case=case).order_by("round")}
    calendar = city.calendar_for()
    assert rows.keys() == expected.keys()
    for key, clock in expected.items():
        row, due = rows[key], clock.due(calendar)
        assert (row.satisfied_at is not None) == (clock.ended is not None)
        found = row.due_at and row.due_at.astimezone(city.zone())
        if isinstance(due, datetime) or due is None:
            assert found == due, (key, clock)
        else:
            assert found is not None
            assert found.date() == due, (key, clock)


def assert_projection_is_replay(case: Case) -> None:
    replayed: dict[str, object] = {}
    for event in case.events.order_by("sequence"):
        replayed |= event.changes
    for name, value in replayed.items():
        assert projected(case, name) == value, name
    assert {"state", "holder", "agency"} <= replayed.keys() <= set(PROJECTED)
