"""Adopted curves, reports, contracts and audits of works stay as they were recorded."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.plan.works.guards import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_public_works")]
    operations = [migrations.RunPython(install, remove)]
