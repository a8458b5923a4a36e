"""What the desk's pages of releases say of a difference: sentences per forum, who is told, one of their mails."""

from django.utils.translation import gettext_lazy as _

from forums.releases import diff, telling
from forums.releases.wording import KINDS, names_in, said, sentence

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


def shown_readers(edition, forums):
    readers = telling.readers_of(forums)
    counts = [
        (label, sum(role in reader.roles for reader in readers))
        for role, label in ((telling.SPEAKER, _("speakers")), (telling.HOST, _("forum hosts")), (telling.VISITOR, _("visitors")))
    ]  # fmt: skip
    sample = telling.sample_of(edition, readers[0], names_in(forums)) if readers else None
    return {"readers": readers[:MOST_READERS], "reader_count": len(readers), "reader_counts": counts, "sample": sample}  # fmt: skip
