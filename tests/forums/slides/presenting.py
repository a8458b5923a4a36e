"""Speakers with slides, for tests. Names are samples."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forums.models import Slides
from forums.operations import slides as operations
from forums.operations.speaking import answer_consent
from tests.awards.uploads import pdf_bytes, zip_bytes
from tests.forums.factories import ParticipationFactory, at, timed_session
from tests.lib.factories import UserFactory
from waic.accounts.desks import sync_desks
from waic.lib import clock

NOW, DUE = at("08:00") - timedelta(days=5), at("08:00") - timedelta(days=2)
PPTX_BYTES = zip_bytes(**{"ppt/presentation.xml": "x"})
KEY_BYTES = zip_bytes(**{"Index/Slide.iwa": "x", "Index/Document.iwa": "x"})


def speaking_in(forum, starts="10:00", room=None, title="示例演讲", **fields):
    session = timed_session(forum, starts, room=room, title_zh=title)
    return ParticipationFactory(forum=forum, session=session, **fields)


def sent(name="talk.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf_bytes())


def upload(guest, **file):
    return operations.upload_slides(guest, sent(**file))


def page_of(guest):
    return reverse("forums:speaking", args=[guest.speaker.code])


def post(client, guest, **file):
    return client.post(page_of(guest), {"slides": guest.pk, "file": sent(**file)})


def desk(client):
    sync_desks()
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return person


def body(response):
    return b"".join(response.streaming_content)


def released(guest, **file):
    """Slides that the public may have."""
    upload(guest, **file)
    answer_consent(guest.speaker, "slides", True)
    with clock.frozen_at(at("11:00")):
        return operations.release_slides(Slides.objects.get(participation=guest))
