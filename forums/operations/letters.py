"""The letter of an invitation as a PDF, in Chinese and in English, in the desk's wording."""

from copy import copy

from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import SlotState
from forums.releases.places import as_told
from waic.lib import clock
from waic.lib.files import PDF, store
from waic.lib.pdf import compile_pdf
from waic.lib.templatetags.dates import full_day
from waic.lib.text import localized
from waic.notifications.outbox import render

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def letter_context(invitation):
    """What the letter, the mail and the page behind the link may speak about: what everybody is told of forum and session."""
    told = copy(invitation)
    told.forum = copy(invitation.forum)
    as_told([told])
    return {
        "invitation": invitation,
        "speaker": invitation.speaker,
        "forum": told.forum,
        "session": told.session,
        "slot": _first(told.session.slots.all()) if told.session else None,
        "place": _place_of(told),
    }


def _first(entries):
    """The first slot or part that takes place, or None."""
    taking_place = [e for e in entries if getattr(e, "state", "") != SlotState.CANCELLED]
    return min(taking_place, key=lambda entry: entry.starts_at, default=None)


def _place_of(told):
    """Room and house in the reader's language, as late as it is asked for; "" where it is not known yet."""
    slot = _first(told.session.slots.all()) if told.session else None
    entry = slot if slot and slot.room else _first(told.forum.parts.all())
    note = getattr(entry, "place_note", "")
    return entry.room or note if entry else ""


def letter_pdf(invitation, column):
    """The bytes of the letter in "zh" or "en"; before it is sent, it says that it is a draft."""
    language = LANGUAGES[column]
    words = render("forums/letter", language, letter_context(invitation))
    with translation.override(language):
        data = {
            "title": words.subject, "conference": localized(invitation.forum.edition, "name"), "lang": column,
            "number": invitation.number or "—", "number_label": _("No."),
            "date": full_day(invitation.sent_at or clock.now()),
            "paragraphs": [part.splitlines() for part in words.text.split("\n\n") if part.strip()],
            "signature": _("Organising committee of the conference"), "draft": "" if invitation.number else _("Draft"),
        }  # fmt: skip
    return compile_pdf("forums/pdf/letter.typ", data)


def keep_letters(invitation):
    """Make and keep both letters, as they are sent."""
    for column in LANGUAGES:
        name = f"{invitation.number}-{column}.pdf"
        stored = store(
            letter_pdf(invitation, column), name=name, media_type=PDF, kind="invitation-letter"
        )
        setattr(invitation, f"letter_{column}", stored)
    invitation.save(update_fields=["letter_zh", "letter_en"])
    return [invitation.letter_zh, invitation.letter_en]
