"""What an invited guest reads, and how they take an acceptance back: the letter, the mail and the page say the same."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pypdf import PdfReader

from forums.models import ForumPart, ForumTask, Invitation, Participation, Slot
from forums.operations.declining import take_off_the_lists
from forums.operations.forums import cancel_forum, keep_times
from forums.operations.invitations import withdraw_invitation
from forums.operations.letters import letter_pdf
from forums.operations.personal_links import link_to
from forums.operations.releasing import release_programme
from tests.forums.factories import (
    InvitationFactory,
    ParticipationFactory,
    RoomFactory,
    at,
    published_forum,
    sent,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db
NOW = at("08:00") - timedelta(days=9)


@pytest.fixture(autouse=True)
def days_before():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def letter():
    """For a talk at ten in the red hall, as the release says; the draft has it in the afternoon elsewhere."""
    forum = published_forum(title_zh="示例论坛甲", title_en="Sample forum A")
    hall, other = (
        RoomFactory(venue__edition=forum.edition, name_zh=name) for name in ("示例红厅", "示例蓝厅")
    )
    session = timed_session(forum, room=hall, title_zh="示例演讲甲", title_en="Sample talk A")
    release_programme(forum.edition, by=UserFactory(), expects=1)
    Slot.objects.update(starts_at=at("15:00"), ends_at=at("15:30"), room=other)
    ForumPart.objects.update(starts_at=at("15:00"), ends_at=at("17:00"))
    keep_times(forum)
    return InvitationFactory(forum=forum, session=session, role="keynote", reply_by=at("20:00"))


def reading(client, letter):
    """The texts a guest reads, in Chinese and in English: page, letter, and the mail."""
    pages = [client.get(link_to(letter, language)).text for language in ("zh-hans", "en")]
    pdfs = [
        PdfReader(io.BytesIO(letter_pdf(letter, column))).pages[0].extract_text()
        for column in ("zh", "en")
    ]
    return [*pages, *pdfs, Message.objects.get(template="forums/invitation").text]


def test_letter_mail_and_page_say_what_the_programme_says(client, letter):
    sent(letter)
    letter = Invitation.objects.get()
    mail = Message.objects.get(template="forums/invitation")
    # On the button and below it (where it is a link), not in a line of its own that would make the mail wider than a phone.
    assert (mail.text.count(mail.link), mail.html.count(mail.link)) == (1, 3)
    for text in reading(client, letter):
        assert "示例演讲甲" in text or "Sample talk A" in text
        assert "10:00" in text
        assert "示例红厅" in text or "Sample room" in text
        assert "15:00" not in text
        assert "示例蓝厅" not in text


def answer(client, letter, word="accept", **data):
    return client.post(link_to(letter, "zh-hans"), {"answer": word, **data})


def test_who_accepted_cancels_on_the_last_evening_through_the_same_page(client, letter):
    letter = sent(letter)
    link = link_to(letter, "zh-hans")
    assert 'value="accept"' in client.get(link).text
    answer(client, letter)
    page = client.get(link).text
    assert ("您已接受" in page, 'value="accept"' in page, 'value="decline"' in page) == (
        True,
        False,
        True,
    )
    assert reverse("account_signup") in page
    with clock.frozen_at(at("21:00") - timedelta(days=1)):
        too_long = answer(client, letter, "decline", words="示" * 2001)
        assert (too_long.status_code, 'class="stack" open>' in too_long.text) == (400, True)
        assert answer(client, letter, "decline", words="示例：生病").status_code == 302
        assert 'value="decline"' not in client.get(link).text
    assert not Participation.objects.get().is_confirmed
    assert ForumTask.objects.get().is_urgent


def test_nobody_cancels_what_is_over(client, letter):
    letter = sent(letter)
    answer(client, letter)
    with clock.frozen_at(at("12:00") - timedelta(seconds=1)):
        assert 'value="decline"' in client.get(link_to(letter, "en")).text
    with clock.frozen_at(at("12:00")):
        page = answer(client, letter, "decline")
        assert (page.status_code, "本论坛已结束" in page.text, "您已接受" in page.text) == (
            409,
            True,
            True,
        )
        assert 'value="decline"' not in page.text
    assert Participation.objects.get().is_confirmed


@pytest.mark.parametrize("ends", ["decline", "withdraw"])
def test_a_letter_for_one_session_leaves_the_others_alone(client, letter, ends):
    """The desk asks a guest of another session of the forum for one more; alone in it, they leave the forum's list as well."""
    letter.forum.hosts.create(user=UserFactory(language="en"))
    other = ParticipationFactory(
        forum=letter.forum, session=timed_session(letter.forum, "11:00"), speaker=letter.speaker
    )
    whole = ParticipationFactory(forum=letter.forum, speaker=letter.speaker)
    letter = sent(letter)
    if ends == "decline":
        answer(client, letter)
        answer(client, letter, "decline")
        told = Message.objects.get(template="forums/guest_declined").text
        assert (
            "the session “Sample talk A” of “Sample forum A” and stays in its other sessions."
            in told
        )
    else:
        withdraw_invitation(letter, reason="示例原因")
    rows = Participation.objects.filter(speaker=letter.speaker)
    assert set(rows.filter(is_confirmed=True)) == {other, whole}
    assert take_off_the_lists(letter.forum, letter.speaker, session=other.session) is False
    assert not rows.filter(is_confirmed=True).exists()


def test_a_letter_to_a_forum_that_is_called_off_asks_for_no_answer(client, letter):
    letter = sent(letter)
    cancel_forum(letter.forum, reason="示例原因")
    page = answer(client, letter)
    assert (
        page.status_code,
        "This forum is called off." in client.get(link_to(letter, "en")).text,
    ) == (409, True)
    assert not Participation.objects.exists()


# --- What the desk cannot write -----------------------------------------------------------------


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def test_a_letter_is_of_one_forum_and_one_edition(client, desk, letter):
    other = timed_session(published_forum(edition=letter.forum.edition))
    stranger = InvitationFactory(forum__edition=EditionFactory(year=2025)).speaker
    page = reverse("admin:forums_invitation_change", args=[letter.pk])
    form = {
        "forum": letter.forum_id,
        "session": letter.session_id,
        "speaker": letter.speaker_id,
        "role": "keynote",
        "message": "示例",
    }
    for changes in ({"session": other.pk}, {"speaker": stranger.pk}):
        refused = client.post(page, {**form, **changes})
        assert list(refused.context["adminform"].form.errors) == list(changes)
    assert client.post(page, form).status_code == 302


@pytest.mark.parametrize(("code", "change"), [("past", {"reply_by": NOW}), ("cancelled", None)])
def test_nothing_is_sent_that_nobody_could_answer(letter, code, change):
    if change:
        Invitation.objects.update(**change)
    else:
        cancel_forum(letter.forum, reason="示例原因")
    with pytest.raises(ValidationError) as refusal:
        sent(Invitation.objects.get())
    assert (refusal.value.code, Invitation.objects.get().number, Message.objects.count()) == (
        code,
        "",
        0,
    )


def test_a_numbered_letter_stays_on_record(client, desk, letter):
    address = reverse("admin:forums_invitation_delete", args=[letter.pk])
    assert client.get(address).status_code == 200
    sent(letter)
    assert client.post(address, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [letter.pk], "post": "yes"}
    client.post(reverse("admin:forums_invitation_changelist"), chosen)
    assert Invitation.objects.filter(pk=letter.pk).exists()
