"""The stage's part of the portal: a host and a speaker see and change their own, and nothing else is there."""

import io
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from forums.models import Forum, Speaker
from forums.operations.forums import change_texts
from forums.operations.invitations import answer_invitation
from forums.operations.profiles import change_profile, claim_profiles
from forums.operations.seats import book_seat
from tests.forums.factories import (
    ForumFactory,
    InvitationFactory,
    ParticipationFactory,
    SessionFactory,
    SpeakerFactory,
    published_forum,
    sent,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.editions.models import SearchEntry
from waic.lib.models import StepRecord, StoredFile
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def hosted(person, **fields):
    forum = ForumFactory(**fields)
    forum.hosts.create(user=person)
    return forum


def desk_of(forum):
    return reverse("forums:hosted-forum", args=[forum.code])


def profile_of(speaker):
    return reverse("forums:speaker-profile", args=[speaker.code])


def texts(forum, **changes):
    shown = {"title_zh": forum.title_zh, "title_en": forum.title_en, "summary_zh": "", "summary_en": "", "language": "zh"}  # fmt: skip
    return {**shown, "version": forum.version, **changes}


# --- A host -------------------------------------------------------------------------------------


def test_a_host_writes_the_texts_of_their_forum(client, person):
    forum = hosted(person)
    SessionFactory(forum=forum, title_zh="示例无时间")
    timed_session(forum, title_zh="示例有时间")
    ParticipationFactory(forum=forum, is_confirmed=False)
    page = client.get(desk_of(forum)).text
    assert "示例有时间" in page
    assert "10:00" in page
    assert "未确认" in page
    page = client.post(desk_of(forum), texts(forum, title_zh="示例新名", summary_en="A summary"))
    assert page.status_code == 302
    forum.refresh_from_db()
    assert (forum.title_zh, forum.summary_en, forum.version, forum.state) == ("示例新名", "A summary", 2, "draft")  # fmt: skip
    # A draft is not found by anybody.
    assert not SearchEntry.objects.exists()


def test_a_host_changes_nothing_but_texts(client, person):
    forum = hosted(person, seats=5)
    smuggled = {"state": "published", "seats": 900, "kind": "1", "code": "AAAAAA", "published_at": "2024-01-01"}  # fmt: skip
    assert client.post(desk_of(forum), texts(forum, **smuggled)).status_code == 302
    after = Forum.objects.get()
    assert (after.state, after.seats, after.code, after.published_at) == ("draft", 5, forum.code, None)  # fmt: skip


def test_seats_taken_while_the_host_types_stay_taken(client, person):
    forum = published_forum(seats=5)
    forum.hosts.create(user=person)
    stale = Forum.objects.get(pk=forum.pk)
    book_seat(forum, visitor=UserFactory())
    change_texts(stale, {"title_zh": "示例新名"}, version=stale.version)
    forum.refresh_from_db()
    assert (forum.title_zh, forum.seats_taken) == ("示例新名", 1)
    # The wrong variant: saving the row as it was read gives a seat away twice.
    stale = Forum.objects.get(pk=forum.pk)
    book_seat(forum, visitor=UserFactory())
    stale.save()
    assert Forum.objects.get().seats_taken == 1


def test_who_was_slower_is_told_and_loses_nothing(client, person):
    forum = hosted(person)
    Forum.objects.update(version=2, title_zh="示例同事所写")
    page = client.post(desk_of(forum), texts(forum, title_zh="示例我所写"))
    assert page.status_code == 400
    assert "示例我所写" in page.text
    assert "其间有人修改过" in page.text
    assert Forum.objects.get().title_zh == "示例同事所写"
    # Saving again is then a decision.
    again = {**texts(forum, title_zh="示例我所写"), "version": page.context["form"].data["version"]}
    assert client.post(desk_of(forum), again).status_code == 302
    assert Forum.objects.get().title_zh == "示例我所写"


def test_of_two_at_the_same_moment_one_is_stale():
    forum = ForumFactory()
    change_texts(forum, {"title_zh": "示例甲"}, version=1)
    with pytest.raises(ValidationError) as refusal:
        change_texts(Forum.objects.get(), {"title_zh": "示例乙"}, version=1)
    assert refusal.value.error_dict["version"][0].code == "stale"
    assert Forum.objects.get().title_zh == "示例甲"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title_zh", ""), ("title_zh", "示" * 301), ("summary_zh", "示" * 5001), ("language", "x" * 41), ("version", "x"), ("version", "")],
)  # fmt: skip
def test_bad_texts_are_refused_beside_the_field(client, person, field, value):
    forum = hosted(person)
    page = client.post(desk_of(forum), texts(forum, summary_en="kept words", **{field: value}))
    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert "kept words" in page.text
    forum.refresh_from_db()
    assert (forum.version, forum.summary_en) == (1, "")


