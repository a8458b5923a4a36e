"""Wording is looked over by a second person, text by text; an edit opens that text again and no other."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Forum, Wording
from waic.lib import clock

FORUM_TEXTS = ("title_zh", "title_en", "summary_zh", "summary_en")
SESSION_TEXTS = ("title_zh", "title_en", "abstract_zh", "abstract_en")


def digest(text):
    """A text's fingerprint, the same as the database's MD5(); a comparison, no secret."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def note_edits(forum, fields, *, by, session=None):
    """Remember who wrote these texts last, so that somebody else looks them over."""
    texts = FORUM_TEXTS if session is None else SESSION_TEXTS
    for name in fields:
        if name in texts:
            Wording.objects.update_or_create(
                forum=forum, session=session, field=name, defaults={"edited_by": by}
            )


def open_texts(forum):
    """[(session or None, field, text, who wrote it)] of the texts nobody has looked over as they are now."""
    known = {(w.session_id, w.field): w for w in forum.wordings.select_related("edited_by")}
    found = []
    for owner, names in [(forum, FORUM_TEXTS), *((s, SESSION_TEXTS) for s in forum.sessions.all())]:
        session = None if owner is forum else owner
        for name in names:
            text, row = getattr(owner, name), known.get((session.pk if session else None, name))
            if text and (row is None or row.digest != digest(text)):
                found.append((session, name, text, row.edited_by if row else None))
    return found


@transaction.atomic
def review_wording(forum, marks, *, by):
    """Say that texts are right as they stand; answers how many.

    marks: {(session pk or None, field): digest of the text that was read}. ValidationError `own` for a text one wrote
    last oneself, `stale` for one that is different by now.
    """
    forum = Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=forum.pk)
    there = {
        (s.pk if s else None, name): (s, text, who) for s, name, text, who in open_texts(forum)
    }
    done = 0
    for (pk, name), seen in marks.items():
        if (pk, name) not in there:
            continue
        session, text, writer = there[pk, name]
        if digest(text) != seen:
            raise ValidationError(
                _("A text changed while you read it. Please look again."), code="stale"
            )
        if writer == by:
            raise ValidationError(
                _("You wrote a text of these last; a colleague has to look it over."), code="own"
            )
        Wording.objects.update_or_create(
            forum=forum, session=session, field=name,
            defaults={"digest": seen, "reviewed_by": by, "reviewed_at": clock.now()},
        )  # fmt: skip
        done += 1
    return done
