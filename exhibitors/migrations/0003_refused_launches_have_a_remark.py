"""A first launch that was refused says why."""

from django.db import migrations, models
from django.db.models import Q


def give_back_unexplained(apps, _schema_editor):
    """A refusal that nobody explained is a claim to be looked at again."""
    launches = apps.get_model("exhibitors", "FirstLaunch").objects
    launches.filter(state="refused", remark="").update(state="claimed")


class Migration(migrations.Migration):
    dependencies = [("exhibitors", "0002_initial")]

    operations = [
        migrations.RunPython(give_back_unexplained, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="firstlaunch",
            constraint=models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(remark=""),
                name="exhibitors_firstlaunch_refused_has_remark",
                violation_error_code="reason",
                violation_error_message="Please give a reason.",
            ),
        ),
    ]
