"""Slides: versions until they are due, missing ones, one ZIP, the public after a release; nobody else's are there."""

import io
import threading
import time
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import SLIDES, Session, Slides, SlidesExtension, SlidesFile, StageRules
from forums.operations import slides as operations
from forums.operations.merging import merge_speakers
from forums.operations.slides_reminding import remind_of_slides
from forums.operations.slides_zip import JOB, name_of
from forums.operations.speaking import answer_consent
from tests.awards.uploads import pdf_bytes, zip_bomb, zip_bytes
from tests.forums.factories import (
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.test_seats import at_once
from tests.lib.factories import UserFactory
from waic.accounts.desks import sync_desks
from waic.lib import clock, jobs
from waic.lib.files import KEY, PDF, PPTX, sniff
from waic.lib.invariants import broken
from waic.lib.models import JobRun, StoredFile
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db
NOW, DUE = at("08:00") - timedelta(days=5), at("08:00") - timedelta(days=2)
PPTX_BYTES = zip_bytes(**{"ppt/presentation.xml": "x"})
KEY_BYTES = zip_bytes(**{"Index/Slide.iwa": "x", "Index/Document.iwa": "x"})


@pytest.fixture(autouse=True)
def days_before():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def forum():
    forum = published_forum(title_zh="示例论坛甲")
    StageRules.objects.create(edition=forum.edition, slides_due_at=DUE)
    return forum


@pytest.fixture
def guest(forum):
    """A keynote in a session, who is on the forum's list as well."""
    guest = speaking_in(forum, speaker__user=UserFactory(), role="keynote")
    ParticipationFactory(forum=forum, speaker=guest.speaker)
    return guest


def speaking_in(forum, starts="10:00", room=None, title="示例演讲", **fields):
    session = timed_session(forum, starts, room=room, title_zh=title)
    return ParticipationFactory(forum=forum, session=session, **fields)


def sent(name="talk.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf_bytes())


def upload(guest, **file):
    return operations.upload_slides(guest, sent(**file))


def page_of(guest):
    return reverse("forums:speaking", args=[guest.speaker.code])


def post(client, guest, **file):
    return client.post(page_of(guest), {"slides": guest.pk, "file": sent(**file)})


def desk(client):
    sync_desks()
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return person


def body(response):
    return b"".join(response.streaming_content)


def released(guest, **file):
    """Slides that the public may have."""
    upload(guest, **file)
    answer_consent(guest.speaker, "slides", True)
    with clock.frozen_at(at("11:00")):
        return operations.release_slides(Slides.objects.get(participation=guest))


# --- Uploading ----------------------------------------------------------------------------------


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
    check = operations._check_upload

    def both(n, start):
        def wait(*args):
            check(*args)
            counted.wait()

        monkeypatch.setattr(operations, "_check_upload", wait)
        start.wait()
        with clock.frozen_at(NOW):
            try:
                return upload(guest).number
            except IntegrityError:
                return "refused"

    assert "refused" in at_once(2, both)


# --- Hosts --------------------------------------------------------------------------------------


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


# --- The public ---------------------------------------------------------------------------------


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


# --- The desk -----------------------------------------------------------------------------------


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
    data = {"action": "step_release", "_selected_action": [slides.pk], "confirmed": "1"}
    with clock.frozen_at(at("12:30")):
        page = client.post(listed, data, follow=True)
    assert str(shy.speaker) in page.text
    slides.refresh_from_db()
    assert slides.state == "kept"


# --- What is left behind ------------------------------------------------------------------------


def test_files_go_with_the_guest(guest, django_capture_on_commit_callbacks):
    stored = upload(guest).file
    with django_capture_on_commit_callbacks(execute=True):
        guest.delete()
    assert not StoredFile.objects.exists()
    assert not stored.file.storage.exists(stored.file.name)


def test_slides_without_a_version_are_noticed(guest):
    upload(guest)
    assert [t for _rule, t in broken() if t.startswith("slides")] == []
    empty = Slides.objects.create(participation=speaking_in(guest.forum))
    assert [t for _rule, t in broken() if t.startswith("slides")] == [
        f"slides {empty.code}: 0 versions, the last is None"
    ]


def test_a_merge_keeps_the_slides_of_both(forum, guest):
    twin = ParticipationFactory(forum=forum, session=guest.session, speaker=SpeakerFactory(edition=forum.edition))  # fmt: skip
    upload(guest, name="a.pdf")
    upload(twin, name="b.pdf")
    merge_speakers(guest.speaker, twin.speaker)
    files = SlidesFile.objects.order_by("number").values_list("slides__participation", "number", "file__name")  # fmt: skip
    assert list(files) == [(guest.pk, 1, "a.pdf"), (guest.pk, 2, "b.pdf")]
