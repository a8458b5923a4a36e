"""What a speaker tells the conference, and what is still missing of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from forums.models import Consent, ConsentKind, ForumPart, Participation, Slot, Speaker, Travel
from forums.models.moments import First
from forums.operations.invitations import OPEN
from forums.operations.slides import contributions
from forums.releases.places import as_told
from waic.lib import clock
from waic.lib.models import StepRecord

TRAVEL = ("arrives_at", "arrives_by", "departs_at", "departs_by", "hotel", "contact")
# How long before their first appearance something should be here.
PROFILE_BEFORE, TRAVEL_BEFORE, CONSENT_BEFORE = timedelta(14), timedelta(7), timedelta(3)


# --- Consents -----------------------------------------------------------------------------------


def consents_of(speaker):
    """{kind: newest Consent or None}"""
    newest: dict = dict.fromkeys(ConsentKind.values)
    for consent in speaker.consents.order_by("answered_at", "pk"):
        newest[consent.kind] = consent
    return newest


def has_consented(speaker, kind):
    """Whether the newest answer of this kind is yes; no answer is no."""
    newest = speaker.consents.filter(kind=kind).first()
    return bool(newest and newest.is_given)


@transaction.atomic
def answer_consent(speaker, kind, is_given, *, by=None):
    """Write a new answer beside the old ones; ValidationError for an unknown kind. Twice the same is once."""
    if kind not in ConsentKind.values:
        raise ValidationError(_("There is no such consent."), code="kind")
    Speaker.objects.select_for_update(no_key=True, of=("self",)).get(pk=speaker.pk)
    newest = speaker.consents.filter(kind=kind).first()
    if newest and newest.is_given == is_given:
        return newest
    return Consent.objects.create(
        speaker=speaker, kind=kind, is_given=is_given, answered_at=clock.now(), by=by
    )


# --- Travel -------------------------------------------------------------------------------------


def travel_of(speaker):
    """The travel row of a speaker, saved or not."""
    return speaker.travels.first() or Travel(speaker=speaker, version=0)


@transaction.atomic
def change_travel(speaker, changes, *, version):
    """Write how somebody travels; ValidationError `stale` when `version` (0: none yet) is not the newest."""
    Speaker.objects.select_for_update(no_key=True, of=("self",)).get(pk=speaker.pk)
    travel = travel_of(speaker)
    if travel.version != version:
        sentence = _("Somebody changed this meanwhile. Compare, then save again.")
        raise ValidationError({"version": ValidationError(sentence, code="stale")})
    for name in TRAVEL:
        setattr(travel, name, changes[name])
    travel.version += 1
    travel.full_clean(exclude=["speaker"])
    travel.save()
    return travel


def record_opening(travel, *, by):
    """Whoever looks at somebody's travel is on record, before they see it."""
    return StepRecord.objects.record(
        travel, step="open", before="", after="opened", by=by, reason=""
    )


# --- Appearances and what is missing ------------------------------------------------------------


def appearances_of(speaker):
    """Confirmed places on the programme at the times they were told, in order; a fixed number of queries."""
    slots = Slot.objects.select_related("room__venue").order_by("starts_at", "pk")
    parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
    rows = (
        Participation.objects.announced().filter(speaker=speaker).exclude(forum__state="cancelled")
    )
    rows = rows.select_related("forum__edition", "forum__kind", "session").prefetch_related(
        Prefetch("session__slots", slots), Prefetch("forum__parts", parts)
    )
    return as_told(list(rows.order_by(First("forum__times").asc(nulls_last=True), "order", "pk")))


@dataclass(frozen=True)
class Missing:
    """A thing to do: its words, where, by when, and whether it is done."""

    words: str
    anchor: str
    is_done: bool
    due: datetime | None = None

    @property
    def is_late(self):
        return not self.is_done and self.due is not None and self.due <= clock.now()


def slides_to_do(speaker):
    """[Missing] for each contribution the stage expects slides of."""
    rows = contributions().presenting().filter(speaker=speaker)
    return [
        Missing(_("Slides: %s") % (row.session or row.forum), "slides", row.has_slides, row.due) for row in rows
    ]  # fmt: skip


def to_do(speaker, appearances):
    """[Missing] of a speaker, what is open and due first at the top."""
    starts = [a.forum.announced_start for a in appearances if a.forum.announced_start]
    first = min(starts, default=None)
    consents = consents_of(speaker)

    def by(before):
        return first and first - before

    letters = speaker.invitations.filter(state__in=OPEN).select_related("forum")
    found = [Missing(_("Answer the invitation: %s") % i.forum, "answer", False, i.reply_by) for i in letters]  # fmt: skip
    found += [
        Missing(_("Biography in Chinese"), "profile", bool(speaker.bio_zh), by(PROFILE_BEFORE)),
        Missing(_("Biography in English"), "profile", bool(speaker.bio_en), by(PROFILE_BEFORE)),
        Missing(_("Photo"), "profile", bool(speaker.photo_id), by(PROFILE_BEFORE)),
        Missing(_("Consents"), "consents", all(consents.values()), by(CONSENT_BEFORE)),
        Missing(_("Travel"), "travel", speaker.travels.exclude(arrives_at=None).exists(), by(TRAVEL_BEFORE)),
    ]  # fmt: skip
    found += slides_to_do(speaker)
    return sorted(found, key=lambda m: (m.is_done, m.due is None, m.due))
