"""Streams and slides of a public page: what there is, is known from the page's own first query, so that pages without cost none."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from forums.models import Feedback, Session, Slides, StreamLink
from forums.operations.feedback import public_ratings
from forums.operations.slides import public_slides
from forums.operations.streams import shown_streams, streams_of_session
from waic.lib import clock


def with_extras(rows, name):
    """Annotate `has_streams`, `has_slides` and `has_feedback`; `name` says what the rows are: forum or session."""
    streams = StreamLink.objects.filter(**{name: OuterRef("pk")})
    slides = Slides.objects.public().filter(**{f"participation__{name}": OuterRef("pk")})
    feedback = Feedback.objects.filter(**{name: OuterRef("pk")})
    if name == "forum":
        feedback = feedback.filter(session=None)
    return rows.annotate(
        has_streams=Exists(streams), has_slides=Exists(slides), has_feedback=Exists(feedback)
    )


def extras_of_forum(forum, agenda, known):
    """{"streams", "slides"} of a forum; `known` is its annotated row."""
    links = list(StreamLink.objects.filter(forum=forum.pk)) if known.has_streams else []
    return {
        "streams": shown_streams(links, forum, agenda, known.edition),
        "slides": list(public_slides(participation__forum=forum.pk)) if known.has_slides else [],
        "ratings": public_ratings(forum, None, known.edition) if known.has_feedback else None,
        "feedback_url": _feedback_url("forum", forum, forum.starts_at),
    }


def extras_of_session(session, edition):
    """The same of a session; one that comes from a release is looked up once more."""
    known = session
    if not hasattr(session, "has_streams"):
        known = with_extras(Session.objects.filter(pk=session.pk), "session").first()
    begins = min((s.starts_at for s in session.slots.all() if s.state != "cancelled"), default=None)
    return {
        "ratings": public_ratings(session.forum, session, edition) if known and known.has_feedback else None,
        "feedback_url": _feedback_url("session", session, begins),
        "streams": streams_of_session(session, edition) if known and known.has_streams else [],
        "slides": list(public_slides(participation__session=session.pk)) if known and known.has_slides else [],
    }  # fmt: skip


def _feedback_url(name, row, begins):
    """Where to say something, once it has begun; the page itself says when it is too late."""
    return (
        reverse(f"forums:feedback-{name}", args=[row.code])
        if begins and begins <= clock.now()
        else ""
    )
