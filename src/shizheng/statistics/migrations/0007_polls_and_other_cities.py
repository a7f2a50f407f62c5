"""Polls with their results, and figures of other cities; the database keeps what was signed."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.statistics.polls.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('statistics', '0006_personal_data'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='Poll',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('entered_at', models.DateTimeField()),
                    ('signed_at', models.DateTimeField(blank=True, null=True)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('code', models.SlugField(max_length=60, unique=True)),
                    ('title', models.CharField(max_length=200)),
                    ('is_media', models.BooleanField(default=False, help_text='Of a newspaper or broadcaster.')),
                    ('source', models.CharField(blank=True, help_text='Where a media poll stands.', max_length=500)),
                    ('commissioned_by', models.CharField(max_length=200)),
                    ('conducted_by', models.CharField(max_length=200)),
                    ('questionnaire_version', models.CharField(max_length=40)),
                    ('questionnaire', models.TextField(help_text='The questions as they were asked.')),
                    ('frame', models.CharField(help_text='The list that the sample is drawn from.', max_length=500)),
                    ('mode', models.CharField(choices=[('telephone', 'by telephone'), ('face_to_face', 'face to face'), ('web', 'on the web'), ('post', 'by post'), ('mixed', 'in several ways')], max_length=12)),
                    ('fieldwork_from', models.DateField()),
                    ('fieldwork_to', models.DateField()),
                    ('contacted', models.PositiveIntegerField(blank=True, help_text='Sample size.', null=True)),
                    ('responses', models.PositiveIntegerField(help_text='Interviews that were completed.')),
                    ('weighting', models.CharField(max_length=1000)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='polls', to='core.agency')),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-fieldwork_to', 'code'],
                },
            ),
            migrations.CreateModel(
                name='PollResult',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('topic', models.SlugField(help_text='The same code in every poll that asks it.', max_length=60)),
                    ('question', models.CharField(help_text='As it was asked.', max_length=300)),
                    ('answer', models.CharField(max_length=100)),
                    ('district', models.CharField(blank=True, help_text='Code; empty: the city.', max_length=20)),
                    ('share', models.DecimalField(decimal_places=2, help_text='Per cent, weighted.', max_digits=5)),
                    ('answers', models.PositiveIntegerField(help_text='How many people it rests on.')),
                    ('design_effect', models.DecimalField(decimal_places=3, default=1, max_digits=6)),
                    ('position', models.PositiveIntegerField(default=0)),
                    ('poll', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='statistics.poll')),
                ],
                options={
                    'ordering': ['poll', 'position', 'id'],
                },
            ),
            migrations.CreateModel(
                name='PeerFigure',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('entered_at', models.DateTimeField()),
                    ('signed_at', models.DateTimeField(blank=True, null=True)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('city', models.CharField(max_length=60)),
                    ('period', models.CharField(max_length=10)),
                    ('value', models.DecimalField(decimal_places=6, max_digits=30)),
                    ('source', models.CharField(max_length=300)),
                    ('published_on', models.DateField()),
                    ('difference', models.CharField(blank=True, max_length=300)),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='peers', to='statistics.indicator')),
                    ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['indicator', 'city', 'period', 'entered_at', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(('signed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='peer_figure_signed_by_another')],
                },
            ),
            migrations.AddConstraint(
                model_name='poll',
                constraint=models.CheckConstraint(condition=models.Q(('fieldwork_to__gte', models.F('fieldwork_from'))), name='poll_ends_after_it_begins', violation_error_message='Fieldwork ends on the day it begins, or later.'),
            ),
            migrations.AddConstraint(
                model_name='poll',
                constraint=models.CheckConstraint(condition=models.Q(('contacted', None), ('contacted__gte', models.F('responses')), _connector='OR'), name='poll_has_no_more_responses_than_people', violation_error_message='No more people answer than are asked.'),
            ),
            migrations.AddConstraint(
                model_name='poll',
                constraint=models.CheckConstraint(condition=models.Q(('is_media', False), models.Q(('source', ''), _negated=True), _connector='OR'), name='poll_of_media_has_source', violation_error_message='A media poll says where it stands.'),
            ),
            migrations.AddConstraint(
                model_name='poll',
                constraint=models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(('signed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='poll_signed_by_another'),
            ),
            migrations.AddConstraint(
                model_name='pollresult',
                constraint=models.UniqueConstraint(fields=('poll', 'topic', 'answer', 'district'), name='poll_result_once'),
            ),
            migrations.AddConstraint(
                model_name='pollresult',
                constraint=models.CheckConstraint(condition=models.Q(('answers__gte', 2), ('design_effect__gte', 1), ('share__gte', 0), ('share__lte', 100)), name='poll_result_is_a_share'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
