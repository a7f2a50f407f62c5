"""Vintages and their figures stay as they were made."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.statistics.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
