"""What follows a decline: nobody reads the name any more, the forum has a task, its hosts know, the desk sees what is urgent."""

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import Forum, ForumTask, Participation, Release, Session, Slot
from forums.models.task import TASK, TaskState
from forums.operations import declining
from forums.operations.forums import index_forum
from forums.operations.invitations import answer_invitation
from forums.operations.releasing import next_number, release_programme
from forums.releases.people import difference_of
from forums.releases.released import Released
from forums.releases.snapshot import draft_of, moment
from tests.forums.factories import (
    HonourFactory,
    InvitationFactory,
    ParticipationFactory,
    at,
    published_forum,
    sent,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.editions.models import Edition, SearchEntry
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message
from waic.reports.facts import guests
from waic.site.figures import board_figures

pytestmark = pytest.mark.django_db

EARLY = at("08:00") - timedelta(days=7)


@pytest.fixture(autouse=True)
def a_week_before():
    with clock.frozen_at(EARLY):
        yield


@pytest.fixture
def host():
    return UserFactory(language="en")


@pytest.fixture
def forum(host):
    """A published forum with a session and a host, and another host who left."""
    forum = published_forum(title_zh="示例论坛甲", title_en="Sample forum A")
    timed_session(forum)
    forum.hosts.create(user=host)
    forum.hosts.create(user=UserFactory(is_active=False))
    return forum


def invited(forum, role="keynote", **speaker):
    named = {"speaker__name_en": "Sample Decliner", "speaker__name_zh": "示例谢绝者", **speaker}
    return sent(InvitationFactory(forum=forum, role=role, reply_by=at("20:00"), **named))


def accepted(forum, role="keynote"):
    """A guest who accepted for the forum and stands in its session as well."""
    invitation = answer_invitation(invited(forum, role), accepts=True)
    ParticipationFactory(forum=forum, session=forum.sessions.get(), speaker=invitation.speaker)
    HonourFactory(speaker=invitation.speaker)
    index_forum(forum)
    return invitation


def decline(invitation, **fields):
    answer_invitation(invitation, accepts=False, **fields)
    return ForumTask.objects.filter(invitation=invitation).first()


# --- Off the lists ------------------------------------------------------------------------------


def public_addresses(forum):
    session = forum.sessions.get()
    return [
        f"/2024/forums/{forum.code}/", f"/2024/sessions/{session.code}/", "/2024/speakers/", "/2024/speakers/?q=Decliner",
        "/2024/programme/schedule.json", "/2024/programme/schedule.xml", "/2024/programme/schedule.ics",
        f"/2024/forums/{forum.code}.ics", "/api/v1/speakers/", f"/api/v1/sessions/{session.code}/", "/2024/search/?q=Decliner",
        "/search/?q=Decliner", "/sitemap.xml",
    ]  # fmt: skip


def release(edition):
    edition = Edition.objects.get(pk=edition.pk)
    return release_programme(edition, by=None, expects=next_number(edition))


@pytest.fixture(params=["before the first release", "after a release"])
def announce(request):
    """Announce a forum's guests: by themselves, or by a release."""
    by_release = request.param.startswith("after")
    return lambda forum: release(forum.edition) if by_release else index_forum(forum)


def test_nobody_reads_the_name_of_a_guest_who_declined(
    client, forum, announce, django_capture_on_commit_callbacks
):
    invitation, stays = (
        accepted(forum),
        ParticipationFactory(forum=forum, session=forum.sessions.get()),
    )
    announce(forum)
    code = invitation.speaker.code
    before = {path: client.get(path, follow=True) for path in public_addresses(forum)}
    known = {path for path, page in before.items() if page.status_code == 200}
    naming = {
        path
        for path in known
        if code in before[path].text or "Sample Decliner" in before[path].text
    }
    assert len(naming) >= 9, naming
    with django_capture_on_commit_callbacks(execute=True):
        decline(invitation)
    for path in known:
        page = client.get(path, follow=True)
        shown = page.text.replace("q=Decliner", "").replace('value="Decliner"', "")
        assert code not in shown, path
        assert "Sample Decliner" not in shown, path
    assert stays.speaker.code in client.get(f"/2024/forums/{forum.code}/").text
    for path in (
        f"/2024/speakers/{code}/",
        f"/2024/speakers/{code}.ics",
        f"/api/v1/speakers/{code}/",
    ):
        assert client.get(path).status_code == 404, path
    assert not SearchEntry.objects.filter(code=code).exists()


def test_counts_and_filters_leave_a_decline_out(
    client, forum, announce, django_capture_on_commit_callbacks
):
    invitation = accepted(forum)
    announce(forum)
    honoured = f"/2024/programme/?honour=turing&day={forum.date}"

    def seen():
        edition = Edition.objects.get(pk=forum.edition_id)
        found = forum.code in client.get(honoured).text
        return guests(edition).count(), board_figures(edition, ())["speakers"], found

    assert seen() == (1, 1, True)
    with django_capture_on_commit_callbacks(execute=True):
        decline(invitation)
    assert seen() == (0, 0, False)


def test_a_guest_of_two_forums_stays_with_the_other_one(client, forum, announce):
    invitation, other = accepted(forum), published_forum(title_en="Sample forum B")
    ParticipationFactory(forum=other, speaker=invitation.speaker)
    announce(forum)
    decline(invitation)
    page = client.get(f"/2024/speakers/{invitation.speaker.code}/").text
    assert other.code in page
    assert forum.code not in page
    calendar = client.get(f"/2024/speakers/{invitation.speaker.code}.ics").text
    assert other.code in calendar
    assert forum.code not in calendar
    assert SearchEntry.objects.filter(code=invitation.speaker.code).exists()


def test_feeds_are_newer_after_a_decline(forum):
    invitation, session = accepted(forum), forum.sessions.get()
    with clock.frozen_at(EARLY + timedelta(days=1)) as later:
        decline(invitation)
    session.refresh_from_db()
    assert (session.changed_at, Forum.objects.get().changed_at) == (later, later)


def test_a_release_says_who_declined_since_and_tells_it_with_the_next_one(client, forum):
    """Its document stays, calendars are newer at once, the draft's difference is told, and a new yes counts again."""
    invitation, session = accepted(forum), forum.sessions.get()
    for model in (Session, Slot):
        model.objects.update(changed_at=EARLY)
    made = release(forum.edition)
    number = invitation.speaker_id
    with clock.frozen_at(EARLY + timedelta(days=1)) as later:
        decline(invitation)
    (doc,) = Released(Edition.objects.get(), made.content).content["forums"]
    entry = doc["sessions"][0]["slots"][0]
    assert (
        [p for s in (doc, *doc["sessions"]) for p in s["people"]],
        moment(entry["changed"]),
    ) == ([], later)
    kept = Release.objects.get(pk=made.pk).content
    assert kept == made.content
    (changes,) = difference_of(forum.edition, kept, draft_of(forum.edition))
    assert {(c.of, c.left) for c in changes.changes} == {
        ("forum", (number,)),
        ("session", (number,)),
    }
    again = answer_invitation(invited(forum, speaker=invitation.speaker), accepts=True)
    page = client.get(f"/2024/forums/{forum.code}/").text
    assert (again.speaker_id, "示例谢绝者" in page) == (number, True)
    assert SearchEntry.objects.filter(code=invitation.speaker.code).exists()
    assert session.forum_id == forum.pk


def test_unconfirmed_rows_are_the_ones_of_this_person_in_this_forum(forum):
    invitation, other = accepted(forum), ParticipationFactory(forum=forum)
    decline(invitation)
    rows = {p.speaker_id: p.is_confirmed for p in Participation.objects.all()}
    assert rows == {invitation.speaker_id: False, other.speaker_id: True}


# --- The task -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "opens"), [("keynote", True), ("speaker", False), ("moderator", False), ("guest", False)])  # fmt: skip
def test_a_keynote_opens_a_task(forum, role, opens):
    task = decline(invited(forum, role))
    assert bool(task) is opens
    if opens:
        assert (task.forum, task.state, task.is_urgent, task.opened_at) == (
            forum,
            "open",
            False,
            EARLY,
        )


def test_who_was_announced_as_keynote_opens_one_whatever_the_letter_said(forum):
    invitation = invited(forum, "speaker")
    ParticipationFactory(forum=forum, speaker=invitation.speaker, role="keynote")
    assert decline(invitation) is not None


@pytest.mark.parametrize(
    ("before", "urgent"),
    [
        (timedelta(hours=24, seconds=1), False),
        (timedelta(hours=24), True),
        (timedelta(minutes=1), True),
        (timedelta(hours=-1), True),
        (timedelta(hours=-2), False),
    ],
)
def test_the_last_day_is_urgent_for_every_role(forum, before, urgent):
    invitation = invited(forum, "panellist", speaker__name_zh="示例")
    with clock.frozen_at(forum.starts_at - before):
        invitation.reply_by = None
        invitation.save()
        task = decline(invitation)
    assert bool(task and task.is_urgent) is urgent


def test_a_forum_without_times_is_never_urgent(forum):
    Forum.objects.update(starts_at=None, ends_at=None)
    forum.parts.all().delete()
    forum.refresh_from_db()
    assert declining.is_urgent(forum) is False


@pytest.mark.parametrize(
    ("state", "step"), list(product(TaskState.values, ["done", "drop", "reopen"]))
)
def test_every_pair_of_state_and_step(forum, state, step):
    closed = None if state == "open" else EARLY
    task = ForumTask.objects.create(forum=forum, invitation=InvitationFactory(forum=forum), state=state, opened_at=EARLY, closed_at=closed)  # fmt: skip
    take = {"done": declining.finish_task, "drop": declining.drop_task, "reopen": declining.reopen_task}[step]  # fmt: skip
    allowed = {("open", "done"): "done", ("open", "drop"): "dropped", ("done", "reopen"): "open", ("dropped", "reopen"): "open"}  # fmt: skip
    if after := allowed.get((state, step)):
        take(task, reason="示例原因")
        task.refresh_from_db()
        assert (task.state, bool(task.closed_at)) == (after, after != "open")
        assert StepRecord.objects.of(task).get().reason == "示例原因"
    else:
        with pytest.raises(ValidationError) as refusal:
            take(task, reason="示例原因")
        assert refusal.value.code == "not_allowed"
    assert {s.name for s in TASK.steps} == {"done", "drop", "reopen"}


def test_a_task_is_closed_with_its_time_and_one_per_letter(forum):
    invitation = InvitationFactory(forum=forum)
    row = {"forum": forum, "invitation": invitation, "opened_at": EARLY}
    for wrong in ({"state": "done"}, {"closed_at": EARLY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumTask.objects.create(**row, **wrong)
    ForumTask.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForumTask.objects.create(**row)


# --- The host -----------------------------------------------------------------------------------


def test_the_host_is_told_without_the_words_to_the_organisers(forum, host):
    decline(invited(forum), words="示例：私下的话")
    mail = Message.objects.get(template="forums/guest_declined")
    assert (mail.recipient, mail.language, mail.subject) == (
        host,
        "en",
        "Sample Decliner declined: Sample forum A",
    )
    assert "There is a task on the page of your forum" in mail.text
    assert "私下的话" not in mail.text
    assert mail.link.endswith(f"/en/portal/stage/forums/{forum.code}/")


def test_a_mail_of_the_last_evening_says_so(forum, host):
    host.language = "zh-hans"
    host.save()
    invitation = invited(forum, "speaker")
    with clock.frozen_at(forum.starts_at - timedelta(hours=14)):
        invitation.reply_by, invitation.invited_by = None, UserFactory(language="zh-hans")
        invitation.save()
        decline(invitation)
    assert Message.objects.get(template="forums/guest_declined").subject == "紧急：示例谢绝者谢绝了邀请：示例论坛甲"  # fmt: skip
    told = Message.objects.get(template="forums/invitation_answered")
    assert (told.subject.startswith("紧急："), "多了一项待办" in told.text) == (True, True)


def page_of(forum):
    return reverse("forums:hosted-forum", args=[forum.code])


def test_the_host_sees_the_task_and_closes_it(client, forum, host):
    task = decline(invited(forum))
    client.force_login(host)
    page = client.get(page_of(forum), headers={"Accept-Language": "zh-hans"})
    assert "主旨演讲谢绝：示例谢绝者" in page.text
    assert client.post(page_of(forum), {"step": "done", "task": task.pk}).status_code == 302
    task.refresh_from_db()
    assert (task.state, StepRecord.objects.of(task).get().by) == ("done", host)
    late = client.post(page_of(forum), {"step": "drop", "task": task.pk, "reason": "示例"})
    assert (late.status_code, ForumTask.objects.get().state) == (400, "done")


def test_dropping_needs_a_reason_beside_the_field(client, forum, host):
    task = decline(invited(forum))
    client.force_login(host)
    page = client.post(page_of(forum), {"step": "drop", "task": task.pk, "reason": " "})
    assert page.status_code == 400
    assert "请填写原因" in page.text
    task.refresh_from_db()
    assert task.state == "open"


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 30, "-1", "foreign"])
def test_a_task_of_another_forum_is_not_there(client, forum, host, number):
    foreign = decline(invited(published_forum()))
    client.force_login(host)
    data = {"step": "done", "task": foreign.pk if number == "foreign" else number}
    assert client.post(page_of(forum), data).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "open"


def test_ten_tasks_cost_the_page_what_one_does(client, forum, host, django_assert_max_num_queries):
    client.force_login(host)
    decline(invited(forum))
    client.get(page_of(forum))
    with django_assert_max_num_queries(40) as one:
        client.get(page_of(forum))
    for _n in range(3):
        decline(invited(forum))
    with django_assert_max_num_queries(len(one)):
        page = client.get(page_of(forum))
    assert page.text.count('name="task"') == 4


# --- The desk -----------------------------------------------------------------------------------


def test_the_desk_sees_what_is_urgent_first(client, forum):
    decline(invited(forum))
    invitation = invited(forum, "speaker")
    with clock.frozen_at(forum.starts_at - timedelta(hours=2)):
        invitation.reply_by = None
        invitation.save()
        decline(invitation)
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    waiting = client.get("/en/admin/").context["waiting"]
    assert [(str(line["words"]), line["count"]) for line in waiting[:2]] == [
        ("Urgent: guests who declined within a day of their forum", 1), ("Declined keynotes to see to", 1),
    ]  # fmt: skip


def test_the_desk_closes_a_task_by_its_step(client, forum):
    task = decline(invited(forum))
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    url = reverse("admin:forums_forumtask_step", args=[task.pk, "drop"])
    assert client.post(url, {"confirmed": "1", "reason": ""}).status_code == 400
    assert (
        client.post(
            url, {"confirmed": "1", "reason": "示例原因", "version": task.version}
        ).status_code
        == 302
    )
    task.refresh_from_db()
    assert task.state == "dropped"


# --- Roles in a session -------------------------------------------------------------------------


def test_a_session_shows_each_guest_with_their_role_in_order(client, forum):
    session = forum.sessions.get()
    for order, role in ((3, "moderator"), (1, "keynote"), (2, "panellist")):
        ParticipationFactory(
            forum=forum, session=session, role=role, order=order, speaker__name_en=f"Sample {role}"
        )
    text = client.get(f"/en/2024/sessions/{session.code}/").text
    text = text[text.index("<main") :]  # above it engines read the names
    places = [text.index(words) for words in ("Sample keynote", ">Keynote<", "Sample panellist", ">Panellist<", "Sample moderator", ">Moderator<")]  # fmt: skip
    assert places == sorted(places)


def test_nobody_is_twice_in_one_session(forum):
    session = forum.sessions.get()
    guest = ParticipationFactory(forum=forum, session=session)
    twice = Participation(forum=forum, session=session, speaker=guest.speaker, role="moderator")
    with pytest.raises(ValidationError) as refusal:
        twice.full_clean()
    assert "名单" in str(refusal.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()
