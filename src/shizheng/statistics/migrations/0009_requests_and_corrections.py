"""Corrected polls, erased versions of datasets, copies made in the background; ends of keeping."""

import django.db.models.deletion
import shizheng.core.models.keys
from django.conf import settings
from django.db import migrations, models

from shizheng.core import triggers
from shizheng.core.migrating import CreatedTogether
from shizheng.statistics.datasets import immutability as datasets
from shizheng.statistics.datasets.domain.dictionary import words_of
from shizheng.statistics.personal import immutability as personal
from shizheng.statistics.polls import immutability as polls

BEFORE = (*datasets.TRIGGERS, *personal.TRIGGERS, *polls.TRIGGERS)
AFTER = (*BEFORE, *datasets.ERASING, *personal.KEEPING, *polls.VERSIONS)


def lift(apps, schema_editor):
    """SQLite makes tables anew, and would stumble over what guards them."""
    triggers.remove(schema_editor, AFTER)


def guard(apps, schema_editor):
    triggers.install(schema_editor, AFTER)


def guard_as_before(apps, schema_editor):
    triggers.install(schema_editor, BEFORE)


def list_columns(apps, schema_editor):
    """Enter the columns of what is published into the dictionary."""
    made = apps.get_model("statistics", "DatasetColumn")
    for dataset in apps.get_model("statistics", "Dataset").objects.exclude(current=None):
        made.objects.bulk_create(
            made(
                dataset=dataset, position=place, column=each["column"], said=each["said"],
                words=words_of(each),
            )
            for place, each in enumerate(dataset.current.schema)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_tokens_of_people'),
        ('statistics', '0008_surveys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, guard_as_before),
        CreatedTogether([
            migrations.CreateModel(
                name='DataCopy',
                fields=[
                    ('id', models.UUIDField(default=shizheng.core.models.keys.new_key, editable=False, primary_key=True, serialize=False)),
                    ('asked_at', models.DateTimeField()),
                    ('language', models.CharField(help_text='In which it is written.', max_length=10)),
                    ('expires_at', models.DateTimeField(blank=True, null=True)),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                },
            ),
            migrations.AddField(
                model_name='datacopy',
                name='job',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job'),
            ),
            migrations.AddField(
                model_name='datacopy',
                name='person',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_copies', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='datacopy',
                name='takeout',
                field=models.OneToOneField(blank=True, help_text='What is on record of it, once it is made.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='data_copy', to='statistics.takeout'),
            ),
            migrations.AddConstraint(
                model_name='datacopy',
                constraint=models.UniqueConstraint(condition=models.Q(('takeout', None)), fields=('person',), name='data_copy_is_made_once'),
            ),
            migrations.AddConstraint(
                model_name='datacopy',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('takeout', None)), models.Q(('expires_at__isnull', False), ('takeout__isnull', False)), _connector='OR'), name='data_copy_made_expires'),
            ),
            migrations.CreateModel(
                name='DatasetColumn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField()),
                    ('column', models.JSONField(help_text='How it is read.')),
                    ('said', models.JSONField(help_text='What it means.')),
                    ('words', models.TextField(help_text='Name, title, meaning and unit, folded.')),
                    ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='columns', to='statistics.dataset')),
                ],
                options={
                    'ordering': ['dataset', 'position', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('dataset', 'position'), name='dataset_column_has_its_place')],
                },
            ),
        ]),
        migrations.AlterModelOptions(
            name='poll',
            options={'ordering': ['-fieldwork_to', 'code', '-version']},
        ),
        migrations.AddField(
            model_name='datarequest',
            name='kept_until',
            field=models.DateField(blank=True, help_text='Last day on which it is kept, once it is answered.', null=True),
        ),
        migrations.AddField(
            model_name='datasetversion',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='datasetversion',
            name='erased_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='poll',
            name='correction',
            field=models.TextField(blank=True, help_text='What a later version changes, and why.'),
        ),
        migrations.AddField(
            model_name='poll',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='datasetversion',
            name='file',
            field=models.ForeignKey(blank=True, help_text='As it came; none once it was erased.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AlterField(
            model_name='datasetversion',
            name='reason',
            field=models.CharField(blank=True, help_text='Why it left quarantine all the same, or was erased.', max_length=500),
        ),
        migrations.AlterField(
            model_name='datasetversion',
            name='state',
            field=models.CharField(choices=[('received', 'Received'), ('refused', 'Refused'), ('profiled', 'Profiled'), ('quarantined', 'Quarantined'), ('published', 'Published'), ('erased', 'Erased')], default='received', max_length=11),
        ),
        migrations.AlterField(
            model_name='poll',
            name='code',
            field=models.SlugField(max_length=60),
        ),
        migrations.AddConstraint(
            model_name='datasetversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'erased'), _negated=True), ('file__isnull', False)), models.Q(('csv_file', None), ('erased_at__isnull', False), ('file', None), ('rows_file', None), ('state', 'erased')), _connector='OR'), name='dataset_version_erased_has_no_file'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(fields=('code', 'version'), name='poll_version_once'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('signed_at', None)), fields=('code',), name='poll_is_open_once'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction', ''), ('version', 1)), models.Q(('version__gt', 1), models.Q(('correction', ''), _negated=True)), _connector='OR'), name='poll_correction_says_why', violation_error_message='A correction says what it changes, and why.'),
        ),
        migrations.RunPython(list_columns, migrations.RunPython.noop),
        migrations.RunPython(guard, lift),
    ]
