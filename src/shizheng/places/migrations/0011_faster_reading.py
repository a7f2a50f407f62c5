"""Count things of a day from an index alone; have SQLite find rectangles by theirs."""

from django.db import migrations, models

from shizheng.places.immutability import hint_boxes


def hint(apps, schema_editor):
    hint_boxes(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("places", "0010_upkeep_and_lending")]

    operations = [
        migrations.RemoveIndex("feature", "feature_by_key"),
        migrations.AddIndex(
            "feature",
            models.Index(
                fields=["register", "key", "valid_from", "valid_to", "recorded_to"],
                name="feature_by_key",
            ),
        ),
        migrations.RunPython(hint, migrations.RunPython.noop),
    ]
