"""Slides for the public: released after the session, with consent, never a version the desk has not seen."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from forums.models import SLIDES, Slides, SlidesExtension
from forums.operations import slides as operations
from forums.operations.speaking import answer_consent
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import at
from tests.forums.slides.presenting import body, released, upload
from tests.forums.test_seats import at_once
from waic.lib import clock

pytestmark = pytest.mark.django_db


def test_the_public_gets_what_was_released_until_consent_or_desk_take_it_back(
    client, forum, guest, django_capture_on_commit_callbacks
):
    slides = released(guest, name="vertraulich-v7.pdf")
    address = reverse("forums:slides", args=[2024, slides.code])
    forum_page, session_page = (
        f"/2024/forums/{forum.code}/",
        f"/2024/sessions/{guest.session.code}/",
    )

    def shown():
        return [address in client.get(page).text for page in (forum_page, session_page)]

    with clock.frozen_at(at("12:30")):
        assert shown() == [True, True]
        answer = client.get(address)
        assert body(answer) == pdf_bytes()
        assert client.post(address).status_code == 405
        assert answer["Content-Disposition"].startswith("attachment")
        assert "vertraulich" not in answer["Content-Disposition"] + client.get(forum_page).text
        assert (
            answer["X-Content-Type-Options"],
            "sandbox" in answer["Content-Security-Policy"],
        ) == ("nosniff", True)
        with django_capture_on_commit_callbacks(execute=True):
            answer_consent(guest.speaker, "slides", False)
        assert (shown(), client.get(address).status_code) == ([False, False], 404)
        with django_capture_on_commit_callbacks(execute=True):
            answer_consent(guest.speaker, "slides", True)
        assert shown() == [True, True]
        with django_capture_on_commit_callbacks(execute=True):
            operations.take_back_slides(slides, by=None, reason="示例")
        assert (shown(), client.get(address).status_code) == ([False, False], 404)


def test_nothing_is_released_before_the_end_or_against_the_speaker(guest):
    slides = upload(guest).slides

    def outcome(moment):
        with clock.frozen_at(moment), pytest.raises(ValidationError) as refusal:
            operations.release_slides(slides)
        return refusal.value.code

    end = at("10:30")
    assert [outcome(end - timedelta(seconds=1)), outcome(end)] == ["not_over", "no_consent"]
    answer_consent(guest.speaker, "slides", True)
    with clock.frozen_at(end):
        assert operations.release_slides(slides).state == "released"


def test_a_newer_version_is_not_public_unseen(guest):
    slides = released(guest)
    upload(guest)
    slides.refresh_from_db()
    assert (slides.state, slides.released_at) == ("kept", None)


@pytest.mark.django_db(transaction=True)
def test_a_version_that_comes_during_the_release_is_not_public_unseen(guest):
    upload(guest)
    answer_consent(guest.speaker, "slides", True)
    SlidesExtension.objects.create(speaker=guest.speaker, until=at("23:00"), reason="示例")

    def one(n, start):
        if n:
            start.wait()
            return upload(guest).number
        with clock.frozen_at(at("11:00")), transaction.atomic():
            made = operations.release_slides(Slides.objects.get())
            start.wait()
            time.sleep(0.3)  # the upload begins before the release is done
        return made.state

    assert at_once(2, one) == ["released", 2]
    assert Slides.objects.get().state == "kept"


def test_the_steps_are_these_and_no_others():
    allowed = {(s.name, source, s.target) for s in SLIDES.steps for source in s.sources}
    assert allowed == {("release", "kept", "released"), ("take_back", "released", "kept"), ("replace", "released", "kept")}  # fmt: skip
