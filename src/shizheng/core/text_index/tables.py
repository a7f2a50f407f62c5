"""The tables and functions behind text search, made by a migration on either database."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "core_textentry"
MATCHES = "core_text_match"
TOKENS = "core_text_tokens"
INDEX = "core_textentry_tokens"

SQLITE = [
    f"CREATE VIRTUAL TABLE {MATCHES} USING fts5("
    "tokens, content='', columnsize=0, tokenize='ascii', prefix='1')"
]
SQLITE_UNDO = [f"DROP TABLE IF EXISTS {MATCHES}"]

# Characters and pairs of characters as numbers: 21 bits each, the first one above. A space pairs
# with nothing. The cost keeps the planner from computing tokens row by row.
POSTGRESQL = [
    f"""
    CREATE FUNCTION {TOKENS}(text) RETURNS bigint[]
    IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql COST 100 AS $$
        WITH signs AS (
            SELECT ascii(sign)::bigint << 21 AS high, coalesce(ascii(following), 32) AS low
            FROM (SELECT string_to_array($1, NULL) AS all_signs) AS split,
                unnest(all_signs, all_signs[2:]) AS pair(sign, following)
            WHERE sign <> ' '
        )
        SELECT coalesce(array_agg(DISTINCT token), '{{}}')
        FROM (
            SELECT high AS token FROM signs
            UNION ALL
            SELECT high | low FROM signs WHERE low <> 32
        ) AS tokens
    $$
    """,
    f"CREATE INDEX {INDEX} ON {TABLE} USING gin ({TOKENS}(folded)) "
    "WITH (fastupdate = on, gin_pending_list_limit = 512)",
]
POSTGRESQL_UNDO = [
    f"DROP INDEX IF EXISTS {INDEX}",
    f"DROP FUNCTION IF EXISTS {TOKENS}(text)",
]


def create(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create what the database at hand needs; called from a migration."""
    _run(schema_editor, SQLITE, POSTGRESQL)


def drop(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop it again; called when the migration is undone."""
    _run(schema_editor, SQLITE_UNDO, POSTGRESQL_UNDO)


def _run(editor: BaseDatabaseSchemaEditor, sqlite: list[str], postgresql: list[str]) -> None:
    for statement in sqlite if editor.connection.vendor == "sqlite" else postgresql:
        editor.execute(statement)
