"""What upkeep, lending and digging still need."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0009_addresses")]

    operations = []
