"""Indexes that only repeat the beginning of another one cost every act and help no question."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REPEATED = (
    ("answerset", "case"),
    ("case", "agency"),
    ("case", "reporter"),
    ("case", "service"),
    ("caseclock", "case"),
    ("caseevent", "case"),
    ("caseevent", "on_behalf_of"),
    ("caseparty", "person"),
    ("notice", "person"),
)


def drop(apps, schema_editor):
    """Drop the index alone: SQLite would make the whole table again, without its triggers."""
    for model_name, name in REPEATED:
        model = apps.get_model("services", model_name)
        known = {index.name for index in model._meta.indexes}
        column = model._meta.get_field(name).column
        for index in schema_editor._constraint_names(
            model, [column], unique=False, primary_key=False, index=True, exclude=known
        ):
            schema_editor.execute(schema_editor._delete_index_sql(model, index))


def restore(apps, schema_editor):
    """Make the indexes again."""
    for model_name, name in REPEATED:
        model = apps.get_model("services", model_name)
        field = model._meta.get_field(name)
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0003_places_shared_and_days_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, restore)],
            state_operations=[
                migrations.AlterField(
                    model_name="answerset",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer_sets",
                        to="services.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="case",
                    name="agency",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="core.agency",
                    ),
                ),
                migrations.AlterField(
                    model_name="case",
                    name="reporter",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="case",
                    name="service",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="services.service",
                    ),
                ),
                migrations.AlterField(
                    model_name="caseclock",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="services.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="caseevent",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="services.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="caseevent",
                    name="on_behalf_of",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.agency",
                    ),
                ),
                migrations.AlterField(
                    model_name="caseparty",
                    name="person",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_parties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="notice",
                    name="person",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
