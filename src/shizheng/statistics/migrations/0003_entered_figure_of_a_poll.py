"""A figure that was entered may come from a poll: of how many answers, and their design effect."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_what_the_database_keeps")]
    operations = [
        migrations.AddField(
            model_name="enteredfigure",
            name="answers",
            field=models.PositiveIntegerField(blank=True, help_text="Of a poll.", null=True),
        ),
        migrations.AddField(
            model_name="enteredfigure",
            name="design_effect",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="Of a poll; 1 or more.",
                max_digits=6,
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="enteredfigure",
            constraint=models.CheckConstraint(
                condition=Q(("design_effect", None))
                | Q(("answers__isnull", False), ("design_effect__gte", 1)),
                name="figure_of_poll_is_whole",
            ),
        ),
    ]
