"""What an import leaves in the admin's history: one entry per object, with the name of the file."""

import json

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_noop, override


def write_log(work):
    """Entries for everything that an import added or changed (`work.log`)."""
    LogEntry.objects.bulk_create([_entry(work, *noted) for noted in work.log], batch_size=1000)


def _entry(work, obj, flag, names):
    about = {"name": gettext_noop("import"), "object": work.file_name}
    if flag == CHANGE:
        about["fields"] = [_plain_label(work.column_named[name]) for name in names]
    return LogEntry(
        user=work.by, content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk),
        object_repr=str(obj)[:200], action_flag=flag,
        change_message=json.dumps([{"changed" if flag == CHANGE else "added": about}]),
    )  # fmt: skip


def _plain_label(column):
    """The label as it is in the code: histories are translated when they are read."""
    with override(None):
        return str(column.label)
