"""What the database keeps of datasets: a version that was read stays as it was read."""

from shizheng.core.triggers import Trigger, declare

_TABLE = "statistics_datasetversion"
_READ = "file_id, digest, row_count, schema, profile, problems, rows_file_id, csv_file_id"

TRIGGERS = declare(
    Trigger(
        "dataset_version_is_kept",
        _TABLE,
        "DELETE",
        "1 = 1",
        "A version of a dataset is never deleted",
    ),
)

ERASING = declare(
    Trigger(
        "dataset_version_stays",
        _TABLE,
        f"UPDATE OF {_READ}",
        "OLD.state <> 'received' AND NOT (OLD.state = 'quarantined' AND NEW.state = 'erased')",
        "A version of a dataset is never changed: a correction is a new version",
    ),
    Trigger(
        "dataset_version_stays_published",
        _TABLE,
        "UPDATE OF state",
        "OLD.state IN ('published', 'refused', 'erased') AND NEW.state <> OLD.state",
        "A published version of a dataset stays published",
    ),
    Trigger(
        "dataset_version_erased_from_quarantine",
        _TABLE,
        "UPDATE OF state",
        "NEW.state = 'erased' AND OLD.state NOT IN ('quarantined', 'erased')",
        "Only a version in quarantine can be erased",
    ),
)
