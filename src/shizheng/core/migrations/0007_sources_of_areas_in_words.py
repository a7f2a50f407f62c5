"""The source of an area's border in each language; ``source`` keeps a text of one language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("core", "0006_notices_by_email")]

    operations = [
        migrations.AddField("area", "source_words", models.JSONField(default=dict, help_text="Language to source; empty where it has one text.")),
    ]
