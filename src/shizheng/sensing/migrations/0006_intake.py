"""What fast intake and streams need."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sensing", "0005_cameras_and_devices")]

    operations = []
