"""Slides at the desk: whose are missing, reminders, one ZIP, releasing many."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from forums.models import Session, Slides, SlidesExtension
from forums.operations import slides as operations
from forums.operations.slides_reminding import remind_of_slides
from forums.operations.slides_zip import JOB, name_of
from forums.operations.speaking import answer_consent
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import ParticipationFactory, RoomFactory, at, published_forum
from tests.forums.slides.presenting import DUE, NOW, body, desk, released, speaking_in, upload
from tests.lib.factories import UserFactory
from waic.lib import clock, jobs
from waic.lib.files import PDF
from waic.lib.models import JobRun
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("more", [0, 2])
def test_the_desk_finds_who_is_missing(client, forum, guest, more, django_assert_max_num_queries):
    for _n in range(more):
        speaking_in(forum)
    here = speaking_in(forum)
    upload(here)
    speaking_in(forum, role="panellist")
    ParticipationFactory(forum=forum)  # a guest of the forum, with no talk of their own
    Session.objects.filter(pk=speaking_in(forum).session_id).update(kind="ceremony")
    desk(client)
    page = reverse("admin:forums_contribution_changelist")
    client.get(page)
    with django_assert_max_num_queries(22):
        rows = client.get(f"{page}?slides=missing&day=2024-07-05").context["cl"].result_list
    assert (len(rows), here.pk in {row.pk for row in rows}) == (1 + more, False)
    other = published_forum(edition=forum.edition)
    for code, count in ((forum.code, 1 + more), (other.code, 0), ("x", 0)):
        found = client.get(page, {"slides": "missing", "of_forum": code}).context["cl"].result_list
        assert len(found) == count
    assert not client.get(f"{page}?slides=late").context["cl"].result_list
    with clock.frozen_at(DUE):
        assert len(client.get(f"{page}?slides=late").context["cl"].result_list) == 1 + more
    with clock.frozen_at(at("10:30")):
        counts = [len(client.get(f"{page}?slides={word}").context["cl"].result_list) for word in ("missing", "late", "never")]  # fmt: skip
        assert (counts, "从未提交" in client.get(page).text) == ([0, 0, 1 + more], True)
    assert not client.get(f"{page}?slides=missing&day=2024-07-06").context["cl"].result_list


def test_a_reminder_is_one_mail_a_day_with_all_that_is_missing(client, forum, guest):
    second = speaking_in(forum, "11:00", speaker=guest.speaker, title="示例第二场")
    nobody = speaking_in(forum)  # without an address
    desk(client)
    page, data = reverse("admin:forums_contribution_changelist"), {"action": "remind", "_selected_action": [guest.pk, second.pk, nobody.pk]}  # fmt: skip
    for _n in range(2):
        assert client.post(page, data).status_code == 302
    mail = Message.objects.get()
    assert (mail.recipient, mail.template) == (guest.speaker.user, "forums/slides_reminder")
    assert str(guest.session) in mail.text
    assert "示例第二场" in mail.text
    with clock.frozen_at(NOW + timedelta(days=1)):
        assert remind_of_slides([guest]) == 1
    with clock.frozen_at(DUE):
        assert remind_of_slides([guest]) == 0


def test_all_slides_come_as_one_zip_with_safe_names(client, forum, guest):
    room = RoomFactory(venue__edition=forum.edition, name_zh="H1/甲厅")
    twins = [speaking_in(forum, "11:00", room, "../示例: 对话?", speaker__name_zh="示例甲") for _n in range(2)]  # fmt: skip
    for n, row in enumerate([guest, *twins]):
        upload(row, content=pdf_bytes(pages=n + 1))
    desk(client)
    page = reverse("admin:forums_contribution_changelist")
    client.post(
        page, {"action": "take_as_zip", "_selected_action": [guest.pk, *(t.pk for t in twins)]}
    )
    run = JobRun.objects.get(kind=JOB)
    assert jobs.run(run.pk) == "done"
    run.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(run.result.file.read())) as archive:
        assert archive.namelist() == [
            f"10-00_x_示例演讲_{guest.speaker.name_zh}.pdf", "11-00_H1-甲厅_示例-对话_示例甲.pdf", "11-00_H1-甲厅_示例-对话_示例甲-2.pdf",
        ]  # fmt: skip
        assert archive.read(archive.namelist()[1]) == pdf_bytes(pages=2)


def test_a_zip_of_nothing_says_so(client, guest):
    run = jobs.start(JOB, title="示例", params={"contributions": [guest.pk]})
    assert jobs.run(run.pk) == "failed"
    run.refresh_from_db()
    assert len(run.errors) == 1


def test_a_name_never_leaves_its_folder(guest):
    row = operations.contributions().get()
    row.session.title_zh, row.speaker.name_zh = "..\\..\\" + "长" * 300, "/etc/passwd\x00‮"
    name = name_of(row, None, PDF)
    assert (name.count("/"), name.count("\\"), len(name) < 120) == (0, 0, True)


def test_releasing_many_says_of_whom_it_was_not_possible(client, forum, guest):
    released(guest)
    shy = speaking_in(forum)
    slides = upload(shy).slides
    desk(client)
    change = reverse("admin:forums_slides_change", args=[slides.pk])
    assert "talk.pdf" in client.get(change).text
    file = client.get(reverse("admin:forums_slides_file", args=[slides.files.get().pk]))
    assert body(file) == pdf_bytes()
    listed = reverse("admin:forums_slides_changelist")
    data = {
        "action": "step_release",
        "_selected_action": [slides.pk],
        "confirmed": "1",
        "seen": f"{slides.pk}:{slides.version}",
    }
    with clock.frozen_at(at("12:30")):
        page = client.post(listed, data, follow=True)
    assert str(shy.speaker) in page.text
    slides.refresh_from_db()
    assert slides.state == "kept"


def test_of_two_who_release_many_the_second_is_told_what_changed(client, forum, guest):
    """Both looked at the same page; meanwhile one of the speakers sent a newer version, and a colleague released another."""
    rows = [guest, *(speaking_in(forum, "10:30", title=f"示例第{n}场") for n in range(3))]
    colleague = UserFactory(name="示例同事")
    for row in rows:
        upload(row, name="first.pdf")
        answer_consent(row.speaker, "slides", True)
    _newer, released, unseen, _fine = slides = [
        Slides.objects.get(participation=row) for row in rows
    ]
    desk(client)
    listed = reverse("admin:forums_slides_changelist")
    chosen = {"action": "step_release", "_selected_action": [s.pk for s in slides]}
    with clock.frozen_at(at("12:30")):
        page = client.post(listed, chosen)
        assert page.text.count("版本 1，first.pdf") == 4
        seen = re.findall(r'name="seen" value="(\d+:\d+)"', page.text)
        SlidesExtension.objects.create(speaker=rows[0].speaker, until=at("23:00"), reason="示例")
        upload(rows[0], name="second.pdf")
        operations.release_slides(released, by=colleague)
        sent = [pair for pair in seen if not pair.startswith(f"{unseen.pk}:")]
        answer = client.post(listed, {**chosen, "confirmed": "1", "seen": sent}, follow=True).text
    states = dict(Slides.objects.values_list("pk", "state"))
    assert [states[s.pk] for s in slides] == ["kept", "released", "kept", "released"]
    assert "现在：版本 2，second.pdf" in answer
    assert "示例同事：状态“供舞台使用”→“已公开”" in answer
    assert "页面没有显示这一行" in answer
