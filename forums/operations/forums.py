"""Making, placing, publishing and cancelling forums."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from forums.models import Forum, ForumPart, ForumState, Slot, SlotState, Speaker
from forums.models.moments import AllMoments, no_moments
from forums.operations.called_off import give_all_back
from forums.operations.moved import move_bookings
from forums.operations.moving import check_parts
from forums.releases.indexing import findables_of, index_programme
from forums.releases.live import Live
from forums.releases.shown import forget_programme, has_release, is_released
from forums.workflow import FORUM
from waic.editions.search import forget, index
from waic.lib import clock, pagecache
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import localized

TEXTS = ("title_zh", "title_en", "summary_zh", "summary_en", "language")


def clash_of(part):
    """The part of another forum that holds the same room at an overlapping time, or None."""
    if not part.room_id or part.room.allows_parallel:
        return None
    others = ForumPart.objects.filter(
        room=part.room, holds_room=True, starts_at__lt=part.ends_at, ends_at__gt=part.starts_at
    )
    return others.exclude(pk=part.pk).select_related("forum").order_by("starts_at").first()


def check_room(part):
    """ValidationError that names the other forum when the room is taken."""
    if (
        part.starts_at
        and part.ends_at
        and part.starts_at < part.ends_at
        and (other := clash_of(part))
    ):
        raise ValidationError(
            {"room": ValidationError(
                _("%(room)s is taken by “%(forum)s” on %(day)s, %(start)s–%(end)s. Choose another room or time."), code="room_taken",
                params={"room": part.room, "forum": localized(other.forum, "title"), "day": day(other.starts_at),
                        "start": hour(other.starts_at), "end": hour(other.ends_at)},
            )}
        )  # fmt: skip


@transaction.atomic
def place_part(part, *, agenda=(), judged=False):
    """Save a part, and the slots that move with it; ValidationError when a rule of the edition refuses, or when its
    room is taken, also when somebody was faster by a moment. `judged`: the rules were asked already."""
    part.full_clean(validate_constraints=False)
    check_room(part)
    if not judged:
        check_parts(part.forum, [part], agenda=agenda)
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError as error:
        # The exclusion constraint has the last word; now the other one can be named.
        check_room(part)
        raise ValidationError(_("This room is taken at that time."), code="room_taken") from error
    for slot in agenda:
        slot.save()
    keep_times(part.forum)
    return part


@transaction.atomic
def keep_times(forum):
    """Forum.starts_at and ends_at from its parts, and its date; the seats of its visitors follow.

    The times of a forum that was released, and its seats, wait for the next release (forums.releases.seating).
    """
    span = forum.parts.aggregate(
        first=Min("starts_at"), last=Max("ends_at"), all=AllMoments("starts_at", "ends_at")
    )
    date = span["first"].astimezone(clock.ZONE).date() if span["first"] else forum.date
    times = {"starts_at": span["first"], "ends_at": span["last"], "date": date}
    waits = is_released(forum)
    if not waits:
        times["times"] = span["all"] or no_moments()
    row = Forum.objects.filter(pk=forum.pk)
    # Without a change nothing is written: calendars and open forms would take a new version for one.
    if row.values(*times).get() != times:
        row.update(**times, version=F("version") + 1, changed_at=clock.now())
    forum.refresh_from_db(fields=[*times, "version", "changed_at"])
    if not waits:
        move_bookings(forum)


@transaction.atomic
def change_texts(forum, changes, *, version):
    """Write what a host may write and no other column; ValidationError `stale` when somebody was faster."""
    texts = {name: changes[name] for name in TEXTS if name in changes}
    row = Forum.objects.filter(pk=forum.pk, version=version)
    if not row.update(**texts, version=F("version") + 1, changed_at=clock.now()):
        raise stale()
    forum.refresh_from_db()
    index_forum(forum)
    return forum


def stale():
    """The refusal of a form that was filled in from an older version."""
    sentence = _("Somebody changed this profile meanwhile. Compare, then save again.")
    return ValidationError({"version": ValidationError(sentence, code="stale")})


@transaction.atomic
def publish_forum(forum, *, by=None, reason="", version=None):
    """Show a forum to everybody. ValidationError when it has no title or its speakers are missing a name."""
    if not forum.title_zh:
        raise ValidationError(
            _("A forum needs a Chinese title before it is published."), code="incomplete"
        )
    FORUM.take(forum, "publish", by=by, reason=reason, version=version)
    # Steps are taken below the querysets that bump by themselves.
    pagecache.bump()
    index_forum(forum)
    return forum


@transaction.atomic
def cancel_forum(forum, *, by=None, reason="", version=None):
    """Call a forum off: its rooms are free again, it leaves the search, calendars keep it as cancelled."""
    FORUM.take(forum, "cancel", by=by, reason=reason, version=version, changed_at=clock.now())
    forum.parts.update(holds_room=False)
    give_all_back(forum, by=by)
    Slot.objects.filter(session__forum=forum).exclude(state=SlotState.CANCELLED).update(
        state=SlotState.CANCELLED, sequence=F("sequence") + 1, changed_at=clock.now()
    )
    _forget(forum)
    return forum


def hand_in_forum(forum, *, by=None, reason="", version=None):
    """The host says the forum is complete; the desk looks at it."""
    return FORUM.take(forum, "hand_in", by=by, reason=reason, version=version)


def withdraw_publication(forum, *, by=None, reason="", version=None):
    """Back to the desk; the public does not see it any more."""
    with transaction.atomic():
        FORUM.take(forum, "unpublish", by=by, reason=reason, version=version)
        _forget(forum)
    return forum


def _forget(forum):
    """Nobody finds a forum that is not public any more, nor its sessions, nor guests who are in no other one."""
    pagecache.bump()
    if has_release(forum.edition):
        forget_programme(forum.edition)
        index_programme(forum.edition)
        return
    forget(forum.edition, "forum", [forum.code])
    forget(forum.edition, "session", forum.sessions.values_list("code", flat=True))
    guests = Speaker.objects.filter(participations__forum=forum)
    _forget_hidden(forum.edition, guests)


def index_forum(forum):
    """Make a published forum, its sessions and its guests findable; of an edition with releases, what is released is found."""
    if forum.state != ForumState.PUBLISHED or has_release(forum.edition):
        return
    index(forum.edition, findables_of(list(Live(forum.edition).whole().filter(pk=forum.pk))))
    unannounced = Speaker.objects.filter(
        participations__forum=forum, participations__is_confirmed=False
    )
    _forget_hidden(forum.edition, unannounced)


def _forget_hidden(edition, guests):
    """Who of these guests is in no public forum, or not announced there, is not found."""
    hidden = guests.exclude(pk__in=Speaker.objects.public().values("pk"))
    forget(edition, "speaker", hidden.values_list("code", flat=True))
