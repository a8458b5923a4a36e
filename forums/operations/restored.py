"""What taking the draft back to a release leaves behind: a newer version and an entry in the history of each forum."""

from collections import defaultdict

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Forum
from waic.lib import clock, pagecache
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import language_column


def put_on_record(plan, release, by):
    """Raise the version of each forum of a Restoration, and say in its history who did it and what went back.

    As many queries for a hundred forums as for one; without a person there is no entry.
    """
    forums = Forum.objects.filter(pk__in=plan.forums)
    forums.update(version=F("version") + 1, changed_at=clock.now())
    pagecache.bump()
    if by is not None:
        kind, changes = ContentType.objects.get_for_model(Forum), changes_of(plan)
        LogEntry.objects.bulk_create(
            LogEntry(
                user=by, content_type=kind, object_id=str(forum.pk), object_repr=str(forum)[:200],
                action_flag=CHANGE, change_message=_message(release, changes[forum.pk]),
            )
            for forum in forums.order_by("pk")
        )  # fmt: skip


def _message(release, changes):
    words = {"number": release.number, "changes": _("; ").join(changes)}
    return _("The draft was taken back to release %(number)d: %(changes)s") % words


def changes_of(plan):
    """{forum: what went back of it: its parts, how many items of its agenda, titles}."""
    was = {item.key: item for item in (*plan.programme.parts, *plan.programme.slots)}
    found, agenda = defaultdict(list), defaultdict(int)
    for item in plan.moves:
        if item.kind == "part":
            found[item.forum].append(f"{_place(plan, was[item.key])} → {_place(plan, item)}")
        agenda[item.forum] += item.kind == "slot"
    for forum, count in agenda.items():
        if count:
            words = ngettext("%(count)d item of the agenda", "%(count)d items of the agenda", count)
            found[forum].append(words % {"count": count})
    for title in plan.titles:
        before, after = _differing(title)
        found[title.forum].append(f"“{before}” → “{after}”")
    return found


def _place(plan, item):
    """5 July 10:00–12:00, Room"""
    room = plan.programme.places[item.room].name if item.room else _("no room")
    return f"{day(item.starts)} {hour(item.starts)}–{hour(item.ends)}, {room}"


def _differing(title):
    """The title before and after in the reader's language, or in the other one where that alone is different."""
    pairs = list(zip(title.before, title.after, strict=True))
    own, other = pairs[::-1] if language_column() == "en" else pairs
    return own if own[0] != own[1] else other
