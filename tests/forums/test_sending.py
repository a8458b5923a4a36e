"""Many letters at once: a job with progress, what was not sent by name, nothing sent twice whoever runs it how often."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from forums.models import Invitation, LetterSeries
from forums.operations import invitations, sending
from tests.forums.factories import InvitationFactory, at
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock, jobs
from waic.lib.models import JobRun, JobState
from waic.notifications.models import Message

NOW = at("08:00")


@pytest.fixture(autouse=True)
def in_the_morning(monkeypatch):
    """Nobody wakes a worker, and letters are quick to make."""
    monkeypatch.setattr(jobs, "wake_up", lambda pk: None)
    monkeypatch.setattr(invitations, "keep_letters", lambda invitation: ())
    with clock.frozen_at(NOW), translation.override("en"):
        yield


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, is_superuser=True, language="en")
    client.force_login(person)
    return person


def approved(count, **fields):
    edition = EditionFactory()
    letters = [InvitationFactory(forum__edition=edition, **fields) for _n in range(count)]
    by = UserFactory()
    return [invitations.approve_content(letter, by=by) for letter in letters]


def asked(letters, by):
    return sending.start_sending([(letter.pk, letter.version) for letter in letters], by=by)


def done(run):
    jobs.run(run.pk)
    run.refresh_from_db()
    return run


def numbers():
    return sorted(Invitation.objects.exclude(number="").values_list("number", flat=True))


# --- From the list ------------------------------------------------------------------------------


def choose(client, letters, **data):
    return client.post(
        reverse("admin:forums_invitation_changelist"),
        {"action": "step_send", "_selected_action": [i.pk for i in letters], "confirmed": "1", "reason": "示例",
         "seen": [f"{i.pk}:{i.version}" for i in letters], **data},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("count", [20, 21])
def test_more_than_twenty_letters_are_sent_by_a_job(client, desk, count):
    letters = approved(count)
    page = choose(client, letters)
    if count == 20:
        assert (JobRun.objects.count(), len(numbers())) == (0, 20)
        return
    run = JobRun.objects.get()
    assert page.headers["Location"] == reverse("jobs:progress", args=[run.uuid])
    assert (run.requested_by, numbers(), run.title) == (desk, [], "Sending invitations (21)")
    done(run)
    assert (run.state, run.done, run.total, run.note, run.errors) == ("done", 21, 21, "Sent: 21.", [])  # fmt: skip
    assert numbers() == [f"WAIC2024-I-{n:04}" for n in range(1, 22)]
    assert Message.objects.filter(template="forums/invitation").count() == 21
    assert Invitation.objects.values_list("state", flat=True).distinct().get() == "sent"


@pytest.mark.django_db
def test_a_page_that_cannot_be_read_starts_no_job(client, desk, monkeypatch):
    monkeypatch.setattr(sending, "MOST_AT_HAND", 1)
    letters = approved(2)
    choose(client, letters, seen=[f"{letters[0].pk}:x"])
    assert (JobRun.objects.count(), numbers()) == (0, [])


# --- What was not sent --------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_not_sent_is_named_with_its_reason(client, desk):
    fine, nowhere, changed, out, gone = letters = approved(5)
    InvitationFactory()  # somebody else's, not asked for
    run = asked(letters, desk)
    Invitation.objects.filter(pk=nowhere.pk).update(speaker=nowhere.speaker)
    nowhere.speaker.email = ""
    nowhere.speaker.save()
    invitations.reopen_content(changed)
    invitations.send_invitation(out)
    gone.delete()
    done(run)
    assert (run.state, run.note) == ("done", "Sent: 1. Out already: 1. Not sent: 3.")
    assert [error["text"] for error in run.errors] == [
        f"{nowhere}: {nowhere.speaker} has no e-mail address yet.",
        f"{changed}: Somebody changed this a moment ago. Reload the page and look again.",
        "A letter was deleted meanwhile.",
    ]
    states = dict(Invitation.objects.values_list("pk", "state"))
    assert [states[i.pk] for i in (fine, nowhere, changed, out)] == ["sent", "approved", "draft", "sent"]  # fmt: skip
    page = client.get(f"/en/admin/jobs/{run.uuid}/").text
    assert "Not done, and why:" in page
    assert "has no e-mail address yet" in page


@pytest.mark.django_db
def test_whoever_lost_the_right_sends_nothing(desk):
    run = asked(approved(2), desk)
    type(desk).objects.filter(pk=desk.pk).update(is_superuser=False)
    assert done(run).state == JobState.FAILED
    assert [error["text"] for error in run.errors] == ["You may not do this."]
    assert numbers() == []


# --- Never twice --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_whose_worker_was_lost_goes_on_where_it_was(desk):
    letters = approved(3)
    run = asked(letters, desk)
    invitations.send_invitation(letters[0], by=desk)
    past = timezone.now() - timedelta(minutes=2)
    JobRun.objects.filter(pk=run.pk).update(state="running", attempts=1, lease_until=past)
    assert done(run).note == "Sent: 2. Out already: 1."
    assert len(numbers()) == Message.objects.filter(template="forums/invitation").count() == 3


@pytest.mark.django_db
def test_asking_twice_while_it_runs_is_one_job(desk):
    letters = approved(2)
    assert asked(letters, desk) == asked(letters, desk)
    assert JobRun.objects.count() == 1


def sent_by_two(desk, count=6):
    """Two jobs of two people over the same letters, at once; the notes of both."""
    letters = approved(count)
    colleague = UserFactory(is_staff=True, is_superuser=True)
    runs = [asked(letters, person) for person in (desk, colleague)]
    start = threading.Barrier(2)

    def work(run):
        with clock.frozen_at(NOW):
            start.wait()
            jobs.run(run.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [JobRun.objects.get(pk=run.pk) for run in runs]


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_send_each_letter_once(desk):
    runs = sent_by_two(desk)
    assert [run.state for run in runs] == ["done", "done"]
    assert len(numbers()) == len(set(numbers())) == 6
    assert Message.objects.filter(template="forums/invitation").count() == 6
    assert LetterSeries.objects.get().last == 6


@pytest.mark.django_db(transaction=True)
def test_a_job_that_trusts_what_it_read_is_noticed(desk, monkeypatch):
    """The wrong way: take the state from the row as it was read, and write it back."""

    def send_anyway(invitation, *, by, reason, version):
        invitation.state = "sent"
        invitation.sent_at = NOW
        invitation.number = LetterSeries.objects.next_number(invitation.forum.edition)
        invitation.save()
        invitations.write_to_speaker(invitation, "forums/invitation", invitation.number)

    monkeypatch.setattr(sending, "send_invitation", send_anyway)
    meeting = threading.Barrier(2)
    read = sending._not_sent

    def together(*args):
        meeting.wait(timeout=5)  # both have read the letter before either writes
        return read(*args)

    monkeypatch.setattr(sending, "_not_sent", together)
    sent_by_two(desk, count=1)
    assert Message.objects.filter(template="forums/invitation").count() == 2
