"""Streets and lots by which things are looked up, and which things are invented."""

import shizheng.core.triggers as triggers
from django.db import migrations, models

from shizheng.places.immutability import INVENTED


def install(apps, schema_editor):
    triggers.install(schema_editor, (INVENTED,))


def remove(apps, schema_editor):
    triggers.remove(schema_editor, (INVENTED,))


def add_is_synthetic(apps, schema_editor):
    """Add the column in place: SQLite would write the table anew and lose its rectangles."""
    kind, no = ("bool", "0") if schema_editor.connection.vendor == "sqlite" else ("boolean", "false")
    schema_editor.execute(
        f'ALTER TABLE "places_feature" ADD COLUMN "is_synthetic" {kind} NOT NULL DEFAULT {no}'
    )


def drop_is_synthetic(apps, schema_editor):
    schema_editor.execute('ALTER TABLE "places_feature" DROP COLUMN "is_synthetic"')


class Migration(migrations.Migration):

    dependencies = [("places", "0008_tiles")]

    operations = [
        migrations.AddField("feature", "lookup", models.CharField(help_text="Street or section, as it is looked up.", max_length=160, null=True)),
        migrations.AddField("feature", "lookup_en", models.CharField(help_text="The same in English.", max_length=160, null=True)),
        migrations.AddField("feature", "lookup_number", models.BigIntegerField(help_text="House or lot, times 10,000.", null=True)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_is_synthetic, drop_is_synthetic)],
            state_operations=[
                migrations.AddField("feature", "is_synthetic", models.BooleanField(default=False, help_text="Invented, as its register says.")),
            ],
        ),
        migrations.AddIndex("feature", models.Index(condition=models.Q(("lookup__isnull", False)), fields=["register", "lookup", "lookup_number"], name="feature_by_lookup")),
        migrations.AddIndex("feature", models.Index(condition=models.Q(("lookup_en__isnull", False)), fields=["register", "lookup_en", "lookup_number"], name="feature_by_lookup_en")),
        migrations.RunPython(install, remove),
    ]
