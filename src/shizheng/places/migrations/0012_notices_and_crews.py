"""Letters about things to those whom they concern; crews to whom lists and orders are given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import shizheng.core.models.keys
from shizheng.core.migrating import CreatedTogether


def key():
    return ("id", models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0005_tokens_of_people"),
        ("places", "0011_faster_reading"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name="Crew",
                fields=[
                    key(),
                    ("name", models.CharField(max_length=60)),
                    ("made_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.agency")),
                ],
                options={
                    "ordering": ["agency", "name", "id"],
                    "constraints": [models.UniqueConstraint(condition=Q(("ended_at", None)), fields=("agency", "name"), name="crew_name_once")],
                },
            ),
            migrations.CreateModel(
                name="CrewMember",
                fields=[
                    key(),
                    ("since_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    ("crew", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="members", to="places.crew")),
                    ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    "ordering": ["crew", "since_at", "id"],
                    "constraints": [models.UniqueConstraint(condition=Q(("ended_at", None)), fields=("crew", "person"), name="crew_member_once")],
                },
            ),
            migrations.CreateModel(
                name="ThingNotice",
                fields=[
                    key(),
                    ("code", models.CharField(help_text="Id of the notice in the register.", max_length=50)),
                    ("occasion", models.CharField(max_length=12)),
                    ("term_on", models.DateField(help_text="The last day; the day of the state where there is none.")),
                    ("addressee", models.CharField(help_text="As the register names it.", max_length=200)),
                    ("subject", models.JSONField(help_text="Language to text.")),
                    ("text", models.JSONField(help_text="Language to text.")),
                    ("told_count", models.PositiveIntegerField(default=0, help_text="People told on the site; of none a letter is to be posted.")),
                    ("made_at", models.DateTimeField()),
                    ("definition", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.publisheddefinition")),
                    ("thing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="places.thing")),
                ],
                options={
                    "ordering": ["-made_at", "-id"],
                    "constraints": [models.UniqueConstraint(fields=("thing", "code", "occasion", "term_on"), name="thing_notice_once")],
                },
            ),
        ]),
        migrations.RemoveConstraint("roundlist", "round_list_given_to_one"),
        migrations.AddField("roundlist", "crew", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.crew")),
        migrations.AddField("workorder", "crew", models.ForeignKey(blank=True, help_text="Whose members may begin it, until one of them has.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.crew")),
        migrations.AddConstraint("roundlist", models.CheckConstraint(condition=Q(Q(("agency__isnull", False), ("assigned_to", None), ("crew", None)), Q(("agency", None), ("assigned_to__isnull", False), ("crew", None)), Q(("agency", None), ("assigned_to", None), ("crew__isnull", False)), _connector="OR"), name="round_list_given_to_one")),
    ]
