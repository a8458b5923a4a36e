"""Sessions of editions that were released before: the times of their newest release."""

from datetime import datetime

from django.db import migrations
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange


def fill(apps, schema_editor):
    """One update a session; a document that was kept names its sessions by number."""
    Release, Session = apps.get_model("forums", "Release"), apps.get_model("forums", "Session")
    newest = Release.objects.filter(schema__gt=0).order_by("edition_id", "-number").distinct("edition_id")
    for content in newest.values_list("content", flat=True):
        for doc in (session for forum in content["forums"] for session in forum["sessions"]):
            Session.objects.filter(pk=doc["pk"]).update(announced=_times(doc["slots"]))


def _times(slots):
    """Stretches that touch are one, as the database keeps them."""
    found = []
    spans = ((slot["starts"], slot["ends"]) for slot in slots if slot["state"] != "cancelled")
    for starts, ends in sorted((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in spans):
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((starts, ends))
    return TimestamptzMultirange([TimestamptzRange(*span) for span in found])


class Migration(migrations.Migration):
    dependencies = [("forums", "0021_announced")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
