"""Uploading slides: what is taken, until when, and versions that follow one another."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import Slides, SlidesExtension, SlidesFile, StageRules
from forums.operations import slides as operations
from tests.awards.uploads import pdf_bytes, zip_bomb, zip_bytes
from tests.forums.factories import at
from tests.forums.slides.presenting import (
    DUE,
    KEY_BYTES,
    NOW,
    PPTX_BYTES,
    body,
    page_of,
    post,
    sent,
    upload,
)
from tests.forums.test_seats import at_once
from waic.lib import clock
from waic.lib.files import KEY, PDF, PPTX, sniff
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db


def test_versions_are_kept_and_the_task_closes(client, guest):
    client.force_login(guest.speaker.user)
    words = f"演示文稿：{guest.session}"
    assert [(m.is_done, m.due) for m in client.get(page_of(guest)).context["todo"] if m.words == words] == [(False, DUE)]  # fmt: skip
    for name in ("first.pdf", "second.pptx"):
        content = PPTX_BYTES if name.endswith("pptx") else None
        assert post(client, guest, name=name, content=content).status_code == 302
    files = SlidesFile.objects.order_by("number").values_list("number", "file__name", "file__uploaded_by")  # fmt: skip
    user = guest.speaker.user.pk
    assert list(files) == [(1, "first.pdf", user), (2, "second.pptx", user)]
    page = client.get(page_of(guest))
    assert [m.is_done for m in page.context["todo"] if m.words == words] == [True]
    assert "演讲" in page.text
    first = SlidesFile.objects.get(number=1)
    answer = client.get(reverse("forums:own-slides", args=[guest.speaker.code, first.file.uuid]))
    assert body(answer) == pdf_bytes()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_list_of_the_forum_is_no_second_contribution(guest):
    assert list(operations.contributions().values_list("pk", flat=True)) == [guest.pk]


@pytest.mark.parametrize(("content", "kind"), [
    (PPTX_BYTES, PPTX), (KEY_BYTES, KEY), (pdf_bytes(), PDF), (zip_bytes(**{"talk.key/Index.zip": "x"}), KEY), (zip_bytes(**{"index.apxl": "x"}), KEY),
    (zip_bytes(**{"Index/Document.iwa": "x"}), None), (zip_bytes(**{"a/b/Index/Slide.iwa": "x"}), None),
    (zip_bytes(**{"ppt/presentation.xml": "x", "ppt/vbaProject.bin": "x"}), None), (zip_bomb("Index/Slide.iwa"), None), (b"MZ", None),
])  # fmt: skip
def test_slides_are_what_their_content_says(content, kind):
    assert sniff(content) == kind


@pytest.mark.parametrize("content", [b"<script>", zip_bomb(), b"%PDF-", zip_bytes(a="b"), b""])
def test_what_is_no_presentation_is_refused_beside_the_field(client, guest, content):
    client.force_login(guest.speaker.user)
    file = SimpleUploadedFile("talk.pdf", content)
    page = client.post(page_of(guest), {"slides": guest.pk, "file": file})
    assert page.status_code == 400
    assert [list(panel.form.errors) for panel in page.context["slides"]] == [["file"]]
    assert not Slides.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "-1", "٣"])
def test_made_up_contributions_are_not_there(client, guest, pk):
    client.force_login(guest.speaker.user)
    assert client.post(page_of(guest), {"slides": pk, "file": sent()}).status_code == 404


def test_the_deadline_is_exact_and_the_desk_gives_more_time(guest):
    def outcome(moment):
        with clock.frozen_at(moment):
            try:
                return upload(guest).number
            except ValidationError as refusal:
                return refusal.code

    second = timedelta(seconds=1)
    assert [outcome(m) for m in (DUE - second, DUE, DUE + second)] == [1, "too_late", "too_late"]
    assert StoredFile.objects.count() == 1
    SlidesExtension.objects.create(speaker=guest.speaker, until=DUE + 2 * second, reason="示例")
    assert [outcome(m) for m in (DUE + second, DUE + 2 * second)] == [2, "too_late"]
    StageRules.objects.update(slides_due_at=None)
    SlidesExtension.objects.all().delete()
    assert [outcome(m) for m in (at("10:00") - second, at("10:00"))] == [3, "too_late"]


def test_more_time_needs_a_reason_and_is_one_row(guest):
    with pytest.raises(IntegrityError), transaction.atomic():
        SlidesExtension.objects.create(speaker=guest.speaker, until=DUE)
    SlidesExtension.objects.create(speaker=guest.speaker, until=DUE, reason="示例")
    with pytest.raises(IntegrityError), transaction.atomic():
        SlidesExtension.objects.create(speaker=guest.speaker, until=DUE, reason="示例")


def test_there_is_an_end_to_versions(guest, monkeypatch):
    monkeypatch.setattr(operations, "MOST_VERSIONS", 1)
    upload(guest)
    with pytest.raises(ValidationError) as refusal:
        upload(guest)
    assert (refusal.value.code, StoredFile.objects.count()) == ("too_many", 1)


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_are_two_versions(guest):
    def one(n, start):
        with clock.frozen_at(NOW):
            start.wait()
            return upload(guest, name=f"{n}.pdf").number

    assert sorted(at_once(4, one)) == [1, 2, 3, 4]
    assert Slides.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_uploads_get_in_each_others_way(guest, monkeypatch):
    """The naive variant of the test above: both count before either has written."""
    monkeypatch.setattr(operations, "_hold", lambda contribution: None)
    monkeypatch.setattr(operations, "_held_slides", lambda c: Slides.objects.get(participation=c))
    Slides.objects.create(participation=guest)
    upload(guest)
    counted = threading.Barrier(2, timeout=10)

    class Most:
        """The number of versions that is enough, compared with what both have counted by then."""

        def __le__(self, kept):
            return counted.wait() < 0

    monkeypatch.setattr(operations, "MOST_VERSIONS", Most())

    def both(n, start):
        start.wait()
        with clock.frozen_at(NOW):
            try:
                return upload(guest).number
            except IntegrityError:
                return "refused"

    assert sorted(map(str, at_once(2, both))) == ["2", "refused"]
