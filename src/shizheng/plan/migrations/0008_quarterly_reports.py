"""Quarters that were closed, and their reports."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shizheng.core.models.keys
from shizheng.core import triggers
from shizheng.plan.quarters.guards import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("plan", "0007_evaluation_and_advance_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='QuarterClosing',
            fields=[
                ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                ('period', models.CharField(help_text='As SDMX writes it: 2020-Q1.', max_length=7)),
                ('last_on', models.DateField(help_text='The last day of the quarter, on which it is judged.')),
                ('version', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=20, unique=True)),
                ('rule', models.CharField(max_length=60)),
                ('rule_version', models.PositiveIntegerField()),
                ('counts', models.JSONField(help_text='Light to number of items of the city.')),
                ('body', models.JSONField(help_text='The public record: items, lights, evidence, changes.')),
                ('internal', models.JSONField(help_text='For staff: what was open, and what changed inside.')),
                ('digest', models.CharField(help_text='SHA-256 of the public record.', max_length=64)),
                ('reason', models.CharField(blank=True, help_text='Why it was closed with open points, or corrected.', max_length=1000)),
                ('open_count', models.PositiveIntegerField(help_text='Points open at closing.')),
                ('is_synthetic', models.BooleanField(default=False)),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='plan.edition')),
            ],
            options={
                'ordering': ['-last_on', '-version'],
                'constraints': [models.UniqueConstraint(fields=('period', 'version'), name='quarter_version_is_unique'), models.CheckConstraint(condition=models.Q(models.Q(('open_count', 0), ('version', 1)), models.Q(('reason', ''), _negated=True), _connector='OR'), name='quarter_with_open_points_has_reason')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
