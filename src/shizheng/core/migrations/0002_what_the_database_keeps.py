"""Triggers of the journal, the table of the shared cache, the index of the search."""

from django.core.management import call_command
from django.db import migrations

from shizheng.core import triggers
from shizheng.core.journal_guard import TRIGGERS
from shizheng.core.text_index import tables


def guard_journal(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def unguard_journal(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


def make_cache(apps, schema_editor):
    """The cache counts failed sign-ins for every process."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop_cache(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS core_cache")


def make_index(apps, schema_editor):
    tables.create(schema_editor)


def drop_index(apps, schema_editor):
    tables.drop(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunPython(guard_journal, unguard_journal),
        migrations.RunPython(make_cache, drop_cache),
        migrations.RunPython(make_index, drop_index),
    ]
