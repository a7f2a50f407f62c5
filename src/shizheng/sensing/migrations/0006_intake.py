"""What fast intake needs: streams that wait for their rules, messages that wait for their minute."""

import django.db.models.deletion
from django.db import migrations, models

from shizheng.core.migrating import CreatedTogether


class Migration(migrations.Migration):
    dependencies = [("sensing", "0005_cameras_and_devices")]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name="Unjudged",
                fields=[
                    ("stream", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("times", models.BigIntegerField(default=1, help_text="How often it was noted since.")),
                ],
            ),
            migrations.CreateModel(
                name="HeldMessage",
                fields=[
                    ("id", models.BigAutoField(primary_key=True, serialize=False)),
                    ("topic", models.CharField(max_length=200)),
                    ("body", models.BinaryField()),
                    ("held_at", models.DateTimeField()),
                    ("gateway", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sensing.gateway")),
                ],
                options={"ordering": ["id"]},
            ),
            migrations.CreateModel(
                name="Listened",
                fields=[
                    ("stream", models.BigIntegerField(help_text="0: all that are public.", primary_key=True, serialize=False)),
                    ("until_us", models.BigIntegerField()),
                ],
            ),
            migrations.CreateModel(
                name="Outgoing",
                fields=[
                    ("id", models.BigAutoField(primary_key=True, serialize=False)),
                    ("stream", models.BigIntegerField()),
                    ("time_us", models.BigIntegerField()),
                    ("at_us", models.BigIntegerField()),
                ],
                options={"ordering": ["id"]},
            ),
        ]),
    ]
