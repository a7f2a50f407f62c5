"""What the database keeps of surveys: what a tablet sent, and the masked file that was made."""

from shizheng.core.triggers import Trigger, declare

RECORD = "What a tablet sent is never changed: it is counted, set aside, or erased in the end"
MASKED = "A masked file stays as it was made"

TRIGGERS = declare(
    Trigger(
        "survey_record_stays", "statistics_surveyrecord",
        "UPDATE OF address_id, outcome, noted_at, sent_at, sent_by_id, offline_id, sent_digest",
        "1 = 1", RECORD,
    ),
    Trigger(
        "survey_record_answers_stay", "statistics_surveyrecord", "UPDATE OF answers",
        "NEW.erased_at IS NULL", RECORD,
    ),
    Trigger("survey_record_is_kept", "statistics_surveyrecord", "DELETE", "1 = 1", RECORD),
    Trigger("masked_row_stays", "statistics_maskedrow", "UPDATE", "1 = 1", MASKED),
    Trigger("masked_row_is_kept", "statistics_maskedrow", "DELETE", "1 = 1", MASKED),
    Trigger(
        "survey_round_stays_closed", "statistics_surveyround",
        "UPDATE OF state, definition_id, opened_at, closed_at, risk, estimates, release_at",
        "OLD.state = 'closed'", "A survey that was closed stays as it was closed",
    ),
)  # fmt: skip
