"""Places stand in registers that services may share; steps note of which late days was told."""

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat


def enter_registers(apps, schema_editor):
    """Let each place taken so far stand in the register of its own service and booking."""
    bookings = apps.get_model("services", "Booking").objects.filter(register="")
    for code, pk in apps.get_model("services", "Service").objects.values_list("code", "pk"):
        bookings.filter(case__service=pk).update(register=Concat(Value(f"{code}."), "key"))


class Migration(migrations.Migration):
    dependencies = [("services", "0002_what_the_database_keeps")]
    operations = [
        migrations.CreateModel(
            name="PlaceRegister",
            fields=[
                ("code", models.CharField(max_length=120, primary_key=True, serialize=False)),
            ],
            options={"ordering": ["code"]},
        ),
        migrations.RemoveIndex(model_name="booking", name="booking_by_resource"),
        migrations.AddField(
            model_name="booking",
            name="register",
            field=models.CharField(
                default="", help_text="Code of the register of places.", max_length=120
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="casestep",
            name="told",
            field=models.JSONField(
                default=list, help_text="Days that passed and of which was told."
            ),
        ),
        migrations.RunPython(enter_registers, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["register", "resource", "last"], name="booking_by_register"
            ),
        ),
    ]
