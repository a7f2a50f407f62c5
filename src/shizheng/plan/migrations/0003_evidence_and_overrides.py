"""Evidence of commitments, what it showed when, and notes beside lights."""

import django.db.models.deletion
import django.utils.timezone
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core.migrating import CreatedTogether
from django.db.models import F


def date_colours(apps, schema_editor):
    """Lights kept before have had their colour since they began."""
    apps.get_model("plan", "Light").objects.update(colour_since=F("since"))


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0002_what_the_database_keeps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='light',
            name='colour_since',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='Since when it has this colour.'),
            preserve_default=False,
        ),
        migrations.RunPython(date_colours, migrations.RunPython.noop),
        migrations.AddField(
            model_name='light',
            name='commitments',
            field=models.JSONField(default=dict, help_text='Number of each commitment to its own colour.'),
        ),
        migrations.AlterField(
            model_name='light',
            name='since',
            field=models.DateTimeField(help_text='Since when it has these reasons.'),
        ),
        CreatedTogether([
            migrations.CreateModel(
                name='EvidenceBinding',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('held_from', models.DateTimeField()),
                    ('held_to', models.DateTimeField(blank=True, null=True)),
                    ('number', models.PositiveIntegerField(help_text='Of the commitment.')),
                    ('source', models.CharField(blank=True, help_text='Kind of evidence.', max_length=50)),
                    ('reference', models.CharField(blank=True, max_length=200)),
                    ('is_awaited', models.BooleanField(default=False)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('body', models.JSONField(help_text='The binding as the pack has it.')),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bindings', to='plan.item')),
                    ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['item', 'number', 'position', 'id'],
                },
            ),
            migrations.CreateModel(
                name='EvidenceSnapshot',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField(help_text='As of when the source was asked.')),
                    ('state', models.CharField(choices=[('fresh', 'Fresh'), ('stale', 'Stale'), ('empty', 'Empty'), ('contradicts', 'Contradicts')], max_length=11)),
                    ('period', models.CharField(blank=True, max_length=10)),
                    ('dated_on', models.DateField(help_text='Last day that the value is about.', null=True)),
                    ('value', models.DecimalField(decimal_places=6, max_digits=30, null=True)),
                    ('unit', models.CharField(blank=True, max_length=80)),
                    ('unit_name', models.JSONField(default=dict, help_text='Language to name of the unit.')),
                    ('rows', models.PositiveBigIntegerField(default=0)),
                    ('digest', models.CharField(blank=True, max_length=64)),
                    ('definition_version', models.PositiveIntegerField(null=True)),
                    ('vintage', models.PositiveIntegerField(null=True)),
                    ('is_running', models.BooleanField(default=False)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('points', models.JSONField(default=list, help_text='[period, last day, value, rows, runs] of the last periods.')),
                    ('binding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='plan.evidencebinding')),
                ],
                options={
                    'ordering': ['binding', '-at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='LightOverride',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('colour', models.CharField(choices=[('green', 'Green'), ('yellow', 'Yellow'), ('red', 'Red'), ('grey', 'Grey')], max_length=6)),
                    ('reason', models.CharField(max_length=1000)),
                    ('expires_on', models.DateField(help_text='The last day on which it counts.')),
                    ('needs_second', models.BooleanField(default=False)),
                    ('made_at', models.DateTimeField()),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ('withdrawn_why', models.CharField(blank=True, max_length=500)),
                    ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='plan.item')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['item', '-made_at', '-id'],
                },
            ),
            migrations.AddConstraint(
                model_name='evidencebinding',
                constraint=models.UniqueConstraint(condition=models.Q(('held_to', None)), fields=('item', 'number', 'position'), name='evidence_binding_once'),
            ),
            migrations.AddConstraint(
                model_name='evidencebinding',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_awaited', True), ('source', '')), models.Q(('is_awaited', False), models.Q(('source', ''), _negated=True)), _connector='OR'), name='evidence_binding_has_source_or_waits'),
            ),
            migrations.AddIndex(
                model_name='evidencesnapshot',
                index=models.Index(fields=['binding', '-at'], name='snapshot_newest'),
            ),
            migrations.AddConstraint(
                model_name='evidencesnapshot',
                constraint=models.CheckConstraint(condition=models.Q(('state', 'empty'), models.Q(('dated_on__isnull', False), ('value__isnull', False)), _connector='OR'), name='snapshot_without_value_is_empty'),
            ),
            migrations.AddConstraint(
                model_name='lightoverride',
                constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('made_by')), _negated=True), _connector='OR'), name='light_override_confirmed_by_another', violation_error_message='Another person confirms what you set.'),
            ),
            migrations.AddConstraint(
                model_name='lightoverride',
                constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('item',), name='item_has_one_override'),
            ),
        ]),
    ]
