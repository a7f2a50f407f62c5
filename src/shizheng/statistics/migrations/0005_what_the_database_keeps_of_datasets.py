"""Versions of datasets stay as they were read."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.statistics.datasets.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0004_datasets")]
    operations = [migrations.RunPython(install, remove)]
