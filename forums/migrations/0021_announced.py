"""Sessions remember when their guests were told that they take place."""

from django.db import migrations

from forums.models.moments import MomentsField


class Migration(migrations.Migration):
    dependencies = [("forums", "0020_people_in_print")]

    operations = [
        migrations.AddField("session", "announced", MomentsField(default=None, editable=False, null=True))
    ]
