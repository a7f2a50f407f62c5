"""What a source showed stays as it was, and so does what was said beside a light."""

from django.db import migrations

from shizheng.core import triggers
from shizheng.plan.immutability import SNAPSHOTS


def install(apps, schema_editor):
    triggers.install(schema_editor, SNAPSHOTS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, SNAPSHOTS)


class Migration(migrations.Migration):
    dependencies = [("plan", "0003_evidence_and_overrides")]
    operations = [migrations.RunPython(install, remove)]
