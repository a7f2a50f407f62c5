"""What the database keeps of requests, consents and uses: they stay as they were."""

from shizheng.core.triggers import Trigger, declare

USED = "That personal data were read or taken along stays on record"
ASKED = "A request about personal data stays as it was asked and answered"
ALLOWED = "A consent stays as it was given; it can only be revoked"

TRIGGERS = declare(
    *(
        Trigger(f"{table}_stays_{event.lower()}", f"statistics_{table}", event, "1 = 1", USED)
        for table in ("datause", "takeout")
        for event in ("UPDATE", "DELETE")
    ),
    Trigger(
        "data_request_stays",
        "statistics_datarequest",
        "UPDATE OF person_id, kind, holding, record, agency_id, text, asked_at",
        "1 = 1",
        ASKED,
    ),
    Trigger(
        "data_request_stays_answered",
        "statistics_datarequest",
        "UPDATE",
        "OLD.state <> 'open'",
        ASKED,
    ),
    Trigger("data_consent_is_kept", "statistics_dataconsent", "DELETE", "1 = 1", ALLOWED),
    Trigger(
        "data_consent_stays",
        "statistics_dataconsent",
        "UPDATE OF person_id, agency_id, purpose, holdings, given_at, ends_at",
        "1 = 1",
        ALLOWED,
    ),
    Trigger(
        "data_consent_stays_revoked",
        "statistics_dataconsent",
        "UPDATE",
        "OLD.revoked_at IS NOT NULL",
        ALLOWED,
    ),
)

KEEPING = declare(
    Trigger(
        "data_request_is_kept",
        "statistics_datarequest",
        "DELETE",
        "OLD.kept_until IS NULL OR OLD.kept_until >= CURRENT_DATE",
        ASKED,
    ),
)
