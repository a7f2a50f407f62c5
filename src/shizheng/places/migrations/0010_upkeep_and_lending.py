"""How complete and how late registers are, how lent places are used, lists for agencies."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import shizheng.core.models.keys
from shizheng.core.migrating import CreatedTogether


def key():
    return ("id", models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False))


def add_seat(apps, schema_editor):
    """Add the column in place: SQLite would write the table anew and lose its triggers."""
    schema_editor.execute('ALTER TABLE "places_booking" ADD COLUMN "seat" smallint NOT NULL DEFAULT 1')


def drop_seat(apps, schema_editor):
    schema_editor.execute('ALTER TABLE "places_booking" DROP COLUMN "seat"')


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0005_tokens_of_people"),
        ("places", "0009_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name="RegisterTally",
                fields=[
                    key(),
                    ("is_synthetic", models.BooleanField(help_text="Of invented things.")),
                    ("since_at", models.DateTimeField()),
                    ("until_at", models.DateTimeField(blank=True, null=True)),
                    ("counted_at", models.DateTimeField(help_text="The newest counting of this row.")),
                    ("things", models.PositiveIntegerField(default=0)),
                    ("cells", models.PositiveBigIntegerField(default=0, help_text="Values that could be there.")),
                    ("filled", models.PositiveBigIntegerField(default=0, help_text="Values that are.")),
                    ("age_days", models.PositiveBigIntegerField(default=0, help_text="Sum of days since each thing was last recorded.")),
                    ("checks", models.PositiveIntegerField(default=0, help_text="Inspections that are scheduled.")),
                    ("checks_late", models.PositiveIntegerField(default=0)),
                    ("corrections_late", models.PositiveIntegerField(default=0, help_text="Deliveries not put right in their term.")),
                    ("district", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.area")),
                    ("register", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="places.register")),
                ],
                options={
                    "ordering": ["register", "-since_at", "district", "is_synthetic", "id"],
                    "constraints": [
                        models.UniqueConstraint(condition=Q(("district__isnull", False), ("until_at", None)), fields=("register", "district", "is_synthetic"), name="register_tally_once"),
                        models.UniqueConstraint(condition=Q(("district", None), ("until_at", None)), fields=("register", "is_synthetic"), name="register_tally_nowhere_once"),
                        models.CheckConstraint(condition=Q(("filled__lte", F("cells"))), name="register_tally_filled"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SlotTally",
                fields=[
                    key(),
                    ("on", models.DateField()),
                    ("offered", models.PositiveIntegerField()),
                    ("used", models.PositiveIntegerField()),
                    ("missed", models.PositiveIntegerField(help_text="Held by who did not come.")),
                    ("waited", models.PositiveIntegerField(help_text="People who waited for a slot in vain.")),
                    ("is_synthetic", models.BooleanField(default=False, help_text="The place is a sample.")),
                    ("bookable", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="places.bookable")),
                ],
                options={
                    "ordering": ["bookable", "on"],
                    "constraints": [
                        models.UniqueConstraint(fields=("bookable", "on"), name="slot_tally_once"),
                        models.CheckConstraint(condition=Q(("used__gte", 0), ("missed__gte", 0)), name="slot_tally_not_below_none"),
                    ],
                },
            ),
        ]),
        migrations.AddField("proposal", "due_on", models.DateField(blank=True, help_text="Last day to answer in time.", null=True)),
        migrations.AddField("register", "tells_district", models.BooleanField(default=False, help_text="Everybody may know in which district its things are.")),
        migrations.AddField("roundlist", "agency", models.ForeignKey(blank=True, help_text="Whose inspectors walk it, where it is no one person's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency")),
        migrations.AlterField("roundlist", "assigned_to", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.AddConstraint("roundlist", models.CheckConstraint(condition=Q(Q(("agency__isnull", False), ("assigned_to", None)), Q(("agency", None), ("assigned_to__isnull", False)), _connector="OR"), name="round_list_given_to_one")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_seat, drop_seat)],
            state_operations=[migrations.AddField("booking", "seat", models.PositiveSmallIntegerField(default=1, help_text="Of those that a slot has."))],
        ),
        migrations.RemoveConstraint("booking", "booking_slot_once"),
        migrations.AddConstraint("booking", models.UniqueConstraint(condition=Q(("state__in", ("booked", "no_show"))), fields=("bookable", "starts_at", "seat"), name="booking_seat_once")),
    ]
