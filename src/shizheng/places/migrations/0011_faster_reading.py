"""Indexes by which features are read."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0010_upkeep_and_lending")]

    operations = []
