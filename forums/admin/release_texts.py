"""What the desk's pages of releases say of a difference: sentences per forum, who is told, one of their mails."""

from django.utils.translation import gettext_lazy as _

from forums.mending import shown_findings
from forums.models import Forum
from forums.operations.restored import changes_of
from forums.releases import diff, telling
from forums.releases.checking import blocking_findings
from forums.releases.wording import KINDS, names_in, said, sentence
from waic.lib.text import localized

MOST_FORUMS, MOST_CHANGES, MOST_READERS = 60, 30, 50


def shown_difference(forums):
    """Sentences per forum in the reader's language, bounded."""
    names = names_in(forums)
    groups = [
        {
            "title": said(forum.title), "code": forum.code, "more": max(0, len(forum.changes) - MOST_CHANGES),
            "lines": [(c.kind, sentence(c, names)) for c in forum.changes[:MOST_CHANGES]],
        }
        for forum in forums[:MOST_FORUMS]
    ]  # fmt: skip
    counts = diff.count(forums)
    return {
        "groups": groups, "more_forums": max(0, len(forums) - MOST_FORUMS), "change_count": sum(counts.values()),
        "kinds": [(name, counts[kind]) for kind, name in KINDS.items() if kind in counts],
    }  # fmt: skip


def shown_restoration(plan):
    """What taking the draft back would do, by forum, bounded."""
    changes = changes_of(plan)
    forums = Forum.objects.filter(pk__in=changes).order_by("starts_at", "pk")[:MOST_FORUMS]
    groups = [
        {
            "title": localized(forum, "title"), "code": forum.code, "more": max(0, len(changes[forum.pk]) - MOST_CHANGES),
            "lines": [("", words) for words in changes[forum.pk][:MOST_CHANGES]],
        }
        for forum in forums
    ]  # fmt: skip
    return {"groups": groups, "more_forums": max(0, len(changes) - MOST_FORUMS)}


def shown_refusals(edition, content, back):
    """What the rules of today do not let pass of a document, bounded, with where it is mended."""
    found = blocking_findings(edition, content)
    return {"findings": shown_findings(found, back), "finding_count": len(found)}


def shown_readers(edition, forums):
    readers = telling.readers_of(forums)
    counts = [
        (label, sum(role in reader.roles for reader in readers))
        for role, label in ((telling.SPEAKER, _("speakers")), (telling.HOST, _("forum hosts")), (telling.VISITOR, _("visitors")))
    ]  # fmt: skip
    sample = telling.sample_of(edition, readers[0], names_in(forums)) if readers else None
    return {"readers": readers[:MOST_READERS], "reader_count": len(readers), "reader_counts": counts, "sample": sample}  # fmt: skip
