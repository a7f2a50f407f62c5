"""What the database keeps of registers: what was once believed stays on record.

SQLite also keeps an index of rectangles beside the states of things, PostgreSQL an index over
boxes; both are made here because no model can say them.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from shizheng.core.triggers import Trigger, declare

BOXES = "places_box"
_FEATURE = (
    "thing_id, register_id, key, valid_from, valid_to, recorded_from, state, properties, shape, "
    "metres, min_x, min_y, max_x, max_y, cell_x, cell_y, length_m, area_m2, district_id, "
    "village_id, notes, source, digest, definition, recorded_by_id"
)
STAYS = "What a register once said stays on record: a correction is another row"
KEPT = "Nothing is deleted from a register: a thing ends on a day"

TRIGGERS = declare(
    Trigger("feature_stays", "places_feature", f"UPDATE OF {_FEATURE}", "1 = 1", STAYS),
    Trigger(
        "feature_ends_once",
        "places_feature",
        "UPDATE OF recorded_to",
        "OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL",
        STAYS,
    ),
    Trigger("feature_is_kept", "places_feature", "DELETE", "1 = 1", KEPT),
    Trigger("thing_stays", "places_thing", "UPDATE OF register_id, key", "1 = 1", STAYS),
    Trigger("thing_is_kept", "places_thing", "DELETE", "1 = 1", KEPT),
    Trigger(
        "relation_stays",
        "places_relation",
        "UPDATE OF code, thing_id, other_id, valid_from, valid_to, recorded_from",
        "1 = 1",
        STAYS,
    ),
    Trigger(
        "relation_ends_once",
        "places_relation",
        "UPDATE OF recorded_to",
        "OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL",
        STAYS,
    ),
    Trigger("relation_is_kept", "places_relation", "DELETE", "1 = 1", KEPT),
    Trigger(
        "proposal_stays",
        "places_proposal",
        "UPDATE",
        "OLD.state <> 'waiting' OR NEW.key <> OLD.key OR NEW.reason <> OLD.reason "
        "OR NEW.act <> OLD.act OR NEW.register_id <> OLD.register_id",
        "A proposal stays as it was made, and is decided once",
    ),
    Trigger("proposal_is_kept", "places_proposal", "DELETE", "1 = 1", KEPT),
)

(INVENTED,) = declare(
    Trigger(
        "feature_stays_invented", "places_feature", "UPDATE OF is_synthetic",
        "OLD.is_synthetic <> NEW.is_synthetic", STAYS,
    ),
)  # fmt: skip

_INDEX = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {BOXES} USING rtree(id, min_x, max_x, min_y, max_y)",
        f"CREATE TRIGGER {BOXES}_added AFTER INSERT ON places_feature WHEN NEW.min_x IS NOT NULL "
        f"BEGIN INSERT INTO {BOXES} VALUES "
        "(NEW.id, NEW.min_x, NEW.max_x, NEW.min_y, NEW.max_y); END",
        f"CREATE TRIGGER {BOXES}_taken AFTER DELETE ON places_feature "
        f"BEGIN DELETE FROM {BOXES} WHERE id = OLD.id; END",
    ),
    "postgresql": (
        f"CREATE INDEX {BOXES} ON places_feature USING gist "
        "(box(point(max_x, max_y), point(min_x, min_y))) WHERE min_x IS NOT NULL",
    ),
}
_NO_INDEX = {
    "sqlite": (
        f"DROP TRIGGER IF EXISTS {BOXES}_added",
        f"DROP TRIGGER IF EXISTS {BOXES}_taken",
        f"DROP TABLE IF EXISTS {BOXES}",
    ),
    "postgresql": (f"DROP INDEX IF EXISTS {BOXES}",),
}


def index_boxes(connection: BaseDatabaseWrapper) -> None:
    """Make the index of rectangles."""
    _tell(connection, _INDEX[connection.vendor])


def drop_boxes(connection: BaseDatabaseWrapper) -> None:
    """Take the index of rectangles away."""
    _tell(connection, _NO_INDEX[connection.vendor])


_HINT = {
    "sqlite": (
        "ANALYZE places_layerversion",  # makes the table of statistics
        "DELETE FROM sqlite_stat1 WHERE tbl = 'places_feature'",
        "INSERT INTO sqlite_stat1 "
        "VALUES ('places_feature', 'feature_by_key', '2000000 200000 2 1 1 1')",
    ),
    "postgresql": (),
}


def hint_boxes(connection: BaseDatabaseWrapper) -> None:
    """Tell SQLite that a register is large, so that rectangles are found by their index.

    Without statistics it takes a register for ten rows and reads it whole for every rectangle.
    Source: sqlite.org, "The SQLite Query Optimizer Overview", 4: statistics may be written by hand.
    """
    _tell(connection, _HINT[connection.vendor])


def _tell(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
