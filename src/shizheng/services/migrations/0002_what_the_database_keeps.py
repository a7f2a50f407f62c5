"""The history of cases, first due dates of clocks and money that came stay as they were."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.services.guards import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
