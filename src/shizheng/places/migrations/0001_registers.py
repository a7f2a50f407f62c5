import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.places.immutability import TRIGGERS, drop_boxes, index_boxes


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)
    index_boxes(schema_editor.connection)


def remove(apps, schema_editor):
    drop_boxes(schema_editor.connection)
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0005_tokens_of_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('mapping', models.CharField(max_length=60)),
                    ('file_name', models.CharField(max_length=150)),
                    ('digest', models.CharField(help_text='SHA-256 of the file.', max_length=64)),
                    ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done')], default='running', max_length=7)),
                    ('row_count', models.PositiveIntegerField(default=0)),
                    ('counts', models.JSONField(default=dict, help_text='added, changed, unchanged, refused, noted.')),
                    ('valid_from', models.DateField()),
                    ('begun_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-begun_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(help_text='Counted from 1, without the header.')),
                    ('key', models.CharField(blank=True, max_length=80)),
                    ('is_refused', models.BooleanField()),
                    ('code', models.CharField(help_text='Of the refusal or note.', max_length=60)),
                    ('parameters', models.JSONField(default=dict)),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='places.importrun')),
                ],
                options={
                    'ordering': ['run', 'number', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Register',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=60, unique=True)),
                    ('name', models.JSONField(help_text='Language to name.')),
                    ('geometry', models.CharField(help_text='Kind of geometry.', max_length=10)),
                    ('seen_by', models.CharField(help_text='Who may know of its things at all.', max_length=10)),
                    ('proposals_by', models.CharField(help_text='Who may propose changes.', max_length=10)),
                    ('is_kept', models.BooleanField(default=True, help_text='Still in the pack.')),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('current', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.publisheddefinition')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registers', to='core.agency')),
                ],
                options={
                    'ordering': ['position', 'code'],
                },
            ),
            migrations.AddField(
                model_name='importrun',
                name='register',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='places.register'),
            ),
            migrations.CreateModel(
                name='Thing',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('key', models.CharField(max_length=80)),
                    ('version', models.PositiveIntegerField(default=1, help_text='Grows with every act.')),
                    ('recorded_at', models.DateTimeField(help_text='Of the newest act.')),
                    ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='things', to='places.register')),
                ],
                options={
                    'ordering': ['register', 'key'],
                },
            ),
            migrations.CreateModel(
                name='Relation',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.CharField(help_text='As the register of ``thing`` declares it.', max_length=50)),
                    ('valid_from', models.DateField()),
                    ('valid_to', models.DateField(blank=True, null=True)),
                    ('recorded_from', models.DateTimeField()),
                    ('recorded_to', models.DateTimeField(blank=True, null=True)),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='related', to='places.thing')),
                    ('thing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='places.thing')),
                ],
                options={
                    'ordering': ['thing', 'code', 'valid_from', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Proposal',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('act', models.CharField(choices=[('record', 'Record'), ('change', 'Change'), ('retire', 'Retire')], max_length=6)),
                    ('key', models.CharField(max_length=80)),
                    ('valid_from', models.DateField()),
                    ('values', models.JSONField(default=dict)),
                    ('state_after', models.CharField(blank=True, max_length=50)),
                    ('shape', models.BinaryField(help_text='WKB (EPSG:4326); None keeps what there is.', null=True)),
                    ('reason', models.CharField(max_length=500)),
                    ('seen_version', models.PositiveIntegerField(default=0)),
                    ('proposed_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=9)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.CharField(blank=True, max_length=500)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='places.register')),
                    ('thing', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='places.thing')),
                ],
                options={
                    'ordering': ['-proposed_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='Feature',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('key', models.CharField(max_length=80)),
                    ('valid_from', models.DateField()),
                    ('valid_to', models.DateField(blank=True, null=True)),
                    ('recorded_from', models.DateTimeField()),
                    ('recorded_to', models.DateTimeField(blank=True, null=True)),
                    ('state', models.CharField(max_length=50)),
                    ('properties', models.JSONField(default=dict, help_text='By field of the register.')),
                    ('shape', models.BinaryField(help_text='WKB, longitude and latitude (EPSG:4326).', null=True)),
                    ('metres', models.BinaryField(help_text="WKB in metres of the city's grid (TWD97).", null=True)),
                    ('min_x', models.FloatField(null=True)),
                    ('min_y', models.FloatField(null=True)),
                    ('max_x', models.FloatField(null=True)),
                    ('max_y', models.FloatField(null=True)),
                    ('cell_x', models.FloatField(help_text='Longitude of the middle of its grid cell.', null=True)),
                    ('cell_y', models.FloatField(help_text='Latitude of the same.', null=True)),
                    ('length_m', models.FloatField(null=True)),
                    ('area_m2', models.FloatField(null=True)),
                    ('notes', models.JSONField(default=list, help_text='What was put right or is doubtful.')),
                    ('source', models.CharField(blank=True, max_length=200)),
                    ('digest', models.CharField(help_text='SHA-256 of all that it says.', max_length=64)),
                    ('definition', models.PositiveIntegerField(help_text="Version of the register's declaration.")),
                    ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('recorded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('village', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.register')),
                    ('thing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='features', to='places.thing')),
                ],
                options={
                    'ordering': ['register', 'key', 'valid_from', 'id'],
                },
            ),
            migrations.AddIndex(
                model_name='importrun',
                index=models.Index(fields=['register', 'digest'], name='import_by_file'),
            ),
            migrations.AddConstraint(
                model_name='thing',
                constraint=models.UniqueConstraint(fields=('register', 'key'), name='thing_key_once'),
            ),
            migrations.AddConstraint(
                model_name='relation',
                constraint=models.UniqueConstraint(condition=models.Q(('recorded_to', None)), fields=('thing', 'code', 'other', 'valid_from'), name='relation_believed_once'),
            ),
            migrations.AddIndex(
                model_name='feature',
                index=models.Index(fields=['register', 'key', 'valid_from'], name='feature_by_key'),
            ),
            migrations.AddIndex(
                model_name='feature',
                index=models.Index(condition=models.Q(('cell_x__isnull', False)), fields=['register', 'cell_x', 'cell_y'], name='feature_by_cell'),
            ),
            migrations.AddConstraint(
                model_name='feature',
                constraint=models.UniqueConstraint(condition=models.Q(('recorded_to', None)), fields=('thing', 'valid_from'), name='feature_believed_once'),
            ),
            migrations.AddConstraint(
                model_name='feature',
                constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='feature_holds_a_day'),
            ),
            migrations.AddConstraint(
                model_name='feature',
                constraint=models.CheckConstraint(condition=models.Q(('recorded_to', None), ('recorded_to__gte', models.F('recorded_from')), _connector='OR'), name='feature_recorded_forwards'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
