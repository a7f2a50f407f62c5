"""Makes the journal append-only in the database."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.core.journal_guard import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [("core", "0002_journal")]
    operations = [migrations.RunPython(install, remove)]
