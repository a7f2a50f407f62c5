"""Permits of emissions, samples, solar sites."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core.migrating import CreatedTogether


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('places', '0011_faster_reading'),
        ('sensing', '0003_flood_forecasts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='AirForecast',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('index', models.PositiveSmallIntegerField()),
                    ('source', models.CharField(max_length=120)),
                    ('issued_at', models.DateTimeField()),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.publisheddefinition')),
                ],
                options={
                    'ordering': ['-day', '-issued_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='AirMeasure',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('code', models.CharField(max_length=50)),
                    ('name', models.JSONField(help_text='Language to name, as the pack said then.')),
                    ('started_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('done_at', models.DateTimeField(null=True)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('forecast', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='sensing.airforecast')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='air_measures', to='core.agency')),
                ],
                options={
                    'ordering': ['-day', 'due_at', 'code'],
                },
            ),
            migrations.CreateModel(
                name='DischargeLimit',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('averaging', models.CharField(help_text='Id of a rule of the pack.', max_length=50)),
                    ('limit', models.FloatField(help_text='In the unit of the property.')),
                    ('cap_kg', models.FloatField(help_text='In a calendar year.', null=True)),
                    ('observed_property', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.observedproperty')),
                ],
                options={
                    'ordering': ['permit', 'observed_property'],
                },
            ),
            migrations.CreateModel(
                name='DischargeDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('kg', models.FloatField()),
                    ('hour_count', models.PositiveSmallIntegerField()),
                    ('limit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='sensing.dischargelimit')),
                ],
                options={
                    'ordering': ['day', 'limit'],
                },
            ),
            migrations.CreateModel(
                name='DischargePermit',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=60, unique=True)),
                    ('kind', models.CharField(choices=[('stack', 'Stack'), ('outfall', 'Outfall')], max_length=8)),
                    ('holder', models.CharField(help_text='Who holds it; not public.', max_length=120)),
                    ('point', models.CharField(help_text='Number of the stack or outfall.', max_length=80)),
                    ('valid_from', models.DateField()),
                    ('valid_until', models.DateField(help_text='The last day.')),
                    ('recorded_at', models.DateTimeField()),
                    ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('thing', models.ForeignKey(help_text='The monitor whose readings count.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='permits', to='sensing.thing')),
                ],
                options={
                    'ordering': ['number'],
                },
            ),
            migrations.AddField(
                model_name='dischargelimit',
                name='permit',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='sensing.dischargepermit'),
            ),
            migrations.CreateModel(
                name='Exceedance',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('year', models.PositiveSmallIntegerField()),
                    ('sequence', models.PositiveIntegerField()),
                    ('allowed', models.FloatField()),
                    ('highest', models.FloatField()),
                    ('began_at', models.DateTimeField()),
                    ('last_at', models.DateTimeField()),
                    ('count', models.PositiveIntegerField(help_text='Averages above the limit.')),
                    ('readings', models.JSONField(default=list)),
                    ('opened_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField()),
                    ('state', models.CharField(choices=[('open', 'Open'), ('inspected', 'Inspected')], default='open', max_length=9)),
                    ('finding', models.CharField(blank=True, choices=[('violation', 'Violation'), ('instrument', 'Instrument'), ('exempt', 'Exempt')], max_length=10)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('inspected_at', models.DateTimeField(null=True)),
                    ('inspected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('limit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceedances', to='sensing.dischargelimit')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.publisheddefinition')),
                ],
                options={
                    'ordering': ['-opened_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='SolarSite',
                fields=[
                    ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='solar_site', serialize=False, to='places.thing')),
                    ('capacity_kw', models.FloatField()),
                    ('connected_on', models.DateField()),
                    ('ended_on', models.DateField(null=True)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                ],
                options={
                    'ordering': ['place'],
                },
            ),
            migrations.CreateModel(
                name='SolarDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('kwh', models.FloatField()),
                    ('expected_kwh', models.FloatField(help_text='None without irradiance.', null=True)),
                    ('hour_count', models.PositiveSmallIntegerField()),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='sensing.solarsite')),
                ],
                options={
                    'ordering': ['day', 'site'],
                },
            ),
            migrations.CreateModel(
                name='StreamCalibration',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('done_at', models.DateTimeField()),
                    ('valid_until', models.DateTimeField()),
                    ('certificate', models.CharField(max_length=80)),
                    ('drift_percent', models.FloatField(help_text='Of the span, as found.', null=True)),
                    ('is_passed', models.BooleanField(default=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calibrations', to='sensing.datastream')),
                ],
                options={
                    'ordering': ['-done_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='WaterSample',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(max_length=40, unique=True)),
                    ('kind', models.CharField(choices=[('river', 'River'), ('sea', 'Sea'), ('groundwater', 'Groundwater')], max_length=11)),
                    ('basin', models.CharField(help_text='Id of a basin of the pack.', max_length=50)),
                    ('site', models.CharField(max_length=80)),
                    ('taken_at', models.DateTimeField()),
                    ('released_at', models.DateTimeField(null=True)),
                    ('rpi', models.FloatField(help_text='River Pollution Index, when it was released.', null=True)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-taken_at', 'number'],
                },
            ),
            migrations.CreateModel(
                name='SampleStep',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('taken', 'Taken'), ('handed', 'Handed'), ('received', 'Received'), ('analysed', 'Analysed'), ('released', 'Released')], max_length=8)),
                    ('at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='sensing.watersample')),
                ],
                options={
                    'ordering': ['at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='SampleResult',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('value', models.FloatField(help_text='None: below the detection limit (ND).', null=True)),
                    ('detection_limit', models.FloatField()),
                    ('method', models.CharField(max_length=60)),
                    ('observed_property', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sensing.observedproperty')),
                    ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='sensing.watersample')),
                ],
                options={
                    'ordering': ['sample', 'observed_property'],
                },
            ),
            migrations.CreateModel(
                name='AirDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('index', models.PositiveSmallIntegerField(null=True)),
                    ('pollutant', models.CharField(blank=True, max_length=10)),
                    ('is_good', models.BooleanField(help_text='Below 100; unknown without an index.', null=True)),
                    ('missing_hour_count', models.PositiveSmallIntegerField(default=24)),
                    ('is_mobile', models.BooleanField(default=False)),
                    ('thing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='air_days', to='sensing.thing')),
                ],
                options={
                    'ordering': ['day', 'thing'],
                    'constraints': [models.UniqueConstraint(fields=('thing', 'day'), name='air_day_once')],
                },
            ),
            migrations.AddConstraint(
                model_name='airforecast',
                constraint=models.UniqueConstraint(fields=('day', 'source', 'issued_at'), name='air_forecast_once'),
            ),
            migrations.AddConstraint(
                model_name='airmeasure',
                constraint=models.UniqueConstraint(fields=('day', 'code'), name='air_measure_once_a_day'),
            ),
            migrations.AddConstraint(
                model_name='dischargeday',
                constraint=models.UniqueConstraint(fields=('limit', 'day'), name='discharge_day_once'),
            ),
            migrations.AddConstraint(
                model_name='dischargepermit',
                constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='discharge_permit_forwards'),
            ),
            migrations.AddConstraint(
                model_name='dischargelimit',
                constraint=models.UniqueConstraint(fields=('permit', 'observed_property'), name='discharge_limit_once'),
            ),
            migrations.AddConstraint(
                model_name='dischargelimit',
                constraint=models.CheckConstraint(condition=models.Q(('limit__gt', 0)), name='discharge_limit_above_zero'),
            ),
            migrations.AddConstraint(
                model_name='exceedance',
                constraint=models.UniqueConstraint(fields=('year', 'sequence'), name='exceedance_number_once'),
            ),
            migrations.AddConstraint(
                model_name='exceedance',
                constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('limit',), name='exceedance_one_open'),
            ),
            migrations.AddConstraint(
                model_name='solarday',
                constraint=models.UniqueConstraint(fields=('site', 'day'), name='solar_day_once'),
            ),
            migrations.AddConstraint(
                model_name='streamcalibration',
                constraint=models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('done_at'))), name='stream_calibration_forwards'),
            ),
            migrations.AddConstraint(
                model_name='sampleresult',
                constraint=models.UniqueConstraint(fields=('sample', 'observed_property'), name='sample_result_once'),
            ),
            migrations.AddConstraint(
                model_name='sampleresult',
                constraint=models.CheckConstraint(condition=models.Q(('value', None), ('value__gte', models.F('detection_limit')), _connector='OR'), name='sample_result_detected'),
            ),
        ]),
    ]
