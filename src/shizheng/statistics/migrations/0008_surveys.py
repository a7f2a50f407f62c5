"""Censuses and household surveys; the database keeps what tablets sent."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.statistics.surveys.immutability import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('statistics', '0007_polls_and_other_cities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='SurveyArea',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=30)),
                    ('part', models.CharField(blank=True, help_text='Which part of the village.', max_length=100)),
                    ('villages', models.ManyToManyField(related_name='+', to='core.area')),
                ],
                options={
                    'ordering': ['round', 'code'],
                },
            ),
            migrations.CreateModel(
                name='SurveyAddress',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.CharField(help_text='In the list of the round.', max_length=30)),
                    ('text', models.CharField(help_text='The address as it is written.', max_length=200)),
                    ('is_sampled', models.BooleanField(default=True, help_text='To be visited.')),
                    ('listed_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(blank=True, help_text='No such address.', null=True)),
                    ('state', models.CharField(choices=[('open', 'not visited'), ('absent', 'not at home'), ('refused', 'refused'), ('vacant', 'nobody lives there'), ('complete', 'complete')], default='open', max_length=8)),
                    ('visit_count', models.PositiveIntegerField(default=0)),
                    ('completed_at', models.DateTimeField(blank=True, null=True)),
                    ('drawn_at', models.DateTimeField(blank=True, help_text='For a re-interview.', null=True)),
                    ('reinterviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('village', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='statistics.surveyarea')),
                ],
                options={
                    'ordering': ['round', 'number'],
                },
            ),
            migrations.CreateModel(
                name='SurveyRecord',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('outcome', models.CharField(choices=[('complete', 'complete'), ('refused', 'refused'), ('absent', 'not at home'), ('vacant', 'nobody lives there')], max_length=8)),
                    ('standing', models.CharField(choices=[('counted', 'counted'), ('conflict', 'answered twice'), ('set_aside', 'set aside'), ('late', 'too late'), ('check', 're-interview')], max_length=9)),
                    ('answers', models.JSONField(default=dict, help_text='By question; numbers of persons as hashes.')),
                    ('failed', models.JSONField(default=list, help_text='Ids of the edits that failed.')),
                    ('noted_at', models.DateTimeField(help_text='By the clock of the tablet.')),
                    ('sent_at', models.DateTimeField()),
                    ('offline_id', models.CharField(help_text='The number that the tablet gave.', max_length=64)),
                    ('sent_digest', models.CharField(max_length=64)),
                    ('erased_at', models.DateTimeField(blank=True, null=True)),
                    ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='statistics.surveyaddress')),
                    ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['address', 'noted_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='SurveyRound',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.SlugField(unique=True)),
                    ('name', models.JSONField(help_text='Language to name.')),
                    ('reference_on', models.DateField()),
                    ('release_at', models.DateTimeField(help_text="Results are nobody's before, but who makes them.")),
                    ('state', models.CharField(choices=[('planned', 'planned'), ('open', 'in the field'), ('closed', 'closed')], default='planned', max_length=8)),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('kept_until', models.DateField(blank=True, help_text='Last day of the raw records.', null=True)),
                    ('erased_at', models.DateTimeField(blank=True, null=True)),
                    ('risk', models.JSONField(blank=True, default=dict)),
                    ('estimates', models.JSONField(blank=True, default=list)),
                    ('columns', models.JSONField(blank=True, default=list, help_text='Of the masked file, in order.')),
                    ('is_kept', models.BooleanField(default=True, help_text='The pack still declares it.')),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.publisheddefinition')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='core.agency')),
                ],
                options={
                    'ordering': ['-reference_on', 'code'],
                },
            ),
            migrations.CreateModel(
                name='SurveyPerson',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('pseudonym', models.CharField(blank=True, help_text='Keyed hash of the number.', max_length=64)),
                    ('sex', models.CharField(blank=True, max_length=20)),
                    ('age', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('age_band', models.CharField(blank=True, max_length=10)),
                    ('reference_on', models.DateField()),
                    ('is_counted', models.BooleanField(default=True)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('village', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.area')),
                    ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='statistics.surveyrecord')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='statistics.surveyround')),
                ],
                options={
                    'ordering': ['record', 'number'],
                },
            ),
            migrations.CreateModel(
                name='SurveyDuplicate',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('reason', models.CharField(choices=[('address', 'the same address'), ('person', 'the same person'), ('household', 'a similar household')], max_length=9)),
                    ('found_at', models.DateTimeField()),
                    ('decision', models.CharField(blank=True, choices=[('keep_first', 'The first counts'), ('keep_second', 'The second counts'), ('keep_both', 'They are different people: both count')], max_length=11)),
                    ('why', models.CharField(blank=True, max_length=300)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='statistics.surveyrecord')),
                    ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='statistics.surveyrecord')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='statistics.surveyround')),
                ],
                options={
                    'ordering': ['round', 'found_at', 'id'],
                },
            ),
            migrations.AddField(
                model_name='surveyarea',
                name='round',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='statistics.surveyround'),
            ),
            migrations.AddField(
                model_name='surveyaddress',
                name='round',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addresses', to='statistics.surveyround'),
            ),
            migrations.CreateModel(
                name='MaskedRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(help_text='Shuffled: it tells nothing of the list.')),
                    ('values', models.JSONField(help_text='By column; null where it was suppressed.')),
                    ('weight', models.DecimalField(decimal_places=6, default=1, max_digits=14)),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='masked', to='statistics.surveyround')),
                ],
                options={
                    'ordering': ['round', 'position'],
                },
            ),
            migrations.CreateModel(
                name='SurveyTotal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('area', models.CharField(max_length=20)),
                    ('sex', models.CharField(max_length=20)),
                    ('age_band', models.CharField(max_length=10)),
                    ('count', models.PositiveIntegerField()),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='statistics.surveyround')),
                ],
                options={
                    'ordering': ['round', 'area', 'sex', 'age_band'],
                },
            ),
            migrations.CreateModel(
                name='SurveyAssignment',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('made_at', models.DateTimeField()),
                    ('reason', models.CharField(blank=True, help_text='Why another follows.', max_length=300)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='statistics.surveyarea')),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['area', '-made_at', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('area',), name='survey_area_has_one_enumerator')],
                },
            ),
            migrations.AddConstraint(
                model_name='surveyrecord',
                constraint=models.UniqueConstraint(fields=('sent_by', 'offline_id'), name='survey_record_once'),
            ),
            migrations.AddConstraint(
                model_name='surveyrecord',
                constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'complete'), ('standing', 'counted')), fields=('address',), name='survey_address_is_counted_once'),
            ),
            migrations.AddConstraint(
                model_name='surveyround',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('state', 'planned')), models.Q(('closed_at', None), ('opened_at__isnull', False), ('state', 'open')), models.Q(('closed_at__isnull', False), ('opened_at__isnull', False), ('state', 'closed')), _connector='OR'), name='survey_round_state_has_moments', violation_error_message='A round is opened before it is closed.'),
            ),
            migrations.AddIndex(
                model_name='surveyperson',
                index=models.Index(fields=['round', 'pseudonym'], name='survey_person_found'),
            ),
            migrations.AddConstraint(
                model_name='surveyperson',
                constraint=models.UniqueConstraint(fields=('record', 'number'), name='survey_person_once'),
            ),
            migrations.AddConstraint(
                model_name='surveyduplicate',
                constraint=models.UniqueConstraint(fields=('first', 'second'), name='survey_duplicate_once'),
            ),
            migrations.AddConstraint(
                model_name='surveyduplicate',
                constraint=models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='survey_duplicate_of_another'),
            ),
            migrations.AddConstraint(
                model_name='surveyarea',
                constraint=models.UniqueConstraint(fields=('round', 'code'), name='survey_area_once'),
            ),
            migrations.AddIndex(
                model_name='surveyaddress',
                index=models.Index(fields=['area', 'number'], name='survey_address_of_area'),
            ),
            migrations.AddConstraint(
                model_name='surveyaddress',
                constraint=models.UniqueConstraint(fields=('round', 'number'), name='survey_address_once'),
            ),
            migrations.AddConstraint(
                model_name='surveyaddress',
                constraint=models.CheckConstraint(condition=models.Q(('drawn_at', None), ('reinterviewer__isnull', False), _connector='OR'), name='survey_address_drawn_has_interviewer'),
            ),
            migrations.AddConstraint(
                model_name='maskedrow',
                constraint=models.UniqueConstraint(fields=('round', 'position'), name='masked_row_once'),
            ),
            migrations.AddConstraint(
                model_name='surveytotal',
                constraint=models.UniqueConstraint(fields=('round', 'area', 'sex', 'age_band'), name='survey_total_once'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
