"""Have SQLite find features in a rectangle by the index of rectangles, however large a register."""

from django.db import migrations

from shizheng.places.immutability import hint_boxes


def hint(apps, schema_editor):
    hint_boxes(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("places", "0010_upkeep_and_lending")]

    operations = [migrations.RunPython(hint, migrations.RunPython.noop)]
