"""An invitation: a letter in the speaker's language, a personal link, an answer, and what follows from it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import Invitation, Participation
from forums.operations import invitations as operations
from forums.operations.forums import publish_forum
from forums.tasks import expire_invitations
from tests.forums.factories import (
    ForumFactory,
    InvitationFactory,
    SessionFactory,
    SpeakerFactory,
    at,
    placed,
    sent,
)
from tests.lib.factories import UserFactory
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

NOW = at("08:00")
REPLY_BY = NOW + timedelta(days=5)
OUT = {"approved_at": NOW, "sent_at": NOW, "number": "WAIC2024-I-0001"}


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def desk():
    """Somebody of the programme desk who reads English, and a colleague who left."""
    group, _made = Group.objects.get_or_create(name="programme")
    person = UserFactory(language="en", is_staff=True)
    person.groups.add(group)
    UserFactory(is_active=False).groups.add(group)
    return person


def letter(**speaker):
    fields = {f"speaker__{name}": value for name, value in speaker.items()}
    return InvitationFactory(forum__title_zh="示例论坛甲", forum__title_en="Sample forum A", reply_by=REPLY_BY, **fields)  # fmt: skip


def send(**speaker):
    """A letter that was sent, and the path of its personal link."""
    invitation = sent(letter(**speaker))
    return invitation, re.sub(r"^https?://[^/]+", "", Message.objects.latest("pk").link)


def answer(client, link, word="accept", **data):
    return client.post(link, {"answer": word, **data})


# --- Sending ------------------------------------------------------------------------------------


def test_a_chinese_speaker_gets_a_chinese_letter():
    invitation, link = send(name_zh="示例嘉宾", email="Guest@Example.com")
    assert (invitation.state, invitation.sent_at, invitation.version) == ("sent", NOW, 3)
    mail = Message.objects.get()
    assert (mail.address, mail.language, mail.state) == ("guest@example.com", "zh-hans", "queued")
    assert mail.subject == "邀请您出席“示例论坛甲”"
    assert "尊敬的示例嘉宾" in mail.text
    assert "7月10日 08:00" in mail.text
    assert link.startswith("/portal/stage/by-link/")


def test_a_speaker_with_a_latin_name_only_gets_an_english_letter():
    _invitation, link = send(name_zh="", name_en="Sample Speaker")
    mail = Message.objects.get()
    assert (mail.language, mail.subject) == ("en", "Invitation to “Sample forum A”")
    assert "Dear Sample Speaker" in mail.text
    assert link.startswith("/en/portal/stage/by-link/")


def test_a_speaker_with_an_account_chose_a_language():
    person = UserFactory(language="en")
    send(name_zh="示例嘉宾", email="old@example.com", user=person)
    mail = Message.objects.get()
    assert (mail.recipient, mail.address, mail.language) == (person, person.email, "en")


def test_the_letter_carries_time_role_and_personal_words():
    invitation = letter(name_en="Sample", name_zh="")
    placed(invitation.forum)
    invitation.message = "示例：久仰 <b>"
    invitation.role = "keynote"
    invitation.save()
    sent(invitation)
    text = Message.objects.get().text
    assert "as: Keynote." in text
    assert "5 July" in text
    assert "示例：久仰 <b>" in text


def test_the_links_secret_is_kept_nowhere_but_in_the_letter():
    invitation, link = send()
    secret = link.rstrip("/").rsplit("/", 1)[-1]
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert secret not in str(row)
    assert len(secret) >= 32
    # The letter itself is wiped once it is sent, and no desk reads it.
    assert Message.objects.get().is_secret


def test_without_an_address_nothing_is_sent():
    with pytest.raises(ValidationError) as refusal:
        sent(letter(email=""))
    assert refusal.value.code == "no_address"
    assert Invitation.objects.get().state == "approved"
    assert not Message.objects.exists()


def test_twice_sent_is_sent_once():
    invitation, _link = send()
    with pytest.raises(ValidationError):
        operations.send_invitation(invitation)
    assert Message.objects.count() == 1


def test_one_open_letter_per_person_and_forum():
    invitation, _link = send()
    again = {"forum": invitation.forum, "speaker": invitation.speaker}
    with pytest.raises(IntegrityError, match="one_open_per_forum"), transaction.atomic():
        InvitationFactory(**again)
    operations.withdraw_invitation(invitation, reason="示例原因")
    assert InvitationFactory(**again).pk


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "sent", "approved_at": NOW}, "sent_has_time"),
        ({"state": "sent", "approved_at": NOW, "sent_at": NOW}, "sent_has_number"),
        ({"state": "approved"}, "approved_has_time"),
        ({**OUT, "state": "accepted"}, "answer_has_time"),
        ({**OUT, "state": "declined"}, "answer_has_time"),
    ],
)
def test_the_database_keeps_states_and_times_together(fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InvitationFactory(**fields)


# --- Opening ------------------------------------------------------------------------------------


def test_the_first_look_is_noted_and_only_the_first(client):
    invitation, link = send()
    page = client.get(link)
    assert page.status_code == 200
    assert "示例论坛甲" in page.text
    with clock.frozen_at(NOW + timedelta(hours=1)):
        client.get(link)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.opened_at) == ("opened", NOW)
    assert [r.step for r in StepRecord.objects.of(invitation).order_by("pk")] == [
        "approve",
        "send",
        "open",
    ]


def test_two_looks_at_the_same_moment_are_fine():
    """A mail filter opens the link between this request's reading and its writing."""
    invitation, _link = send()
    mine = Invitation.objects.get(pk=invitation.pk)
    operations.open_invitation(invitation)
    assert operations.open_invitation(mine).state == "opened"


