"""What follows when a guest declines: off the public lists, a task for the forum, a mail to its hosts."""

from datetime import timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import translation

from forums.models import Forum, ForumTask, Participation, ParticipationRole, Session
from forums.models.task import TASK
from forums.operations.forums import index_forum
from forums.releases.indexing import index_guest
from forums.releases.shown import has_release
from waic.lib import clock
from waic.notifications.outbox import notify

URGENT = timedelta(hours=24)


def follow_decline(invitation, speaker):
    """Everything that a decline by `speaker` causes, inside the caller's transaction; the task or None."""
    stays = take_off_the_lists(invitation.forum, speaker, session=invitation.session)
    task = _open_task(invitation, speaker)
    _tell_hosts(invitation, task, stays)
    return task


def take_off_the_lists(forum, speaker, *, session=None):
    """Nobody who declined or was uninvited is announced, in no session of the forum either; feeds show that they are newer.

    A letter for one session is about that one, where the guest has other sessions of the forum: then they stay in those,
    and the answer is True.
    """
    rows = Participation.objects.filter(forum=forum, speaker=speaker, is_confirmed=True)
    stays = session is not None and rows.exclude(session=None).exclude(session=session).exists()
    rows = rows.filter(session=session) if stays else rows
    sessions = list(rows.exclude(session=None).values_list("session", flat=True))
    if rows.update(is_confirmed=False):
        Session.objects.filter(pk__in=sessions).update(changed_at=clock.now())
        Forum.objects.filter(pk=forum.pk).update(changed_at=clock.now())
    index_forum(forum)
    follow_guest(forum.edition, speaker)
    return stays


def follow_guest(edition, speaker):
    """Search finds who the newest release shows; without one index_forum has seen to it."""
    if has_release(edition):
        index_guest(edition, speaker)


def is_urgent(forum):
    """Whether the forum begins within a day, or has begun and is not over."""
    start = forum.announced_start
    return start is not None and start - clock.now() <= URGENT and not forum.is_over


def _open_task(invitation, speaker):
    """A keynote leaves a gap, and so does anybody on the last evening; others are in the desk's mail alone."""
    urgent = is_urgent(invitation.forum)
    if not urgent and not _is_keynote(invitation, speaker):
        return None
    # One per letter, whoever comes twice.
    task, _made = ForumTask.objects.get_or_create(
        invitation=invitation,
        defaults={"forum": invitation.forum, "is_urgent": urgent, "opened_at": clock.now()},
    )
    return task


def _is_keynote(invitation, speaker):
    """By the letter, or as announced meanwhile."""
    keynote = ParticipationRole.KEYNOTE
    listed = Participation.objects.filter(forum=invitation.forum, speaker=speaker, role=keynote)
    return invitation.role == keynote or listed.exists()


def _tell_hosts(invitation, task, stays):
    """The hosts learn who declined; the words with it were written to the organisers."""
    context = {"forum": invitation.forum, "speaker": invitation.speaker, "role": invitation.role,
               "invitation": invitation, "has_task": task is not None, "is_urgent": bool(task and task.is_urgent), "stays": stays, "session": invitation.session}  # fmt: skip
    for host in invitation.forum.hosts.filter(user__is_active=True).select_related("user"):
        with translation.override(host.user.language):
            link = reverse("forums:hosted-forum", args=[invitation.forum.code])
        notify(host.user, "forums/guest_declined", cause=f"invitation:{invitation.pk}:declined", context=context, link=link)  # fmt: skip


# --- Tasks --------------------------------------------------------------------------------------


def tasks_of(forum):
    """The tasks of a forum with what their names show: open ones first, urgent ones before others."""
    rows = ForumTask.objects.filter(forum=forum).select_related("invitation__speaker")
    return rows.order_by(F("closed_at").asc(nulls_first=True), "-is_urgent", "opened_at", "pk")


def finish_task(task, *, by=None, reason="", version=None):
    """Seen to: somebody else was found, or the agenda is another."""
    return TASK.take(task, "done", by=by, reason=reason, version=version)


def drop_task(task, *, by=None, reason="", version=None):
    """Nothing will be done; ValidationError `reason` without saying why."""
    return TASK.take(task, "drop", by=by, reason=reason, version=version)


def reopen_task(task, *, by=None, reason="", version=None):
    """To do after all."""
    return TASK.take(task, "reopen", by=by, reason=reason, version=version, closed_at=None)
