"""The head of the journal may pass over many entries at once, but only to one that is there."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.core.journal_guard import HEAD, TRIGGERS

BY_ONE = triggers.Trigger("journal_head_steps_by_one", HEAD, "UPDATE", "1 = 1", "")
ON = [trigger for trigger in TRIGGERS if trigger.name == "journal_head_goes_on"]


def exchange(apps, schema_editor):
    """A database made since has the new one already."""
    triggers.remove(schema_editor, [BY_ONE, *ON])
    triggers.install(schema_editor, ON)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_definitions_keep_their_order")]
    operations = [migrations.RunPython(exchange, migrations.RunPython.noop)]
