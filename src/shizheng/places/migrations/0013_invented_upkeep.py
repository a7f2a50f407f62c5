"""Inspections and orders of invented things say that they are invented."""

from django.db import migrations, models

HELP = "Of an invented thing."
TABLES = ("inspection", "workorder")


def add(apps, schema_editor):
    """Add the columns in place, filled from the things: rebuilding a table would drop its triggers."""
    truth = {"sqlite": ("bool", "0"), "postgresql": ("boolean", "false")}
    kind, no = truth[schema_editor.connection.vendor]
    for name in TABLES:
        table = f"places_{name}"
        schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN is_synthetic {kind} NOT NULL DEFAULT {no}")
        schema_editor.execute(
            f"UPDATE {table} SET is_synthetic = (1 = 1) WHERE EXISTS (SELECT 1 FROM places_feature "
            f"WHERE places_feature.thing_id = {table}.thing_id AND places_feature.is_synthetic)"
        )


def drop(apps, schema_editor):
    """Drop the columns."""
    for name in TABLES:
        schema_editor.execute(f"ALTER TABLE places_{name} DROP COLUMN is_synthetic")


class Migration(migrations.Migration):

    dependencies = [("places", "0012_notices_and_crews")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add, drop)],
            state_operations=[
                migrations.AddField(name, "is_synthetic", models.BooleanField(default=False, help_text=HELP))
                for name in TABLES
            ],
        ),
    ]
