"""Slides of others: hosts upload for guests of their own forum, everybody else finds nothing."""

import pytest
from django.urls import reverse

from forums.models import SlidesFile
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import published_forum
from tests.forums.slides.presenting import body, page_of, post, sent, speaking_in, upload
from tests.lib.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_host_uploads_for_guests_of_their_own_forum_alone(client, forum, guest):
    host = UserFactory()
    forum.hosts.create(user=host)
    other = speaking_in(published_forum(edition=forum.edition))
    client.force_login(host)
    assert "示例演讲" in client.get(reverse("forums:hosted-forum", args=[forum.code])).text
    page = reverse("forums:hosted-slides", args=[forum.code, guest.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"slides": guest.pk, "file": sent(content=b"x")}).status_code == 400
    assert client.post(page, {"slides": guest.pk, "file": sent()}).status_code == 302
    newest = reverse("forums:hosted-slides-file", args=[forum.code, guest.pk])
    assert body(client.get(newest)) == pdf_bytes()
    upload(other)
    for name in ("hosted-slides", "hosted-slides-file"):
        for number in (other.pk, 999_999_999):
            assert (
                client.get(reverse(f"forums:{name}", args=[forum.code, number])).status_code == 404
            )
    # The speaker's own page is not the host's.
    assert client.get(page_of(guest)).status_code == 404


def test_somebody_elses_slides_are_not_there(client, forum, guest):
    other = speaking_in(forum, speaker__user=UserFactory())
    file = upload(other)
    client.force_login(guest.speaker.user)
    assert post(client, other).status_code == 404
    assert client.post(page_of(guest), {"slides": other.pk, "file": sent()}).status_code == 404
    assert client.get(reverse("forums:own-slides", args=[guest.speaker.code, file.file.uuid])).status_code == 404  # fmt: skip
    assert SlidesFile.objects.count() == 1
