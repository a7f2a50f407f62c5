"""An adopted edition stays as it was adopted (版本不可變更); the database refuses the rest."""

from shizheng.core.triggers import Trigger, declare

ADOPTED = "(SELECT status FROM plan_edition WHERE id = {row}.edition_id) <> 'draft'"
SETTLED = "An adopted edition of a plan cannot be changed"

TRIGGERS = declare(
    Trigger(
        "edition_text_stays",
        "plan_edition",
        "UPDATE OF plan_id, number, title, source_name, source_digest, pieces, text_digest, "
        "preface",
        "OLD.status <> 'draft'",
        SETTLED,
    ),
    Trigger(
        "edition_stays_adopted",
        "plan_edition",
        "UPDATE OF status, adopted_on, adopted_at, in_force_from",
        "OLD.status <> 'draft' AND (NEW.status = 'draft' "
        "OR NEW.in_force_from IS NULL OR NEW.in_force_from <> OLD.in_force_from "
        "OR NEW.adopted_at IS NULL OR NEW.adopted_at <> OLD.adopted_at "
        "OR NEW.adopted_on IS NULL AND OLD.adopted_on IS NOT NULL "
        "OR NEW.adopted_on <> OLD.adopted_on)",
        SETTLED,
    ),
    Trigger("adopted_edition_is_kept", "plan_edition", "DELETE", "OLD.status <> 'draft'", SETTLED),
    *(
        Trigger(
            f"adopted_{table}_{verb}_refused",
            f"plan_{table}",
            event,
            ADOPTED.format(row=row),
            SETTLED,
        )
        for table, columns in (
            ("chapter", "edition_id, number, label, title, intro, source_start, source_end, line"),
            ("item", "edition_id, chapter_id, number, code, label, section, text, search_text"),
        )
        for verb, event, row in (
            ("insert", "INSERT", "NEW"),
            ("update", f"UPDATE OF {columns}", "OLD"),
            ("delete", "DELETE", "OLD"),
        )
    ),
)

REASONS = declare(
    Trigger(
        "edition_gaps_reason_stays",
        "plan_edition",
        "UPDATE OF gaps_reason",
        "OLD.status <> 'draft'",
        SETTLED,
    )
)

OBSERVED = "What a source showed is never changed: what it shows later is another snapshot"

SNAPSHOTS = declare(
    *(
        Trigger(
            f"evidence_snapshot_stays_{event.lower()}",
            "plan_evidencesnapshot",
            event,
            "1 = 1",
            OBSERVED,
        )
        for event in ("UPDATE", "DELETE")
    ),
    Trigger(
        "light_override_is_kept",
        "plan_lightoverride",
        "DELETE",
        "1 = 1",
        "What was said beside a light stays on record",
    ),
    Trigger(
        "light_override_stays",
        "plan_lightoverride",
        "UPDATE OF item_id, colour, reason, expires_on, made_at, made_by_id",
        "1 = 1",
        "What was said beside a light stays as it was said",
    ),
)
