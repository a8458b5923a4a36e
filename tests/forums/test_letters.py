"""The letter: approved by a second person, numbered without gaps, in both languages, with a link that ends and reminders."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from forums.models import Invitation, InvitationState, LetterSeries
from forums.models.invitation import INVITATION
from forums.operations import invitations as operations
from forums.operations.personal_links import find_by_token, link_to, token_of
from forums.tasks import remind_speakers
from tests.forums.factories import ForumFactory, InvitationFactory, SpeakerFactory, at, sent
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message, TemplateText

pytestmark = pytest.mark.django_db

NOW = at("08:00")
REPLY_BY = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def words_of(stored):
    stored.file.open("rb")
    return PdfReader(io.BytesIO(stored.file.read())).pages[0].extract_text()


# --- The steps ----------------------------------------------------------------------------------

ALLOWED = {
    ("draft", "approve"), ("approved", "reopen"), ("approved", "send"), ("sent", "open"),
    ("sent", "renew"), ("opened", "renew"), ("sent", "accept"), ("opened", "accept"),
    ("sent", "decline"), ("opened", "decline"), ("accepted", "decline"), ("sent", "expire"), ("opened", "expire"),
    ("draft", "withdraw"), ("approved", "withdraw"), ("sent", "withdraw"), ("opened", "withdraw"),
}  # fmt: skip


def in_state(state):
    times = {"approved_at": NOW, "sent_at": NOW, "answered_at": NOW, "number": "WAIC2024-I-0009"}
    return InvitationFactory(state=state, **times)


@pytest.mark.parametrize("step", [step.name for step in INVITATION.steps])
@pytest.mark.parametrize("state", InvitationState.values)
def test_every_pair_of_state_and_step(state, step):
    invitation = in_state(state)
    if (state, step) in ALLOWED:
        INVITATION.take(invitation, step, reason="示例原因")
        assert invitation.state == INVITATION[step].target
        return
    with pytest.raises(ValidationError) as refusal:
        INVITATION.take(invitation, step, reason="示例原因")
    assert refusal.value.code == "not_allowed"
    invitation.refresh_from_db()
    assert (invitation.state, invitation.version) == (state, 1)


# --- A second person ----------------------------------------------------------------------------


def test_whoever_worded_a_letter_does_not_approve_it():
    author, colleague = UserFactory(), UserFactory()
    invitation = InvitationFactory(worded_by=author)
    with pytest.raises(ValidationError) as refusal:
        operations.approve_content(invitation, by=author)
    assert refusal.value.code == "same_person"
    assert Invitation.objects.get().state == "draft"
    operations.approve_content(invitation, by=colleague)
    assert (invitation.state, invitation.approved_by, invitation.approved_at) == ("approved", colleague, NOW)  # fmt: skip
    # The database says so too, whoever goes past the operation.
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Invitation.objects.update(approved_by=author)


def test_a_letter_is_not_sent_without_its_approval():
    invitation = InvitationFactory()
    with pytest.raises(ValidationError) as refusal:
        operations.send_invitation(invitation)
    assert refusal.value.code == "not_allowed"
    assert not Message.objects.exists()
    assert not LetterSeries.objects.filter(last__gt=0).exists()


def test_a_change_after_the_approval_needs_a_new_one(client, desk):
    invitation = InvitationFactory(reply_by=REPLY_BY)
    operations.approve_content(invitation, by=UserFactory())
    page = reverse("admin:forums_invitation_change", args=[invitation.pk])
    form = {
        "forum": invitation.forum_id, "speaker": invitation.speaker_id, "role": "speaker", "message": "",
        "reply_by_0": "2024-07-15", "reply_by_1": "08:00",
    }  # fmt: skip
    assert client.post(page, form).status_code == 302
    assert Invitation.objects.get().state == "approved"  # saved without a change
    assert client.post(page, {**form, "message": "示例：新的话"}).status_code == 302
    after = Invitation.objects.get()
    assert (after.state, after.approved_by, after.worded_by, after.message) == ("draft", None, desk, "示例：新的话")  # fmt: skip
    with pytest.raises(ValidationError):
        operations.approve_content(after, by=desk)


def test_what_was_sent_stays_as_it_was_sent(client, desk):
    invitation = sent(InvitationFactory(message="示例：原话"))
    page = reverse("admin:forums_invitation_change", args=[invitation.pk])
    client.post(page, {"message": "示例：改过", "role": "keynote"})
    after = Invitation.objects.get()
    assert (after.message, after.role) == ("示例：原话", "speaker")


# --- Numbers ------------------------------------------------------------------------------------


def test_letters_are_numbered_per_edition_without_gaps():
    forum, other = ForumFactory(), ForumFactory(edition=EditionFactory(year=2031))
    first = sent(InvitationFactory(forum=forum))
    with pytest.raises(ValidationError):
        sent(InvitationFactory(forum=forum, speaker__email=""))
    second = sent(InvitationFactory(forum=forum))
    elsewhere = sent(InvitationFactory(forum=other))
    year = forum.edition.year
    assert [first.number, second.number, elsewhere.number] == [
        f"WAIC{year}-I-0001", f"WAIC{year}-I-0002", "WAIC2031-I-0001",
    ]  # fmt: skip


def naive_number(edition):
    """The wrong variant: look for the highest and add one."""
    last = Invitation.objects.filter(forum__edition=edition).exclude(number="").count()
    barrier.wait(5)
    return f"WAIC{edition.year}-I-{last + 1:04d}"


barrier = threading.Barrier(2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("naive", [False, True])
def test_two_desks_sending_at_once_take_two_numbers(monkeypatch, naive):
    forum, person = ForumFactory(), UserFactory()
    letters = [InvitationFactory(forum=forum) for _n in range(2)]
    for letter in letters:
        operations.approve_content(letter, by=person)
    monkeypatch.setattr(operations, "keep_letters", lambda invitation: [])
    if naive:
        monkeypatch.setattr(type(LetterSeries.objects), "next_number", lambda _self, e: naive_number(e))  # fmt: skip
    refusals = []

    def send(pk):
        try:
            with clock.frozen_at(NOW):
                operations.send_invitation(Invitation.objects.get(pk=pk))
        except IntegrityError as error:
            refusals.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[letter.pk]) for letter in letters]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    numbers = sorted(Invitation.objects.exclude(number="").values_list("number", flat=True))
    year = forum.edition.year
    if naive:
        assert (len(refusals), numbers) == (1, [f"WAIC{year}-I-0001"])
    else:
        assert (refusals, numbers) == ([], [f"WAIC{year}-I-0001", f"WAIC{year}-I-0002"])


# --- The PDF ------------------------------------------------------------------------------------


def test_both_letters_go_with_the_mail_and_say_what_was_approved():
    invitation = sent(
        InvitationFactory(
            speaker__name_zh="示例嘉宾", speaker__name_en="Sample Speaker", forum__title_zh="示例论坛甲", forum__title_en="Sample forum A",
            role="keynote", message="示例：#let x = 1 <b>", reply_by=REPLY_BY,
        )
    )  # fmt: skip
    mail = Message.objects.get()
    assert {a.name for a in mail.attachments.all()} == {f"{invitation.number}-zh.pdf", f"{invitation.number}-en.pdf"}  # fmt: skip
    zh, en = words_of(invitation.letter_zh), words_of(invitation.letter_en)
    for text in ("邀请函", "示例嘉宾", "示例论坛甲", invitation.number, "2024年7月15日"):
        assert text in "".join(zh.split())
    for text in ("Letter of invitation", "Dear Sample Speaker", "Keynote", invitation.number, "15 July 2024", "#let x = 1 <b>"):  # fmt: skip
        assert text in en
    # The link is in the mail alone: a letter is printed and passed on.
    assert token_of(invitation) not in zh + en
    assert not invitation.letter_zh.is_public


def test_the_desk_words_the_letter_with_placeholders():
    own = TemplateText(template="forums/letter", language="en", subject="An invitation", text="To {speaker.name_en}: come to {forum.title_en}.")  # fmt: skip
    own.full_clean()
    own.save()
    invitation = sent(InvitationFactory(speaker__name_en="Sample Speaker", forum__title_en="Sample forum A"))  # fmt: skip
    words = words_of(invitation.letter_en)
    assert "To Sample Speaker: come to Sample forum A." in " ".join(words.split())
    own.text = "{speaker.email}"
    with pytest.raises(ValidationError) as refusal:
        own.full_clean()
    assert set(refusal.value.message_dict) == {"text"}


def test_a_letter_is_read_by_its_person_and_the_desk_alone(client):
    person = UserFactory()
    invitation = sent(InvitationFactory(speaker__user=person))
    by_link = reverse("forums:invitation-letter-by-link", args=[token_of(invitation), "zh"])
    in_portal = reverse("forums:invitation-letter", args=[invitation.code, "en"])
    at_desk = reverse("admin:forums_invitation_letter", args=[invitation.pk, "en"])
    assert client.get(by_link)["Content-Type"] == "application/pdf"
    assert client.get(by_link.replace("-zh", "-xx")).status_code == 404
    for somebody, expected in ((UserFactory(), 404), (person, 200)):
        client.force_login(somebody)
        assert client.get(in_portal).status_code == expected
        assert client.get(at_desk).status_code in (302, 403)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(at_desk).status_code == 200


def test_the_desk_sees_the_letter_before_it_is_sent(client, desk):
    invitation = InvitationFactory(speaker__name_en="Sample Speaker")
    page = client.get(reverse("admin:forums_invitation_letter", args=[invitation.pk, "en"]))
    text = PdfReader(io.BytesIO(page.content)).pages[0].extract_text()
    assert "Draft" in text
    assert "Sample Speaker" in text
    assert Invitation.objects.get().letter_en is None


# --- The link -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "headers"),
    [("head", {}), ("get", {"Purpose": "prefetch"}), ("get", {"Sec-Purpose": "prefetch;prerender"}), ("get", {"X-Purpose": "preview"})],
)  # fmt: skip
def test_a_machines_look_is_not_noted(client, method, headers):
    invitation = sent(InvitationFactory())
    link = link_to(invitation, "zh-hans")
    assert getattr(client, method)(link, headers=headers).status_code == 200
    assert Invitation.objects.get().state == "sent"
    page = client.get(link)
    assert Invitation.objects.get().state == "opened"
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("same-origin", "private, no-store")


def test_an_answer_without_a_button_is_none(client):
    invitation = sent(InvitationFactory())
    for data in ({}, {"answer": "perhaps"}, {"words": "示例：稍后"}):
        page = client.post(link_to(invitation, "zh-hans"), data)
        assert page.status_code == 400
        assert page.context["form"].errors["answer"]
        assert data.get("words", "") in page.text
    assert Invitation.objects.get().state == "sent"


def test_a_new_link_ends_the_old_one(client):
    invitation = sent(InvitationFactory(speaker__email="guest@example.com", reply_by=REPLY_BY))
    old = link_to(invitation, "zh-hans")
    client.get(old)
    invitation.refresh_from_db()
    operations.renew_link(invitation)
    new = link_to(invitation, "zh-hans")
    assert old != new
    assert Message.objects.latest("pk").link.endswith(new)
    for page, status in ((client.get(old), 200), (client.post(old, {"answer": "accept"}), 409)):
        assert page.status_code == status
        assert "已被新链接取代" in page.text
        assert invitation.forum.title_zh not in page.text
    assert client.get(reverse("forums:invitation-letter-by-link", args=[old.rstrip("/").rsplit("/", 1)[-1], "zh"])).status_code == 404  # fmt: skip
    assert Invitation.objects.get().state == "sent"
    assert client.post(new, {"answer": "accept"}).status_code == 302


def test_forged_links_lead_nowhere():
    invitation = sent(InvitationFactory())
    good = token_of(invitation)
    head, _colon, signature = good.partition(":")
    forged = [head, f"{head}:", f"{head}:{signature[:-1]}", f"{invitation.code}.2:{signature}", f":{signature}", "x:y", ""]  # fmt: skip
    assert [find_by_token(token) for token in forged] == [None] * len(forged)
    assert find_by_token(good) == invitation


def test_a_withdrawn_draft_was_never_out(client):
    invitation = InvitationFactory()
    operations.withdraw_invitation(invitation, reason="示例")
    assert client.get(link_to(invitation, "zh-hans")).status_code == 404


# --- Reminders ----------------------------------------------------------------------------------


def reminded(moment):
    with clock.frozen_at(moment):
        return remind_speakers(), remind_speakers()


def test_reminders_go_out_seven_and_two_days_before_and_no_more():
    invitation = sent(InvitationFactory(reply_by=REPLY_BY))
    sent(InvitationFactory(reply_by=None))
    answered = sent(InvitationFactory(reply_by=REPLY_BY))
    operations.answer_invitation(answered, accepts=True)
    second = timedelta(seconds=1)
    for moment, expected in [
        (REPLY_BY - timedelta(days=7) - second, (0, 0)),
        (REPLY_BY - timedelta(days=7), (1, 0)),
        (REPLY_BY - timedelta(days=2) - second, (0, 0)),
        (REPLY_BY - timedelta(days=2), (1, 0)),
        (REPLY_BY - second, (0, 0)),
        (REPLY_BY, (0, 0)),
    ]:
        assert reminded(moment) == expected, moment
    mails = Message.objects.filter(template="forums/invitation_reminder")
    assert [m.address for m in mails] == [invitation.speaker.email] * 2
    assert all(m.is_secret and m.link.endswith(link_to(invitation, "zh-hans")) for m in mails)
    invitation.refresh_from_db()
    assert (invitation.reminders, invitation.reminded_at) == (2, REPLY_BY - timedelta(days=2))


def test_a_letter_of_this_morning_is_not_reminded_of_at_noon():
    sent(InvitationFactory(reply_by=NOW + timedelta(days=5)))
    assert reminded(NOW + timedelta(hours=4)) == (0, 0)
    assert reminded(NOW + timedelta(days=3)) == (1, 0)


def test_nobody_is_written_to_without_an_address():
    invitation = sent(InvitationFactory(reply_by=REPLY_BY))
    type(invitation.speaker).objects.update(email="")
    SpeakerFactory()
    assert reminded(REPLY_BY - timedelta(days=1)) == (0, 0)


def test_the_desk_approves_and_sends_step_by_step(client, desk):
    invitation = InvitationFactory(worded_by=UserFactory(), speaker__email="guest@example.com")
    for name, state in (("approve", "approved"), ("send", "sent"), ("renew", "sent")):
        page = reverse("admin:forums_invitation_step", args=[invitation.pk, name])
        assert client.post(page, {"confirmed": "1", "reason": ""}).status_code == 302
        invitation.refresh_from_db()
        assert invitation.state == state
    taken = StepRecord.objects.of(invitation).order_by("pk")
    assert [(r.step, r.by) for r in taken] == [("approve", desk), ("send", desk), ("renew", desk)]
