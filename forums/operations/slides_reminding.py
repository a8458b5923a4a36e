"""Reminders of slides that are missing: one mail a person and day, with everything that is."""

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import InvitationState
from forums.operations.invitations import language_of, recipient_of
from forums.operations.personal_links import token_of
from forums.operations.slides import SLIDES_RULE, is_open, missing_slides
from waic.lib import clock
from waic.lib.templatetags.dates import moment
from waic.notifications.models import Message
from waic.notifications.outbox import notify


@transaction.atomic
def remind_of_slides(rows):
    """Write to the speakers of those contributions that have no slides and may still be sent; how many were written to.

    A person gets one mail a day with everything that is missing, however often somebody asks.
    """
    found: dict = {}
    for row in missing_slides().filter(pk__in=[row.pk for row in rows]):
        if recipient_of(row.speaker) and is_open(row):
            found.setdefault(row.speaker, []).append(row)
    causes = {
        f"slides:{speaker.pk}:{clock.today()}": (speaker, lines) for speaker, lines in found.items()
    }
    told = set(Message.objects.filter(cause__in=causes).values_list("cause", flat=True))
    for cause in causes.keys() - told:
        _remind(cause, *causes[cause])
    return len(causes.keys() - told)


def _remind(cause, speaker, missing):
    language = language_of(speaker)
    with translation.override(language):
        lines = "\n".join(
            _("%(what)s: by %(due)s") % {"what": row.session or row.forum, "due": moment(row.due)}
            if row.due else str(row.session or row.forum)
            for row in missing
        )  # fmt: skip
        link = _page_of(speaker)
    notify(
        recipient_of(speaker), "forums/slides_reminder", cause=cause, language=language, link=link, secret="?link=" in link,
        context={"speaker": speaker, "missing": lines, "rule": SLIDES_RULE.help_text},
    )  # fmt: skip


def _page_of(speaker):
    """The speaker's page; for somebody without an account through the letter they accepted."""
    page = reverse("forums:speaking", args=[speaker.code])
    if speaker.user_id:
        return f"{page}#slides"
    letter = speaker.invitations.filter(state=InvitationState.ACCEPTED).first()
    return f"{page}?link={token_of(letter)}#slides" if letter else page
