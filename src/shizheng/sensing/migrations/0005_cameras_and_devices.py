"""Cameras, footage, devices that enforce."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shizheng.core.models.keys
from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.sensing.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('sensing', '0004_air_water_and_energy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='CameraDay',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('camera', models.CharField(help_text='Its key in the register.', max_length=80)),
                    ('precinct', models.CharField(max_length=60)),
                    ('day', models.DateField()),
                    ('expected_s', models.PositiveIntegerField(help_text='Seconds of the day it should have seen.')),
                    ('up_s', models.PositiveIntegerField(help_text='Seconds of these that heartbeats vouch for.')),
                ],
                options={
                    'ordering': ['day', 'camera'],
                    'indexes': [models.Index(fields=['day', 'precinct'], name='camera_day_by_precinct')],
                    'constraints': [models.UniqueConstraint(fields=('camera', 'day'), name='camera_day_once'), models.CheckConstraint(condition=models.Q(('up_s__lte', models.F('expected_s'))), name='camera_day_not_above_all')],
                },
            ),
            migrations.CreateModel(
                name='CameraRepair',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('order', models.UUIDField(help_text='Key of the work order.', unique=True)),
                    ('camera', models.CharField(max_length=80)),
                    ('precinct', models.CharField(max_length=60)),
                    ('opened_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-opened_at', 'camera'],
                    'indexes': [models.Index(fields=['precinct', 'done_at'], name='camera_repair_by_precinct')],
                },
            ),
            migrations.CreateModel(
                name='CameraStill',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('camera', models.CharField(max_length=80, unique=True)),
                    ('taken_at', models.DateTimeField()),
                    ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                ],
                options={
                    'ordering': ['camera'],
                },
            ),
            migrations.CreateModel(
                name='Checkpoint',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=30, unique=True)),
                    ('place', models.CharField(max_length=200)),
                    ('reason', models.CharField(help_text='Why here and then.', max_length=300)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('held', 'Held'), ('not_held', 'Not Held')], default='planned', max_length=8)),
                    ('held_from', models.DateTimeField(blank=True, null=True)),
                    ('held_to', models.DateTimeField(blank=True, null=True)),
                    ('stopped_count', models.PositiveIntegerField(default=0, help_text='Vehicles looked at.')),
                    ('why_not', models.CharField(blank=True, max_length=300)),
                    ('planned_at', models.DateTimeField()),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-starts_at', 'number'],
                },
            ),
            migrations.CreateModel(
                name='Crash',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=60, unique=True)),
                    ('occurred_on', models.DateField()),
                    ('deaths', models.PositiveSmallIntegerField(default=0)),
                    ('injuries', models.PositiveSmallIntegerField(default=0)),
                    ('is_alcohol', models.BooleanField()),
                    ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                ],
                options={
                    'verbose_name_plural': 'crashes',
                    'ordering': ['occurred_on', 'number'],
                },
            ),
            migrations.CreateModel(
                name='EnforcementDevice',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=60, unique=True)),
                    ('kind', models.CharField(choices=[('gantry', 'Gantry'), ('section', 'Section'), ('radar', 'Radar'), ('breath', 'Breath')], max_length=7)),
                    ('place', models.CharField(blank=True, max_length=200)),
                    ('longitude', models.FloatField(blank=True, null=True)),
                    ('latitude', models.FloatField(blank=True, null=True)),
                    ('limit_kmh', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('distance_m', models.DecimalField(blank=True, decimal_places=2, help_text='Shortest way between the gates, as declared.', max_digits=9, null=True)),
                    ('distance_tolerance_m', models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                    ('made_at', models.DateTimeField()),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['kind', 'code'],
                },
            ),
            migrations.CreateModel(
                name='CalibrationCertificate',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=60)),
                    ('issuer', models.CharField(max_length=120)),
                    ('file_name', models.CharField(max_length=150)),
                    ('sha256', models.CharField(help_text='Of the file of the certificate.', max_length=64)),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField(help_text='Its last day.')),
                    ('added_at', models.DateTimeField()),
                    ('revoked_from', models.DateTimeField(blank=True, null=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('revoked_why', models.CharField(blank=True, max_length=300)),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                    ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='sensing.enforcementdevice')),
                ],
                options={
                    'ordering': ['device', '-valid_from', 'number'],
                },
            ),
            migrations.CreateModel(
                name='AlcoholStop',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=30, unique=True)),
                    ('place', models.CharField(max_length=200)),
                    ('stopped_at', models.DateTimeField()),
                    ('certificate_sha256', models.CharField(blank=True, max_length=64)),
                    ('mg_l', models.DecimalField(blank=True, decimal_places=2, max_digits=4, null=True)),
                    ('outcome', models.CharField(choices=[('sober', 'Sober'), ('warned', 'Warned'), ('fine', 'Fine'), ('criminal', 'Criminal'), ('refused', 'Refused'), ('unusable', 'Unusable')], max_length=8)),
                    ('earlier_count', models.PositiveSmallIntegerField(default=0, help_text='Earlier offences within the years of the pack.')),
                    ('plate', models.CharField(blank=True, max_length=12)),
                    ('name', models.CharField(blank=True, max_length=60)),
                    ('subject', models.CharField(blank=True, max_length=64)),
                    ('recorded_at', models.DateTimeField()),
                    ('issued_at', models.DateTimeField(blank=True, null=True)),
                    ('erase_on', models.DateField(help_text='What names the person is erased after this day.')),
                    ('erased_at', models.DateTimeField(blank=True, null=True)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('certificate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.calibrationcertificate')),
                    ('checkpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='sensing.checkpoint')),
                    ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.enforcementdevice')),
                ],
                options={
                    'ordering': ['-stopped_at', 'number'],
                },
            ),
            migrations.CreateModel(
                name='FootageRequest',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=30, unique=True)),
                    ('case_number', models.CharField(max_length=60)),
                    ('ground', models.CharField(help_text='Id of the purpose in the pack.', max_length=60)),
                    ('purpose', models.CharField(max_length=500)),
                    ('cameras', models.JSONField(help_text='Keys of the cameras.')),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('face_policy', models.CharField(blank=True, help_text='Number of the policy record, if faces are searched.', max_length=60)),
                    ('state', models.CharField(choices=[('asked', 'Asked'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('done', 'Done')], default='asked', max_length=9)),
                    ('asked_at', models.DateTimeField()),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('decision', models.CharField(blank=True, max_length=500)),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='FootageRelease',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('camera', models.CharField(max_length=80)),
                    ('name', models.CharField(max_length=150)),
                    ('came_sha256', models.CharField(max_length=64)),
                    ('sha256', models.CharField(max_length=64)),
                    ('size', models.PositiveBigIntegerField()),
                    ('media_type', models.CharField(max_length=100)),
                    ('mark', models.CharField(choices=[('pixels', 'Pixels'), ('pages', 'Pages'), ('trailer', 'Trailer')], max_length=7)),
                    ('released_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('opened_count', models.PositiveIntegerField(default=0)),
                    ('deleted_at', models.DateTimeField(blank=True, null=True)),
                    ('deleted_sha256', models.CharField(blank=True, help_text='Of the bytes as they lay there; missing: none did.', max_length=64)),
                    ('proven_at', models.DateTimeField(blank=True, help_text='No bytes are left.', null=True)),
                    ('why_deleted', models.CharField(blank=True, max_length=200)),
                    ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                    ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='sensing.footagerequest')),
                ],
                options={
                    'ordering': ['released_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='ViolationFile',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=30, unique=True)),
                    ('kind', models.CharField(choices=[('red_light', 'Red Light'), ('speed', 'Speed'), ('section_speed', 'Section Speed')], max_length=13)),
                    ('occurred_at', models.DateTimeField()),
                    ('entered_at', models.DateTimeField(blank=True, help_text='At the first gate.', null=True)),
                    ('place', models.CharField(max_length=200)),
                    ('plate', models.CharField(max_length=12)),
                    ('time_source', models.CharField(help_text="What set the device's clock.", max_length=80)),
                    ('clock_offset_ms', models.IntegerField(help_text='Off that source when last compared.')),
                    ('clock_checked_at', models.DateTimeField()),
                    ('limit_kmh', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('measured_kmh', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                    ('counted_kmh', models.DecimalField(blank=True, decimal_places=1, help_text="What is left after every tolerance, in the driver's favour.", max_digits=5, null=True)),
                    ('arithmetic', models.JSONField(default=dict)),
                    ('certificate_sha256', models.CharField(blank=True, max_length=64)),
                    ('state', models.CharField(choices=[('recorded', 'Recorded'), ('issued', 'Issued'), ('dropped', 'Dropped')], default='recorded', max_length=8)),
                    ('recorded_at', models.DateTimeField()),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('why', models.CharField(blank=True, max_length=300)),
                    ('refused_count', models.PositiveSmallIntegerField(default=0, help_text='Times it could not.')),
                    ('erase_on', models.DateField(help_text='Pictures and plate are erased after this day.')),
                    ('erased_at', models.DateTimeField(blank=True, null=True)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('certificate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.calibrationcertificate')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='sensing.enforcementdevice')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-occurred_at', 'number'],
                },
            ),
            migrations.CreateModel(
                name='CustodyEntry',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('act', models.CharField(max_length=20)),
                    ('at', models.DateTimeField()),
                    ('told', models.TextField(help_text='Canonical JSON of what was so.')),
                    ('previous', models.CharField(max_length=64)),
                    ('sha256', models.CharField(max_length=64)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('violation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody', to='sensing.violationfile')),
                ],
                options={
                    'ordering': ['violation', 'number'],
                },
            ),
            migrations.CreateModel(
                name='ViolationImage',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('name', models.CharField(max_length=150)),
                    ('sha256', models.CharField(max_length=64)),
                    ('media_type', models.CharField(max_length=100)),
                    ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                    ('violation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='sensing.violationfile')),
                ],
                options={
                    'ordering': ['violation', 'position'],
                },
            ),
            migrations.AddConstraint(
                model_name='checkpoint',
                constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='checkpoint_forwards'),
            ),
            migrations.AddConstraint(
                model_name='checkpoint',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'held'), _negated=True), ('held_to__gt', models.F('held_from')), _connector='OR'), name='checkpoint_held_forwards'),
            ),
            migrations.AddIndex(
                model_name='crash',
                index=models.Index(fields=['occurred_on', 'is_alcohol'], name='crash_by_day'),
            ),
            migrations.AddConstraint(
                model_name='enforcementdevice',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'section'), _negated=True), models.Q(('distance_m__gt', 0), ('limit_kmh__isnull', False)), _connector='OR'), name='section_has_a_length_and_a_limit'),
            ),
            migrations.AddConstraint(
                model_name='calibrationcertificate',
                constraint=models.UniqueConstraint(fields=('device', 'number'), name='certificate_once'),
            ),
            migrations.AddConstraint(
                model_name='calibrationcertificate',
                constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='certificate_forwards'),
            ),
            migrations.AddIndex(
                model_name='alcoholstop',
                index=models.Index(fields=['subject', 'stopped_at'], name='alcohol_by_subject'),
            ),
            migrations.AddConstraint(
                model_name='alcoholstop',
                constraint=models.CheckConstraint(condition=models.Q(('issued_at', None), ('outcome', 'refused'), models.Q(('certificate__isnull', False), ('outcome__in', ['fine', 'criminal'])), _connector='OR'), name='alcohol_issued_with_certificate'),
            ),
            migrations.AddConstraint(
                model_name='footagerequest',
                constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='footage_ends_after_it_starts'),
            ),
            migrations.AddConstraint(
                model_name='footagerequest',
                constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), ('state', 'withdrawn'), _connector='OR'), name='footage_decided_by_another'),
            ),
            migrations.AddIndex(
                model_name='footagerelease',
                index=models.Index(fields=['expires_at'], name='footage_by_expiry'),
            ),
            migrations.AddConstraint(
                model_name='footagerelease',
                constraint=models.CheckConstraint(condition=models.Q(('proven_at', None), models.Q(('deleted_at__isnull', False), ('file', None)), _connector='OR'), name='footage_proven_after_deletion'),
            ),
            migrations.AddIndex(
                model_name='violationfile',
                index=models.Index(fields=['state', 'occurred_at'], name='violation_by_state'),
            ),
            migrations.AddConstraint(
                model_name='violationfile',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'issued'), _negated=True), models.Q(('certificate__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='violation_issued_with_certificate'),
            ),
            migrations.AddConstraint(
                model_name='custodyentry',
                constraint=models.UniqueConstraint(fields=('violation', 'number'), name='custody_number_once'),
            ),
            migrations.AddConstraint(
                model_name='violationimage',
                constraint=models.UniqueConstraint(fields=('violation', 'position'), name='image_position_once'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
