"""One forum, one session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import DetailView

from forums.jsonld import forum_ld, session_ld
from forums.models import (
    Forum,
    ForumState,
    Lottery,
    LotteryState,
    OrganisationRole,
    Session,
    SlotState,
)
from forums.operations.lottery import list_of, lots_of
from forums.releases.shown import hand_over, public_programme, shown_with
from forums.strands import days_of, river_of
from forums.views.extras import extras_of_forum, extras_of_session, with_extras
from forums.views.mine import WithStars
from forums.views.pages import ProgrammePage
from waic.lib import clock
from waic.lib.pagecache import public_page


class ForumView(WithStars, ProgrammePage, DetailView):
    """Hosts, time and place, agenda, guests, seats."""

    template_name = "forums/forum.html"
    context_object_name = "forum"
    section = "programme"

    def setup(self, request, *args, **kwargs):
        # The edition comes with the forum, and the release with both, which saves their own queries.
        View.setup(self, request, *args, **kwargs)
        forums = Forum.objects.published().select_related("edition__stage_rules", "kind", "lottery")
        forums = with_extras(forums.annotate(**shown_with("edition")), "forum")
        here = {"code": kwargs["code"], "edition__year": kwargs["year"]}
        self.forum = get_object_or_404(forums, **here, edition__is_published=True)
        self.edition = self.forum.edition
        hand_over(self.forum, self.edition)

    def get_object(self, queryset=None):
        forum = public_programme(self.edition).forum(self.forum)
        if forum is None:
            raise Http404
        return forum

    def get_context_data(self, **kwargs):
        forum, now = self.object, clock.now()
        people = people_by_session(forum)
        sessions = public_programme(self.edition).agenda(forum)
        agenda = [AgendaRow(row, now, people.get(row.pk, ())) for row in sessions]
        extras = extras_of_forum(forum, agenda, self.forum)
        return super().get_context_data(
            agenda=agenda,
            guests=guests_of(forum),
            roles=organisations_by_role(forum),
            now=now,
            is_now=bool(forum.starts_at) and forum.starts_at <= now < forum.ends_at,
            river=river_of(forum, self.edition),
            days=days_of(forum, self.edition),
            ld=forum_ld(forum, self.edition, extras["streams"]),
            **extras,
            **kwargs,
        )


@public_page(ttl=60)
def lots_txt(request, year, code):
    """The closed list of a draw, a lot a line: its SHA-256 is the hash on the forum's page."""
    closed = Lottery.objects.filter(
        forum__code=code, forum__edition__year=year, forum__edition__is_published=True,
        forum__state=ForumState.PUBLISHED,
    ).exclude(state=LotteryState.OPEN)  # fmt: skip
    lottery = get_object_or_404(closed.select_related("forum__edition"))
    if public_programme(lottery.forum.edition).forum(lottery.forum) is None:
        raise Http404
    lots = lots_of(lottery)
    return HttpResponse(list_of(lots), content_type="text/plain; charset=utf-8")


class SessionView(WithStars, ProgrammePage, DetailView):
    """One item of an agenda."""

    template_name = "forums/session.html"
    context_object_name = "session"
    section = "programme"

    def get_object(self, queryset=None):
        session = public_programme(self.edition).session(self.kwargs["code"])
        if session is None:
            raise Http404
        return session

    def get_context_data(self, **kwargs):
        session = self.object
        extras = extras_of_session(session, self.edition)
        ld = session_ld(session, self.edition, extras["streams"])
        return super().get_context_data(ld=ld, **extras, **kwargs)


@dataclass(frozen=True)
class AgendaRow:
    """An item of the agenda at a moment; `session` carries the time of its first slot, if it has one."""

    session: Session
    now: datetime
    people: tuple = ()

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


def people_by_session(forum):
    """{number of a session: [its guests in order]} of the rows a forum was read with."""
    found: dict = {}
    for participation in forum.participations.all():
        found.setdefault(participation.session_id, []).append(participation.speaker)
    return found


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
