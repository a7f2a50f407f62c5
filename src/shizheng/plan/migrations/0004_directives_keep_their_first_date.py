
from django.db import migrations

from shizheng.core import triggers
from shizheng.plan.directives.guards import TRIGGERS

def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)

def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)

class Migration(migrations.Migration):
    dependencies = [("plan", "0003_directives")]

    operations = [migrations.RunPython(install, remove)]
