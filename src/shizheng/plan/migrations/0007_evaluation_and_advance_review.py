"""Evaluation rounds, findings and the advance review of projects."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shizheng.core.models.keys
from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.plan.evaluation.guards import TRIGGERS


def install(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('plan', '0006_what_the_database_keeps_of_works'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatedTogether([
            migrations.CreateModel(
                name='AdvanceProject',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(unique=True)),
                    ('name', models.CharField(max_length=200)),
                    ('status', models.CharField(choices=[('under_review', 'Under review'), ('may_enter_budget', 'May enter the budget'), ('failed', 'Did not pass')], default='under_review', max_length=16)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='advance_projects', to='core.agency')),
                    ('control', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('items', models.ManyToManyField(blank=True, related_name='advance_projects', to='plan.item')),
                ],
                options={
                    'ordering': ['-number'],
                },
            ),
            migrations.CreateModel(
                name='AdvanceVersion',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('cost_twd', models.PositiveBigIntegerField()),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField()),
                    ('summary', models.TextField()),
                    ('midterm_goal', models.TextField(help_text='The goal of the mid-term plan that it serves.')),
                    ('midterm_from', models.DateField()),
                    ('midterm_to', models.DateField(help_text='The first day after the mid-term plan.')),
                    ('rule', models.CharField(max_length=60)),
                    ('rule_version', models.PositiveIntegerField()),
                    ('criteria', models.JSONField()),
                    ('pass_mark', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('least_reviews', models.PositiveIntegerField()),
                    ('submitted_at', models.DateTimeField()),
                    ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('is_passed', models.BooleanField(blank=True, null=True)),
                    ('conditions', models.TextField(blank=True)),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='plan.advanceproject')),
                    ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['project', '-number'],
                },
            ),
            migrations.CreateModel(
                name='AdvanceReview',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('scores', models.JSONField()),
                    ('comment', models.TextField(blank=True)),
                    ('total', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('submitted_at', models.DateTimeField()),
                    ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='plan.advanceversion')),
                ],
                options={
                    'ordering': ['version', 'submitted_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='EvaluationRound',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(unique=True)),
                    ('type', models.CharField(help_text="Id of the pack's evaluation_type.", max_length=60)),
                    ('type_version', models.PositiveIntegerField()),
                    ('type_name', models.JSONField(help_text='Language to the name of the type at that time.')),
                    ('title', models.CharField(max_length=200)),
                    ('criteria', models.JSONField(help_text='Code, name and weight of each, as of the opening.')),
                    ('least_reviews', models.PositiveIntegerField()),
                    ('opened_at', models.DateTimeField()),
                    ('self_due_on', models.DateField()),
                    ('review_due_on', models.DateField()),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('conclusion', models.TextField(blank=True)),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('control', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_rounds', to='core.agency')),
                    ('items', models.ManyToManyField(blank=True, related_name='evaluation_rounds', to='plan.item')),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-number'],
                },
            ),
            migrations.CreateModel(
                name='EvaluationReviewer',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewers', to='plan.evaluationround')),
                ],
                options={
                    'ordering': ['round', 'person__username'],
                },
            ),
            migrations.CreateModel(
                name='ControlFinding',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(unique=True)),
                    ('source', models.CharField(choices=[('evaluation', 'Evaluation'), ('control', 'Internal control'), ('audit', 'Project audit')], max_length=10)),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.JSONField(help_text='Language to the words of the list at that time.')),
                    ('text', models.TextField()),
                    ('found_on', models.DateField()),
                    ('first_due_on', models.DateField()),
                    ('due_on', models.DateField()),
                    ('state', models.CharField(choices=[('open', 'To be corrected'), ('corrected', 'Corrected, to be checked'), ('closed', 'Closed')], default='open', max_length=9)),
                    ('closed_on', models.DateField(blank=True, null=True)),
                    ('recorded_at', models.DateTimeField()),
                    ('is_synthetic', models.BooleanField(default=False)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='control_findings', to='core.agency')),
                    ('control', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.agency')),
                    ('items', models.ManyToManyField(blank=True, related_name='control_findings', to='plan.item')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='plan.evaluationround')),
                ],
                options={
                    'ordering': ['due_on', 'number'],
                },
            ),
            migrations.CreateModel(
                name='EvaluationSubject',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('self_total', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('mean', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('gap', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('spread', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('reviews_count', models.PositiveIntegerField(default=0)),
                    ('rank', models.PositiveIntegerField(blank=True, null=True)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='core.agency')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='plan.evaluationround')),
                ],
                options={
                    'ordering': ['round', 'rank', 'agency__position', 'agency__code'],
                },
            ),
            migrations.CreateModel(
                name='EvaluationReview',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('conflict', models.TextField(blank=True, help_text='The conflict declared; empty if none.')),
                    ('scores', models.JSONField(default=dict, help_text='Code of each criterion to its score.')),
                    ('comment', models.TextField(blank=True)),
                    ('total', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                    ('submitted_at', models.DateTimeField()),
                    ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='plan.evaluationsubject')),
                ],
                options={
                    'ordering': ['subject', 'submitted_at', 'id'],
                },
            ),
            migrations.CreateModel(
                name='FindingCorrection',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('text', models.TextField()),
                    ('due_on', models.DateField(help_text='The last day for it.')),
                    ('filed_on', models.DateField()),
                    ('filed_at', models.DateTimeField()),
                    ('is_accepted', models.BooleanField(blank=True, null=True)),
                    ('check_note', models.TextField(blank=True)),
                    ('checked_on', models.DateField(blank=True, null=True)),
                    ('checked_at', models.DateTimeField(blank=True, null=True)),
                    ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='plan.controlfinding')),
                ],
                options={
                    'ordering': ['finding', 'number'],
                },
            ),
            migrations.CreateModel(
                name='SelfAssessment',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('scores', models.JSONField(help_text='Code of each criterion to its score, as text.')),
                    ('evidence', models.JSONField(help_text='Code of each criterion to what shows it.')),
                    ('total', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('submitted_at', models.DateTimeField()),
                    ('items', models.ManyToManyField(blank=True, related_name='+', to='plan.item')),
                    ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='self_assessment', to='plan.evaluationsubject')),
                    ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['subject'],
                },
            ),
            migrations.AddConstraint(
                model_name='advanceversion',
                constraint=models.UniqueConstraint(fields=('project', 'number'), name='advance_version_number_is_unique'),
            ),
            migrations.AddConstraint(
                model_name='advanceversion',
                constraint=models.UniqueConstraint(condition=models.Q(('is_passed', None)), fields=('project',), name='advance_project_has_one_version_in_review'),
            ),
            migrations.AddConstraint(
                model_name='advanceversion',
                constraint=models.CheckConstraint(condition=models.Q(('is_passed', None), ('is_passed', False), models.Q(('is_passed', True), ('score__gte', models.F('pass_mark'))), _connector='OR'), name='advance_version_passes_by_score', violation_error_message='A project passes with the pass mark or more.'),
            ),
            migrations.AddConstraint(
                model_name='advancereview',
                constraint=models.UniqueConstraint(fields=('version', 'reviewer'), name='advance_review_once_per_reviewer'),
            ),
            migrations.AddConstraint(
                model_name='evaluationreviewer',
                constraint=models.UniqueConstraint(fields=('round', 'person'), name='evaluation_reviewer_once_per_round'),
            ),
            migrations.AddConstraint(
                model_name='controlfinding',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on', None)), _connector='OR'), name='control_finding_closed_has_day', violation_error_message='A closed finding has the day of its re-check.'),
            ),
            migrations.AddConstraint(
                model_name='evaluationsubject',
                constraint=models.UniqueConstraint(fields=('round', 'agency'), name='evaluation_subject_once_per_round'),
            ),
            migrations.AddConstraint(
                model_name='evaluationreview',
                constraint=models.UniqueConstraint(fields=('subject', 'reviewer'), name='evaluation_review_once_per_reviewer'),
            ),
            migrations.AddConstraint(
                model_name='evaluationreview',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('conflict', ''), ('total__isnull', False)), models.Q(models.Q(('conflict', ''), _negated=True), ('total', None)), _connector='OR'), name='evaluation_review_scores_or_conflict', violation_error_message='A review is a score, or a conflict of interest.'),
            ),
            migrations.AddConstraint(
                model_name='findingcorrection',
                constraint=models.UniqueConstraint(fields=('finding', 'number'), name='finding_correction_number_is_unique'),
            ),
            migrations.AddConstraint(
                model_name='findingcorrection',
                constraint=models.UniqueConstraint(condition=models.Q(('is_accepted', None)), fields=('finding',), name='finding_has_one_correction_to_check'),
            ),
        ]),
        migrations.RunPython(install, remove),
    ]
