"""What may be rated: a forum or a session as the public sees it, with its time and the hours in which it is taken."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from forums.models import Feedback, Forum, Session, StageRules
from forums.releases.shown import public_programme
from waic.lib import clock


@dataclass(frozen=True)
class Place:
    """What is rated: a forum, or a session of it, with its time and the hours in which somebody may say something."""

    forum: object
    session: object = None

    @cached_property
    def times(self):
        """(beginning, end) of what takes place; (None, None) before it has a time."""
        if self.session is None:
            return self.forum.starts_at, self.forum.ends_at
        slots = [slot for slot in self.session.slots.all() if slot.state != "cancelled"]
        if not slots:
            return None, None
        return min(s.starts_at for s in slots), max(s.ends_at for s in slots)

    @property
    def opens_at(self):
        return self.times[0]

    @cached_property
    def closes_at(self):
        end = self.times[1]
        hours = StageRules.objects.of(self.forum.edition).feedback_hours
        return end and end + timedelta(hours=hours)

    @property
    def is_open(self):
        return self.opens_at is not None and self.opens_at <= clock.now() < self.closes_at

    @property
    def rows(self):
        return Feedback.objects.filter(
            forum=self.forum.pk, session=self.session and self.session.pk
        )


def place_of_forum(code):
    """The Place of a published forum; None for one that the public does not see, or not yet."""
    forums = Forum.objects.published().filter(edition__is_published=True, code=code)
    row = forums.select_related("edition", "kind").first()
    forum = row and public_programme(row.edition).forum(row)
    return forum and Place(forum)


def place_of_session(code):
    """The same of a session."""
    sessions = Session.objects.filter(forum__state="published", forum__edition__is_published=True)
    row = sessions.filter(code=code).select_related("forum__edition").first()
    session = row and public_programme(row.forum.edition).session(code)
    if not session:
        return None
    session.forum.edition = row.forum.edition
    return Place(session.forum, session)
