"""One forum, one session."""

from django.db.models import Prefetch
from django.views.generic import DetailView

from forums.jsonld import forum_ld, session_ld
from forums.models import (
    Forum,
    ForumOrganisation,
    ForumPart,
    Honour,
    OrganisationRole,
    Participation,
    Session,
    Slot,
    SlotState,
)
from waic.editions.pages import EditionPage
from waic.lib import clock

# A company on the guest list stays out of the faces: it has no page of its own.
_PEOPLE = (
    Participation.objects.filter(speaker__is_person=True)
    .select_related("speaker__photo")
    .prefetch_related(Prefetch("speaker__honours", Honour.objects.order_by("pk")))
)


class ForumView(EditionPage, DetailView):
    """Hosts, time and place, agenda, guests, seats."""

    template_name = "forums/forum.html"
    context_object_name = "forum"
    slug_field = slug_url_kwarg = "code"
    section = "programme"

    def get_queryset(self):
        return (
            Forum.objects.of_edition(self.edition)
            .published()
            .select_related("kind")
            .prefetch_related(
                Prefetch("parts", ForumPart.objects.select_related("room__venue", "room__hall")),
                Prefetch(
                    "forum_organisations", ForumOrganisation.objects.select_related("organisation")
                ),
                Prefetch(
                    "sessions",
                    Session.objects.prefetch_related(
                        Prefetch("slots", Slot.objects.select_related("room__venue"))
                    ),
                ),
                Prefetch("participations", _PEOPLE),
            )
        )

    def get_context_data(self, **kwargs):
        forum = self.object
        return super().get_context_data(
            agenda=agenda_of(forum), guests=guests_of(forum), roles=organisations_by_role(forum), now=clock.now(),
            is_now=bool(forum.starts_at) and forum.starts_at <= clock.now() < forum.ends_at, ld=forum_ld(forum, self.edition), **kwargs,
        )  # fmt: skip


class SessionView(EditionPage, DetailView):
    """One item of an agenda."""

    template_name = "forums/session.html"
    context_object_name = "session"
    slug_field = slug_url_kwarg = "code"
    section = "programme"

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
        return super().get_context_data(ld=session_ld(self.object, self.edition), **kwargs)


def agenda_of(forum):
    """Sessions with their first slot, in order of time; one without a slot comes last."""
    rows = [(session, next(iter(session.slots.all()), None)) for session in forum.sessions.all()]
    now = clock.now()
    return [
        {
            "session": session, "slot": slot,
            "minutes": int((slot.ends_at - slot.starts_at).total_seconds() // 60) if slot else None,
            "is_past": bool(slot) and slot.ends_at <= now, "is_now": bool(slot) and slot.state != SlotState.CANCELLED and slot.starts_at <= now < slot.ends_at,
        }
        for session, slot in sorted(rows, key=lambda r: (r[1] is None, r[1].starts_at if r[1] else now, r[0].order))
    ]  # fmt: skip


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
