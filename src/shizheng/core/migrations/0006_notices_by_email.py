"""Whether a person wants notices of the site by e-mail as well."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("core", "0005_tokens_of_people")]

    operations = [
        migrations.AddField("user", "notices_by_email", models.BooleanField(default=False, help_text="Wants what the site tells them by e-mail too.")),
    ]
