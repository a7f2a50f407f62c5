"""What the database keeps, whatever program asks."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests.services.test_acting import reported

from shizheng.services.models import CaseClock, CaseEvent


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM services_caseevent", id="history-removed"),
        pytest.param("UPDATE services_caseevent SET action = 'x'", id="history-changed"),
        pytest.param(
            "UPDATE services_caseclock SET first_due_at = '2030-01-01 00:00:00'", id="first-date"
        ),
    ],
)
def test_raw_statements_are_refused(people, statement):
    reported(people)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CaseEvent.objects.get().action == "opened"
    assert CaseClock.objects.get().first_due_at.year == 2020
