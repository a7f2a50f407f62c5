"""Adopted editions, and of directives the first date, number and wording, stay as they are."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.plan.directives.guards import TRIGGERS as DIRECTIVES
from shizheng.plan.immutability import TRIGGERS as EDITIONS


def install(apps, schema_editor):
    triggers.install(schema_editor, (*EDITIONS, *DIRECTIVES))


def remove(apps, schema_editor):
    triggers.remove(schema_editor, (*EDITIONS, *DIRECTIVES))


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