@pytest.mark.parametrize("token", ["x", "0" * 43, "a%00b"])
def test_a_made_up_link_leads_nowhere(client, token):
    letter()
    assert client.get(f"/portal/stage/by-link/{token}/").status_code == 404


# --- Answering ----------------------------------------------------------------------------------


def test_accepting_puts_the_speaker_on_the_list_and_tells_the_desk(client, desk):
    invitation, link = send(name_zh="示例嘉宾", name_en="Sample Speaker")
    inviter = UserFactory(language="zh-hans")
    Invitation.objects.update(role="keynote", invited_by=inviter)
    page = answer(client, link, words="示例：很高兴")
    assert (page.status_code, page["Location"]) == (302, link)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.answered_at, invitation.answer) == ("accepted", NOW, "示例：很高兴")  # fmt: skip
    guest = Participation.objects.get()
    assert (guest.forum, guest.speaker, guest.session, guest.role, guest.is_confirmed) == (
        invitation.forum, invitation.speaker, None, "keynote", True,
    )  # fmt: skip
    mails = {m.address: m for m in Message.objects.filter(template="forums/invitation_answered")}
    assert set(mails) == {desk.email, inviter.email}
    assert mails[desk.email].subject == "Sample Speaker accepted: Sample forum A"
    assert "示例：很高兴" in mails[desk.email].text
    assert "/en/admin/" in mails[desk.email].link
    assert "示例嘉宾接受了邀请" in mails[inviter.email].subject
    assert "/en/" not in mails[inviter.email].link


def test_accepting_confirms_who_was_announced_already(client):
    invitation, link = send()
    Participation.objects.create(
        forum=invitation.forum, speaker=invitation.speaker, is_confirmed=False, title_zh="示例教授"
    )
    answer(client, link)
    guest = Participation.objects.get()
    assert (guest.is_confirmed, guest.title_zh) == (True, "示例教授")


def test_accepting_for_a_session_names_the_session(client):
    invitation, link = send()
    session = SessionFactory(forum=invitation.forum)
    Invitation.objects.update(session=session)
    answer(client, link)
    assert Participation.objects.get().session == session


def test_who_accepts_in_a_published_forum_is_found_at_once(client):
    invitation, link = send()
    publish_forum(invitation.forum)
    assert not SearchEntry.objects.filter(kind="speaker").exists()
    answer(client, link)
    assert SearchEntry.objects.get(kind="speaker").code == invitation.speaker.code


def test_declining_tells_the_desk_and_lists_nobody(client, desk):
    invitation, link = send(name_en="Sample Speaker")
    assert answer(client, link, "decline", words="示例：时间冲突").status_code == 302
    invitation.refresh_from_db()
    assert (invitation.state, invitation.answered_at) == ("declined", NOW)
    assert not Participation.objects.exists()
    mail = Message.objects.get(address=desk.email)
    assert mail.subject == "Sample Speaker declined: Sample forum A"


