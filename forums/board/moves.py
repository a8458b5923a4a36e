"""Moving parts on the board: nothing is written that has effects nobody saw, or over somebody else's move."""

import hashlib
import json
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Forum, ForumState
from forums.operations.forums import keep_times
from forums.operations.relocating import effects_of, move_part, place_in_words
from waic.lib import clock, pagecache
from waic.lib.text import localized


@dataclass(frozen=True)
class Outlook:
    """What a move would cause, in sentences. `asks`: whoever moves should say yes first."""

    refused: list
    caused: list
    mended: list
    asks: bool

    @property
    def digest(self):
        """A short word for what was shown; another one when the world has changed meanwhile."""
        shown = json.dumps([self.refused, self.caused, self.mended])
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    def as_json(self):
        return {
            "refused": self.refused, "caused": self.caused, "mended": self.mended,
            "asks": self.asks, "digest": self.digest,
        }  # fmt: skip


class AsksFirst(Exception):
    """The move has effects that the person has not seen yet."""

    def __init__(self, outlook):
        super().__init__()
        self.outlook = outlook


def outlook_of(place):
    """The Outlook of a Place; a fixed number of queries."""
    effects = effects_of(place.part, **place.target)
    told = _told(place.part.forum, effects) if effects.is_move else []
    caused = [finding.sentence for finding in effects.caused] + _clashes(effects)
    return Outlook(
        refused=[str(sentence) for sentence in effects.refused],
        caused=caused + told,
        mended=[finding.sentence for finding in effects.mended],
        asks=effects.is_move and bool(caused or told),
    )


def _clashes(effects):
    return [
        ngettext(
            "%(count)d person with a seat here also holds one in “%(forum)s”, which is then at the same time.",
            "%(count)d people with a seat here also hold one in “%(forum)s”, which is then at the same time.",
            count,
        )
        % {"count": count, "forum": localized(forum, "title")}
        for forum, count in effects.bookings
    ]


def _told(forum, effects):
    """Of a forum that everybody sees, who will hear that it has moved."""
    if forum.state != ForumState.PUBLISHED or not (effects.guests or effects.hosts or effects.booked):  # fmt: skip
        return []
    sentence = _("This forum is published. Concerned: guests %(guests)d, hosts %(hosts)d, people with a seat %(booked)d. Mails: %(mails)d.")  # fmt: skip
    words = {"guests": len(effects.guests), "hosts": effects.hosts, "booked": effects.booked, "mails": effects.mails}  # fmt: skip
    return [sentence % words]


def save_move(place, *, by, seen=""):
    """Move a part to its Place; the saved part.

    `seen` is the digest of the effects the person said yes to; AsksFirst when there are others. ValidationError:
    `stale` names who moved the forum where, others are those of `move_part`.
    """
    outlook = outlook_of(place)
    if outlook.asks and not outlook.refused and seen != outlook.digest:
        if place.version != place.part.forum.version:
            raise overtaken(place.part)
        raise AsksFirst(outlook)
    try:
        return move_part(place.part, **place.target, by=by, version=place.version)
    except ValidationError as refusal:
        if code_of(refusal) == "stale":
            raise overtaken(place.part) from refusal
        raise


def code_of(refusal):
    return getattr(refusal, "code", None)


def overtaken(part):
    """The refusal of a move that somebody else was faster with: who it was, and where the forum is now."""
    forum = Forum.objects.get(pk=part.forum_id)
    now = forum.parts.select_related("room__venue", "forum").filter(pk=part.pk).first() if part.pk else forum.parts.first()  # fmt: skip
    words = {
        "name": _last_to_change(forum) or _("Somebody"), "forum": localized(forum, "title"),
        "place": place_in_words(now) if now else _("without a place"),
    }  # fmt: skip
    sentence = _("%(name)s was faster: “%(forum)s” has been changed and is now here: %(place)s.")  # fmt: skip
    return ValidationError(sentence % words, code="stale")


def _last_to_change(forum):
    kind = ContentType.objects.get_for_model(Forum)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(forum.pk))
    last = rows.select_related("user").order_by("-action_time", "-pk").first()
    return str(last.user) if last else ""


@transaction.atomic
def take_off(part, *, version, by):
    """Give a forum's time and room up, back to those without a place; the forum.

    ValidationError `stale` when somebody was faster, `published` for a forum that everybody sees: it is moved instead.
    """
    forum = Forum.objects.select_for_update(no_key=True).get(pk=part.forum_id)
    if forum.version != version:
        raise overtaken(part)
    if forum.state == ForumState.PUBLISHED:
        sentence = _("“%(forum)s” is published. Move it, or withdraw its publication first.")
        raise ValidationError(sentence % {"forum": localized(forum, "title")}, code="published")
    before = place_in_words(part)
    part.delete()
    keep_times(forum)
    Forum.objects.filter(pk=forum.pk).update(version=F("version") + 1, changed_at=clock.now())
    pagecache.bump()
    LogEntry.objects.log_actions(by.pk, [forum], CHANGE, _("Taken off: %(before)s") % {"before": before}, single_object=True)  # fmt: skip
    return forum
