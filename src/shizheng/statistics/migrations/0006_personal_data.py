"""What people ask of the data held of them, and what they allow; the database keeps it."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.statistics.personal.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('statistics', '0005_what_the_database_keeps_of_datasets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='DataConsent',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('purpose', models.CharField(max_length=200)),
                    ('holdings', models.JSONField(help_text='The kinds of data that are meant.')),
                    ('given_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_consents', to='core.agency')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_consents', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-given_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='DataRequest',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('correction', 'Correction or addition'), ('erasure', 'Erasure, or an end to its use')], max_length=10)),
                    ('holding', models.CharField(help_text='What kind of data, as its room names it.', max_length=60)),
                    ('record', models.CharField(help_text='Key of the record in its holding.', max_length=64)),
                    ('text', models.TextField()),
                    ('state', models.CharField(choices=[('open', 'Being looked at'), ('granted', 'Granted'), ('refused', 'Refused')], default='open', max_length=8)),
                    ('asked_at', models.DateTimeField()),
                    ('due_on', models.DateField(help_text='Last day of the answer, with any extension.')),
                    ('extension_reason', models.TextField(blank=True)),
                    ('answer', models.TextField(blank=True)),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('agency', models.ForeignKey(blank=True, help_text='Who answers; empty: those who look after the whole city.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='data_requests', to='core.agency')),
                    ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_requests', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['due_on', 'asked_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='DataUse',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('why', models.CharField(max_length=200)),
                    ('record_count', models.PositiveIntegerField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='statistics.dataconsent')),
                ],
                options={
                    'ordering': ['-at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='Takeout',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('made_at', models.DateTimeField()),
                    ('record_count', models.PositiveIntegerField()),
                    ('digest', models.CharField(help_text='SHA-256 of its manifest.', max_length=64)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takeouts', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-made_at', '-id'],
                },
            ),
            migrations.AddConstraint(
                model_name='dataconsent',
                constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('given_at'))), name='data_consent_ends_after_it_begins', violation_error_message='A consent ends after it begins.'),
            ),
            migrations.AddConstraint(
                model_name='dataconsent',
                constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('person', 'agency', 'purpose'), name='data_consent_is_given_once'),
            ),
            migrations.AddConstraint(
                model_name='datarequest',
                constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('person', 'kind', 'holding', 'record'), name='data_request_is_open_once'),
            ),
            migrations.AddConstraint(
                model_name='datarequest',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='data_request_answered_has_answer', violation_error_message='An answered request has its answer and moment.'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
