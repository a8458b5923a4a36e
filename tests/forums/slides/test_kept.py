"""What is left of slides: files go with their guest, and a merge keeps the slides of both."""

import pytest

from forums.models import Slides, SlidesFile
from forums.operations.merging import merge_speakers
from tests.forums.factories import ParticipationFactory, SpeakerFactory
from tests.forums.slides.presenting import speaking_in, upload
from waic.lib.invariants import broken
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db


def test_files_go_with_the_guest(guest, django_capture_on_commit_callbacks):
    stored = upload(guest).file
    with django_capture_on_commit_callbacks(execute=True):
        guest.delete()
    assert not StoredFile.objects.exists()
    assert not stored.file.storage.exists(stored.file.name)


def test_slides_without_a_version_are_noticed(guest):
    upload(guest)
    assert [t for _rule, t in broken() if t.startswith("slides")] == []
    empty = Slides.objects.create(participation=speaking_in(guest.forum))
    assert [t for _rule, t in broken() if t.startswith("slides")] == [
        f"slides {empty.code}: 0 versions, the last is None"
    ]


def test_a_merge_keeps_the_slides_of_both(forum, guest):
    twin = ParticipationFactory(forum=forum, session=guest.session, speaker=SpeakerFactory(edition=forum.edition))  # fmt: skip
    upload(guest, name="a.pdf")
    upload(twin, name="b.pdf")
    merge_speakers(guest.speaker, twin.speaker)
    files = SlidesFile.objects.order_by("number").values_list("slides__participation", "number", "file__name")  # fmt: skip
    assert list(files) == [(guest.pk, 1, "a.pdf"), (guest.pk, 2, "b.pdf")]