def test_a_host_hands_in_once(client, person):
    forum = hosted(person)
    assert 'value="hand_in"' in client.get(desk_of(forum)).text
    assert client.post(desk_of(forum), {"step": "hand_in"}).status_code == 302
    assert StepRecord.objects.of(forum).get().by == person
    assert 'value="hand_in"' not in client.get(desk_of(forum)).text
    again = client.post(desk_of(forum), {"step": "hand_in"}, follow=True)
    assert [m.level_tag for m in again.context["messages"]] == ["error"]
    assert StepRecord.objects.of(forum).count() == 1


def test_forums_of_others_are_not_there(client, person):
    hosted(person)
    for foreign in (ForumFactory(), published_forum(), hosted(UserFactory())):
        assert client.get(desk_of(foreign)).status_code == 404
        assert client.post(desk_of(foreign), texts(foreign, title_zh="示例改")).status_code == 404
        assert client.post(desk_of(foreign), {"step": "hand_in"}).status_code == 404
        foreign.refresh_from_db()
        assert foreign.version < 3
        assert foreign.title_zh != "示例改"
    assert client.get(desk_of(foreign).replace(foreign.code, "ZZZZZZ")).status_code == 404


def test_the_stage_needs_an_account(client):
    forum = hosted(UserFactory())
    for address in ("/portal/stage/", desk_of(forum)):
        assert client.get(address)["Location"].startswith("/accounts/login/")
        assert client.post(address)["Location"].startswith("/accounts/login/")
    assert client.get(profile_of(SpeakerFactory())).status_code == 404


def test_the_stage_shows_ones_own(client, person):
    mine, theirs = hosted(person, title_zh="示例我的论坛"), hosted(UserFactory(), title_zh="示例别人的论坛")  # fmt: skip
    SpeakerFactory(user=person, name_zh="示例我")
    SpeakerFactory(user=UserFactory(), name_zh="示例别人")
    booked = published_forum(seats=2, title_zh="示例我的座位")
    book_seat(booked, visitor=person)
    book_seat(published_forum(seats=2, title_zh="示例别人的座位"), visitor=UserFactory())
    for address in ("/portal/stage/", "/en/portal/stage/", "/portal/"):
        text = client.get(address).text
        assert desk_of(mine) in text
        assert desk_of(theirs) not in text
        assert f"/portal/bookings/{booked.code}/" in text
        assert "别人" not in text


# --- A speaker ----------------------------------------------------------------------------------


def said(speaker, **changes):
    names = ("name_zh", "name_en", "title_zh", "title_en", "affiliation_zh", "affiliation_en", "bio_zh", "bio_en")  # fmt: skip
    return {**{n: getattr(speaker, n) for n in names}, "version": speaker.version, **changes}


def picture(colour="navy"):
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, "PNG")
    return SimpleUploadedFile("照片.png", out.getvalue(), "image/png")


def blobs():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_speaker_writes_about_themselves(client, person):
    speaker = SpeakerFactory(user=person, email="kept@example.com")
    data = said(speaker, bio_zh="示例生平", photo_upload=picture(), email="evil@example.com", is_person="")  # fmt: skip
    assert client.post(profile_of(speaker), data).status_code == 302
    speaker.refresh_from_db()
    assert (speaker.bio_zh, speaker.version, speaker.email, speaker.is_person) == ("示例生平", 2, "kept@example.com", True)  # fmt: skip
    assert (speaker.photo.is_public, speaker.photo.uploaded_by) == (True, person)
    assert client.get(reverse("public-image", args=[speaker.photo.uuid])).status_code == 200


def test_a_new_photo_replaces_the_one_before(client, person, django_capture_on_commit_callbacks):
    speaker, before = SpeakerFactory(user=person), blobs()
    for colour in ("navy", "teal"):
        with django_capture_on_commit_callbacks(execute=True):
            speaker = change_profile(speaker, {}, photo=picture(colour), by=person)
    assert StoredFile.objects.get() == speaker.photo
    assert len(blobs() - before) == 1


