"""Baselines and weights of targets, written drafts, mid-term goals, and reports that are kept."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.plan.immutability import REASONS, TRIGGERS
from shizheng.plan.quarters.guards import FILES


def put_away(apps, schema_editor):
    """SQLite builds the table of editions anew, and its triggers would go with the old one."""
    triggers.remove(schema_editor, TRIGGERS)


def put_back(apps, schema_editor):
    triggers.install(schema_editor, TRIGGERS)


def install(apps, schema_editor):
    triggers.install(schema_editor, (*REASONS, *FILES))


def remove(apps, schema_editor):
    triggers.remove(schema_editor, (*REASONS, *FILES))


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('plan', '0009_security_posture'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(put_away, put_back),
        CreatedTogether([
            migrations.CreateModel(
                name='GoalItem',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('linked_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['goal', 'item'],
                },
            ),
            migrations.CreateModel(
                name='MidtermGoal',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.JSONField(help_text='Language to sentence.')),
                    ('source', models.CharField(blank=True, max_length=300)),
                    ('is_proposed', models.BooleanField(default=True)),
                    ('is_written', models.BooleanField(default=False, help_text='Written here: a pack leaves it alone.')),
                    ('revision', models.PositiveIntegerField(default=1, help_text='Rises with every change.')),
                ],
                options={
                    'ordering': ['midterm', 'code'],
                },
            ),
            migrations.CreateModel(
                name='MidtermPlan',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('code', models.SlugField(unique=True)),
                    ('title', models.JSONField(help_text='Language to title.')),
                    ('period_from', models.DateField()),
                    ('period_to', models.DateField(help_text='The first day after the period.')),
                    ('source', models.JSONField(default=dict, help_text='Language to where it is from.')),
                    ('note', models.JSONField(default=dict, help_text='Language to what a reader must know.')),
                ],
                options={
                    'ordering': ['-period_from', 'code'],
                },
            ),
            migrations.CreateModel(
                name='QuarterFile',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('which', models.CharField(help_text='city, brief, or dept-13.', max_length=20)),
                    ('language', models.CharField(max_length=10)),
                    ('form', models.PositiveIntegerField(help_text='Of the templates.')),
                    ('made_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['closing', 'which', 'language', '-form'],
                },
            ),
            migrations.AddField(
                model_name='goalitem',
                name='item',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goal_links', to='plan.item'),
            ),
            migrations.AddField(
                model_name='goalitem',
                name='linked_by',
                field=models.ForeignKey(blank=True, help_text='None: the pack.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='midtermgoal',
                name='agency',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='midterm_goals', to='core.agency'),
            ),
            migrations.AddField(
                model_name='midtermgoal',
                name='items',
                field=models.ManyToManyField(related_name='midterm_goals', through='plan.GoalItem', to='plan.item'),
            ),
            migrations.AddField(
                model_name='goalitem',
                name='goal',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='plan.midtermgoal'),
            ),
            migrations.AddField(
                model_name='midtermgoal',
                name='midterm',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='plan.midtermplan'),
            ),
            migrations.AddField(
                model_name='quarterfile',
                name='closing',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='plan.quarterclosing'),
            ),
            migrations.AddField(
                model_name='quarterfile',
                name='file',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
            ),
            migrations.AddConstraint(
                model_name='goalitem',
                constraint=models.UniqueConstraint(fields=('goal', 'item'), name='goal_item_is_linked_once'),
            ),
            migrations.AddConstraint(
                model_name='midtermgoal',
                constraint=models.UniqueConstraint(fields=('midterm', 'code'), name='midterm_goal_code_is_unique'),
            ),
            migrations.AddConstraint(
                model_name='quarterfile',
                constraint=models.UniqueConstraint(fields=('closing', 'which', 'language', 'form'), name='quarter_file_once'),
            ),
        ]),
        migrations.AddField(
            model_name='commitment',
            name='budget_twd',
            field=models.PositiveBigIntegerField(blank=True, help_text='Of the period.', null=True),
        ),
        migrations.AddField(
            model_name='commitment',
            name='goal',
            field=models.TextField(blank=True, help_text='What is better once it is done.'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='is_written',
            field=models.BooleanField(default=False, help_text='Written here by its department: a pack leaves it alone.'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='Rises with every change.'),
        ),
        migrations.AddField(
            model_name='edition',
            name='gaps_reason',
            field=models.JSONField(default=dict, help_text='Language to why it was adopted though new items have gaps.'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='Rises with every change.'),
        ),
        migrations.AddField(
            model_name='target',
            name='baseline',
            field=models.DecimalField(blank=True, decimal_places=4, help_text='Where it stood before.', max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name='target',
            name='baseline_on',
            field=models.DateField(blank=True, help_text='Last day of that baseline.', null=True),
        ),
        migrations.AddField(
            model_name='target',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='Rises with every change.'),
        ),
        migrations.AddField(
            model_name='target',
            name='weight',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='Per cent of its item; those of an item add to 100.', max_digits=5, null=True),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('weight', None), models.Q(('weight__gt', 0), ('weight__lte', 100)), _connector='OR'), name='target_weight_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('baseline_on', None), ('baseline__isnull', False), _connector='OR'), name='target_baseline_day_has_value'),
        ),
        migrations.RunPython(put_back, put_away),
        migrations.RunPython(install, remove),
    ]
