"""Who is told of a release: computed from the difference since people were told last, one mail per person."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import Booking, BookingState, ForumHost, Release, Speaker, Star
from forums.models.booking import LIVE
from forums.releases import diff
from forums.releases.people import difference_of
from forums.releases.shown import content_of
from forums.releases.wording import names_in, sentence
from waic.accounts.models import User
from waic.lib import clock
from waic.lib.text import localized
from waic.notifications.outbox import notify, render

TEMPLATE = "forums/programme_changed"
MOST_LINES = 30
SPEAKER, HOST, VISITOR = "speaker", "host", "visitor"

# What matters to somebody in the audience: that it is elsewhere, at another time, called otherwise or not at all; and that
# it has a time or one more, which only somebody hears who chose it before.
_FOR_VISITORS = (diff.MOVED, diff.RETITLED, diff.REMOVED, diff.CANCELLED, diff.ADDED)
_sources: list = []


@dataclass
class Reader:
    """Somebody who is told, in which roles, and of what in the order of the programme."""

    recipient: object  # a User, or the address of a guest without an account
    language: str
    roles: set = field(default_factory=set)
    changes: list = field(default_factory=list)
    choices: list = field(
        default_factory=list
    )  # forums whose seat is at the time of another one by now

    @property
    def address(self):
        return getattr(self.recipient, "email", self.recipient).lower()

    def lines(self, names):
        """Sentences in the language at hand, bounded."""
        found = [sentence(change, names) for change in dict.fromkeys(self.changes)]
        more = len(found) - MOST_LINES
        return found[:MOST_LINES] + ([_("… and %d more changes.") % more] if more > 0 else [])


def interested_visitors(source):
    """Register `source(forum numbers)` → (user, forum number) pairs of visitors who want to hear of these forums.

    Booked seats are one such source, stars another.
    """
    _sources.append(source)
    return source


@interested_visitors
def _booked(forums):
    held = Booking.objects.filter(forum__in=forums, state__in=LIVE)
    return ((b.visitor, b.forum_id) for b in held.select_related("visitor"))


@interested_visitors
def _starred(forums):
    return Star.objects.about(forums)


def readers_of(forums):
    """[Reader] for a difference, each person once, by address; a fixed number of queries."""
    found: dict = {}
    _add_speakers(found, forums)
    by_forum = {forum.pk: forum.changes for forum in forums}
    hosts = ForumHost.objects.filter(forum__in=by_forum).select_related("user")
    for host in hosts:
        _add(found, host.user, HOST, by_forum[host.forum_id])
    seen = {
        pk: [c for c in changes if c.of == "forum" and c.kind in _FOR_VISITORS]
        for pk, changes in by_forum.items()
    }
    seen = {pk: changes for pk, changes in seen.items() if changes}
    for source in _sources:
        for user, forum in source(list(seen)):
            _add(found, user, VISITOR, seen[forum])
    _add_starred_sessions(found, forums)
    order = {change: n for n, change in enumerate(c for f in forums for c in f.changes)}
    for reader in found.values():
        reader.changes.sort(key=order.get)
    return sorted(found.values(), key=lambda r: r.address)


def _add_speakers(found, forums):
    changes: dict = {}
    for change in (c for forum in forums for c in forum.changes):
        for number in change.people:
            changes.setdefault(number, []).append(change)
    for speaker in Speaker.objects.filter(pk__in=changes, is_person=True).select_related("user"):
        if recipient := speaker.user or speaker.email:
            language = "zh-hans" if speaker.name_zh else "en"
            _add(found, recipient, SPEAKER, changes[speaker.pk], language)


def _add_starred_sessions(found, forums):
    """Who starred a session hears of what happens to that session inside its forum."""
    changes: dict = {}
    for change in (c for forum in forums for c in forum.changes):
        if change.session and change.kind in _FOR_VISITORS:
            changes.setdefault(change.session, []).append(change)
    for star in Star.objects.filter(session__in=changes).select_related("user").order_by("pk"):
        _add(found, star.user, VISITOR, changes[star.session_id])


def _add(found, recipient, role, changes, language=""):
    if isinstance(recipient, User):
        if not recipient.is_active:
            return
        language = recipient.language
    reader = Reader(recipient, language)
    reader = found.setdefault(reader.address, reader)
    if isinstance(recipient, User):
        reader.recipient, reader.language = recipient, recipient.language
    reader.roles.add(role)
    reader.changes += [change for change in changes if change not in reader.changes]


# --- Telling ------------------------------------------------------------------------------------


def last_told(edition):
    """The release people know of, or None before telling begins."""
    return edition.releases.with_content().exclude(told_at=None).latest_first().first()


def untold(edition, content):
    """The difference between what people were told last and a document."""
    base = last_told(edition)
    return difference_of(edition, content_of(base), content) if base else []


def tell_releases():
    """Every minute: tell of each edition's newest release whose quiet period is over; how many mails were written."""
    waiting = Release.objects.waiting().filter(tell_at__lte=clock.now()).order_by()
    editions = set(waiting.values_list("edition_id", flat=True))
    return sum(_tell_edition(edition) for edition in sorted(editions))


@transaction.atomic
def _tell_edition(edition_id):
    """Mails and the mark that they were written are one transaction, so that nobody is told twice or not at all."""
    rows = Release.objects.select_for_update(skip_locked=True, of=("self",)).latest_first()
    waiting = list(rows.waiting().filter(edition=edition_id).select_related("edition"))
    if not waiting or waiting[0].tell_at > clock.now():
        return 0
    newest = waiting[0]
    forums = untold(newest.edition, content_of(newest))
    names, readers = names_in(forums), readers_of(forums)
    _tell_of_seats(newest.edition, forums, readers)
    for reader in readers:
        _tell(newest, reader, names)
    Release.objects.filter(pk__in=[r.pk for r in waiting]).update(told_at=clock.now())
    return len(readers)


def _tell_of_seats(edition, forums, readers):
    """Who is told has the letter of operations.moved in this mail; where nothing is different after all, there is none."""
    own = {r.recipient.pk: r for r in readers if isinstance(r.recipient, User)}
    moved = Booking.objects.filter(forum__edition=edition, moved_at__isnull=False)
    for booking in moved.filter(visitor__in=own, state=BookingState.CHOOSE).select_related("forum"):
        own[booking.visitor_id].choices.append(booking.forum)
    as_it_was = ~Q(forum__in=[forum.pk for forum in forums])
    moved.filter(Q(visitor__in=own) | as_it_was).update(moved_at=None)


def _tell(release, reader, names):
    with translation.override(reader.language):
        context = _context(release.edition, reader, names)
        link = reverse("forums:programme", args=[release.edition.year])
    cause = f"release:{release.edition_id}:{release.number}"
    notify(reader.recipient, TEMPLATE, cause=cause, context=context, link=link, language=reader.language)  # fmt: skip


def sample_of(edition, reader, names):
    """Subject and text as one reader would get them."""
    with translation.override(reader.language):
        person = reader.recipient if isinstance(reader.recipient, User) else None
        context = {"person": person, **_context(edition, reader, names)}
        return render(TEMPLATE, reader.language, context)


def _context(edition, reader, names):
    changes, choices = reader.lines(names), [localized(f, "title") for f in reader.choices]
    return {"edition": edition, "changes": _list(changes), "choices": _list(choices)}


def _list(lines):
    return "\n".join(f"· {line}" for line in lines)