def test_a_public_guests_new_name_is_found_and_a_hidden_ones_is_not(client, person):
    speaker = SpeakerFactory(user=person)
    client.post(profile_of(speaker), said(speaker, name_zh="示例改名甲"))
    assert not SearchEntry.objects.exists()
    ParticipationFactory(speaker=speaker)
    client.post(profile_of(speaker), said(speaker, name_zh="示例改名乙", version=2))
    assert SearchEntry.objects.get().title_zh == "示例改名乙"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_zh": "", "name_en": ""}, "__all__"),
        ({"bio_zh": "示" * 3001}, "bio_zh"),
        ({"name_en": "x" * 101}, "name_en"),
        ({"photo_upload": SimpleUploadedFile("a.png", b"%PDF-1.4 no picture")}, "photo_upload"),
        ({"photo_upload": SimpleUploadedFile("a.png", b"")}, "photo_upload"),
    ],
)
def test_bad_input_is_refused_beside_the_field_and_leaves_nothing(client, person, changes, field):
    speaker, before = SpeakerFactory(user=person), blobs()
    page = client.post(profile_of(speaker), said(speaker, bio_en="kept words", **changes))
    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert "kept words" in page.text
    speaker.refresh_from_db()
    assert (speaker.version, speaker.bio_en) == (1, "")
    assert blobs() == before


def test_a_profile_that_changed_meanwhile_is_not_written_over(client, person):
    speaker = SpeakerFactory(user=person)
    change_profile(speaker, {"bio_zh": "示例论坛部所写"})
    page = client.post(profile_of(speaker), said(speaker, bio_zh="示例我所写"))
    assert page.status_code == 400
    assert "示例我所写" in page.text
    with pytest.raises(ValidationError):
        change_profile(speaker, {"bio_zh": "示例我所写"}, version=1)
    assert Speaker.objects.get().bio_zh == "示例论坛部所写"


def test_profiles_of_others_are_not_there(client, person):
    SpeakerFactory(user=person)
    for foreign in (SpeakerFactory(), SpeakerFactory(user=UserFactory())):
        assert client.get(profile_of(foreign)).status_code == 404
        assert client.post(profile_of(foreign), said(foreign, bio_zh="示例")).status_code == 404
        assert Speaker.objects.get(pk=foreign.pk).bio_zh == ""


def test_the_link_of_an_accepted_letter_opens_that_profile_only(client):
    invitation = sent(InvitationFactory())
    token = Message.objects.get().link.rstrip("/").rsplit("/", 1)[-1]
    address = f"{profile_of(invitation.speaker)}?link={token}"
    assert client.get(address).status_code == 404  # not accepted yet
    answer_invitation(invitation, accepts=True)
    assert client.get(address).status_code == 200
    data = said(invitation.speaker, bio_zh="示例生平")
    assert client.post(address, data).status_code == 302
    assert Speaker.objects.get(pk=invitation.speaker.pk).bio_zh == "示例生平"
    assert client.get(f"{profile_of(SpeakerFactory())}?link={token}").status_code == 404
    for wrong in ("x", token[:-1], "%00"):
        assert client.get(f"{profile_of(invitation.speaker)}?link={wrong}").status_code == 404
    invitation.refresh_from_db()
    answer_invitation(invitation, accepts=False)
    assert client.get(address).status_code == 404


def test_whoever_proves_the_address_is_the_speaker():
    person = UserFactory()
    EmailAddress.objects.create(user=person, email="Guest@Example.com", verified=True)
    EmailAddress.objects.create(user=person, email="other@example.com", verified=False)
    mine = SpeakerFactory(email="guest@example.COM")
    SpeakerFactory(email="other@example.com")
    SpeakerFactory(email="")
    taken = SpeakerFactory(email="guest@example.com", user=UserFactory())
    assert claim_profiles(person) == 1
    assert claim_profiles(person) == 0
    assert list(person.speaker_profiles.all()) == [mine]
    taken.refresh_from_db()
    assert taken.user != person


def test_a_photo_is_cut_to_the_part_that_was_chosen(client, person):
    speaker = SpeakerFactory(user=person)
    client.force_login(person)
    page = profile_of(speaker)
    assert client.get(page).text.count('type="range"') == 3
    chosen = {"photo_crop_0": "0", "photo_crop_1": "50", "photo_crop_2": "200"}
    data = said(speaker, photo_upload=picture(), **chosen)
    assert client.post(page, data).status_code == 302
    speaker.refresh_from_db()
    with Image.open(speaker.photo.file) as kept:
        assert kept.size == (150, 150)  # half of the narrower side
    refused = client.post(page, said(speaker, bio_en="typed", photo_crop_2="9999"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["photo_crop"])
    assert refused.context["form"]["bio_en"].value() == "typed"
