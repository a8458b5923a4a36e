"""One forum, one session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import DetailView

from forums.jsonld import forum_ld, session_ld
from forums.models import (
    Forum,
    ForumOrganisation,
    ForumPart,
    ForumState,
    Honour,
    Lottery,
    LotteryState,
    OrganisationRole,
    Participation,
    Session,
    Slot,
    SlotState,
)
from forums.operations.lottery import list_of, lots_of
from forums.operations.slides import public_slides
from forums.releases.shown import newest_release, remember_release, shown_release
from forums.strands import days_of, river_of
from forums.views.mine import WithStars
from waic.editions.pages import EditionPage
from waic.lib import clock
from waic.lib.pagecache import public_page

# A company on the guest list stays out of the faces: it has no page of its own.
_PEOPLE = (
    Participation.objects.announced()
    .filter(speaker__is_person=True)
    .select_related("speaker__photo")
    .prefetch_related(Prefetch("speaker__honours", Honour.objects.order_by("pk")))
)

_OF_A_FORUM = (
    Prefetch("parts", ForumPart.objects.select_related("room__venue", "room__hall")),
    Prefetch("forum_organisations", ForumOrganisation.objects.select_related("organisation")),
    Prefetch("participations", _PEOPLE),
)


class ForumView(WithStars, EditionPage, DetailView):
    """Hosts, time and place, agenda, guests, seats."""

    template_name = "forums/forum.html"
    context_object_name = "forum"
    section = "programme"

    def setup(self, request, *args, **kwargs):
        # The edition comes with the forum, which saves its own query.
        View.setup(self, request, *args, **kwargs)
        forums = Forum.objects.published().select_related("edition", "kind", "lottery")
        forums = forums.annotate(release=newest_release("edition"))
        here = {"code": kwargs["code"], "edition__year": kwargs["year"]}
        self.forum = get_object_or_404(forums, **here, edition__is_published=True)
        self.edition = self.forum.edition
        remember_release(self.edition, self.forum.release)

    def get_object(self, queryset=None):
        shown = shown_release(self.edition)
        forum = shown.forum(self.forum.code) if shown else self.forum
        if forum is None:
            raise Http404
        prefetch_related_objects([forum], *(_OF_A_FORUM[1:2] if shown else _OF_A_FORUM))
        return forum

    def get_context_data(self, **kwargs):
        forum, now = self.object, clock.now()
        return super().get_context_data(
            agenda=agenda_of(forum),
            guests=guests_of(forum),
            roles=organisations_by_role(forum),
            now=now,
            is_now=bool(forum.starts_at) and forum.starts_at <= now < forum.ends_at,
            river=river_of(forum, self.edition),
            days=days_of(forum, self.edition),
            slides=slides_of(forum, now, participation__forum=forum),
            ld=forum_ld(forum, self.edition),
            **kwargs,
        )


@public_page(ttl=60)
def lots_txt(request, year, code):
    """The closed list of a draw, a lot a line: its SHA-256 is the hash on the forum's page."""
    closed = Lottery.objects.filter(
        forum__code=code, forum__edition__year=year, forum__edition__is_published=True,
        forum__state=ForumState.PUBLISHED,
    ).exclude(state=LotteryState.OPEN)  # fmt: skip
    lots = lots_of(get_object_or_404(closed))
    return HttpResponse(list_of(lots), content_type="text/plain; charset=utf-8")


class SessionView(WithStars, EditionPage, DetailView):
    """One item of an agenda."""

    template_name = "forums/session.html"
    context_object_name = "session"
    slug_field = slug_url_kwarg = "code"
    section = "programme"

    def get_object(self, queryset=None):
        if (shown := shown_release(self.edition)) is None:
            return super().get_object(queryset)
        if (session := shown.session(self.kwargs["code"])) is None:
            raise Http404
        return session

    def get_queryset(self):
        return (
            Session.objects.filter(forum__edition=self.edition, forum__state="published")
            .select_related("forum__kind")
            .prefetch_related(
                Prefetch("slots", Slot.objects.select_related("room__venue")),
                Prefetch("participations", _PEOPLE),
            )
        )

    def get_context_data(self, **kwargs):
        session = self.object
        slides = slides_of(session.forum, clock.now(), participation__session=session)
        ld = session_ld(session, self.edition)
        return super().get_context_data(slides=slides, ld=ld, **kwargs)


def slides_of(forum, now, **where):
    """What may be downloaded; before a forum begins nothing is, which saves asking."""
    begun = forum.starts_at is None or forum.starts_at <= now
    return list(public_slides(**where)) if begun else []


@dataclass(frozen=True)
class AgendaRow:
    """An item of the agenda at a moment; `session` carries the time of its first slot, if it has one."""

    session: Session
    now: datetime

    @property
    def starts_at(self):
        return self.session.starts_at

    @property
    def minutes(self):
        session = self.session
        length = session.ends_at - session.starts_at if session.starts_at else timedelta()
        return int(length.total_seconds() // 60)

    @property
    def is_cancelled(self):
        return self.session.slot_state == SlotState.CANCELLED

    @property
    def is_past(self):
        return bool(self.starts_at) and self.session.ends_at <= self.now

    @property
    def is_now(self):
        begun = bool(self.starts_at) and self.starts_at <= self.now
        return begun and not self.is_past and not self.is_cancelled


def agenda_of(forum):
    """Rows in order of time, one without a slot last. Items come joined with their slots: one query."""
    now = clock.now()
    if getattr(forum, "is_shown_as_released", False):
        return [AgendaRow(session, now) for session in _released_agenda(forum)]
    sessions = forum.sessions.annotate(
        starts_at=F("slots__starts_at"), ends_at=F("slots__ends_at"), slot_state=F("slots__state")
    ).order_by(F("starts_at").asc(nulls_last=True), "order", "slots__pk")
    first: dict = {}
    for session in sessions:
        first.setdefault(session.pk, session)
    return [AgendaRow(session, now) for session in first.values()]


def _released_agenda(forum):
    """The sessions of a release in the same order, each with the time of its first slot."""
    for session in forum.sessions.all():
        slot = min(session.slots.all(), key=lambda s: (s.starts_at, s.pk), default=None)
        session.starts_at, session.ends_at = slot and slot.starts_at, slot and slot.ends_at
        session.slot_state = slot and slot.state
    return sorted(
        forum.sessions.all(), key=lambda s: (s.starts_at is None, s.starts_at or s.order, s.order, s.pk)
    )  # fmt: skip


def guests_of(forum):
    """Each person once, as first announced."""
    seen, guests = set(), []
    for participation in forum.participations.all():
        if participation.speaker_id not in seen:
            seen.add(participation.speaker_id)
            guests.append(participation)
    return guests


def organisations_by_role(forum):
    """[(role's name, [organisations])] in the order of the roles."""
    grouped: dict = {}
    for row in forum.forum_organisations.all():
        grouped.setdefault(row.role, []).append(row.organisation)
    return [(label, grouped[role]) for role, label in OrganisationRole.choices if role in grouped]