def test_declining_after_accepting_takes_the_confirmation_back(client, desk):
    _invitation, link = send()
    answer(client, link)
    answer(client, link, "decline")
    assert Participation.objects.get().is_confirmed is False
    assert Message.objects.filter(address=desk.email).count() == 2
    # The letter is answered for good: who changes their mind again writes to the desk.
    assert answer(client, link).status_code == 409
    assert Participation.objects.get().is_confirmed is False


def test_a_double_click_answers_once(client, desk):
    _invitation, link = send()
    answer(client, link)
    second = answer(client, link)
    assert second.status_code == 409
    assert Participation.objects.count() == 1
    assert Message.objects.filter(address=desk.email).count() == 1


def test_too_many_words_are_refused_beside_the_field_and_kept(client):
    invitation, link = send()
    page = answer(client, link, words="示" * 2001)
    assert page.status_code == 400
    assert page.context["form"].errors["words"]
    assert "示" * 2001 in page.text
    invitation.refresh_from_db()
    assert invitation.state == "sent"


@pytest.mark.parametrize(
    ("moment", "status", "state"),
    [
        (REPLY_BY - timedelta(seconds=1), 302, "accepted"),
        (REPLY_BY, 409, "opened"),
        (REPLY_BY + timedelta(seconds=1), 409, "opened"),
    ],
)
def test_the_last_day_is_exact(client, moment, status, state):
    invitation, link = send()
    client.get(link)
    with clock.frozen_at(moment):
        page = answer(client, link)
    invitation.refresh_from_db()
    assert (page.status_code, invitation.state) == (status, state)
    if status == 409:
        assert "答复期限已过" in page.text
        assert not Participation.objects.exists()


# --- Withdrawing and expiring -------------------------------------------------------------------


def test_a_withdrawn_link_says_so(client):
    invitation, link = send()
    operations.withdraw_invitation(invitation, reason="示例原因")
    for page, status in ((client.get(link), 200), (answer(client, link), 409)):
        assert page.status_code == status
        assert "已撤回" in page.text
        assert 'name="answer"' not in page.text
    english = client.get(f"/en{link}")
    assert "This invitation was withdrawn." in english.text
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"
    assert not Participation.objects.exists()


def test_withdrawing_needs_a_reason_and_comes_before_the_answer(client):
    invitation, link = send()
    with pytest.raises(ValidationError) as refusal:
        operations.withdraw_invitation(invitation)
    assert refusal.value.code == "reason"
    answer(client, link)
    with pytest.raises(ValidationError) as refusal:
        operations.withdraw_invitation(invitation, reason="示例原因")
    assert refusal.value.code == "not_allowed"


def test_letters_expire_when_their_day_has_passed(client):
    late, link = send()
    answered, other = send()
    answer(client, other)
    InvitationFactory(reply_by=REPLY_BY)  # a draft has nothing to expire
    sent(InvitationFactory(reply_by=None))
    with clock.frozen_at(REPLY_BY - timedelta(seconds=1)):
        assert expire_invitations() == 0
    with clock.frozen_at(REPLY_BY):
        assert expire_invitations() == 1
        assert expire_invitations() == 0
        assert "答复期限已过" in client.get(link).text
        assert answer(client, link).status_code == 409
    late.refresh_from_db()
    answered.refresh_from_db()
    assert (late.state, answered.state) == ("expired", "accepted")


# --- With an account ----------------------------------------------------------------------------


def test_a_signed_in_speaker_answers_in_the_portal(client):
    person = UserFactory()
    invitation, _link = send(user=person)
    client.force_login(person)
    address = reverse("forums:invitation", args=[invitation.code])
    assert "示例论坛甲" in client.get("/portal/stage/").text
    assert client.get(address).status_code == 200
    answer(client, address)
    invitation.refresh_from_db()
    assert invitation.state == "accepted"
    assert StepRecord.objects.of(invitation).get(step="accept").by == person


def test_letters_of_others_and_drafts_are_not_there(client):
    person = UserFactory()
    foreign, _link = send(user=UserFactory())
    draft = InvitationFactory(speaker=SpeakerFactory(user=person), forum=ForumFactory())
    client.force_login(person)
    for invitation in (foreign, draft):
        address = reverse("forums:invitation", args=[invitation.code])
        assert client.get(address).status_code == 404
        assert answer(client, address).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "sent"
