"""Streams and slides of a public page: what there is, is known from the page's own first query, so that pages without cost none."""

from django.db.models import Exists, OuterRef

from forums.models import Session, Slides, StreamLink
from forums.operations.slides import public_slides
from forums.operations.streams import shown_streams, streams_of_session


def with_extras(rows, name):
    """Annotate `has_streams` and `has_slides`; `name` says what the rows are: forum or session."""
    streams = StreamLink.objects.filter(**{name: OuterRef("pk")})
    slides = Slides.objects.public().filter(**{f"participation__{name}": OuterRef("pk")})
    return rows.annotate(has_streams=Exists(streams), has_slides=Exists(slides))


def extras_of_forum(forum, agenda, known):
    """{"streams", "slides"} of a forum; `known` is its annotated row."""
    links = list(StreamLink.objects.filter(forum=forum.pk)) if known.has_streams else []
    return {
        "streams": shown_streams(links, forum, agenda, known.edition),
        "slides": list(public_slides(participation__forum=forum.pk)) if known.has_slides else [],
    }


def extras_of_session(session, edition):
    """The same of a session; one that comes from a release is looked up once more."""
    known = session
    if not hasattr(session, "has_streams"):
        known = with_extras(Session.objects.filter(pk=session.pk), "session").first()
    return {
        "streams": streams_of_session(session, edition) if known and known.has_streams else [],
        "slides": list(public_slides(participation__session=session.pk)) if known and known.has_slides else [],
    }  # fmt: skip
