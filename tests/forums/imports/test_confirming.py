"""Preview, confirmation, idempotence: all rows or none, and the same file twice changes nothing."""

from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from forums.imports.forum import ForumImport
from forums.models import Forum, ForumOrganisation, Participation, Speaker
from forums.operations.forums import publish_forum
from tests.forums.imports.sending import HEAD, ROW, confirm, counts, import_, send
from waic.accounts.models import Organisation
from waic.editions.models import SearchEntry
from waic.lib import clock, pagecache
from waic.lib.imports import running
from waic.lib.models import JobRun

pytestmark = pytest.mark.django_db


def test_preview_writes_nothing_and_confirmation_writes_what_it_showed(desk):
    shown = send(desk, [HEAD, ROW])
    assert counts(shown) == {"new": 1}
    assert not Forum.objects.exists()
    assert not Organisation.objects.exists()
    confirm(desk, shown)
    forum = Forum.objects.get()
    part = forum.parts.get()
    assert (forum.title_zh, forum.state, forum.kind.key) == ("示例论坛", "draft", "industry")
    assert part.room.name_zh == "金厅"
    assert part.starts_at == forum.starts_at == datetime(2024, 7, 4, 13, 30, tzinfo=clock.ZONE)
    assert part.ends_at == datetime(2024, 7, 4, 17, 0, tzinfo=clock.ZONE)
    assert [o.organisation.name_zh for o in forum.forum_organisations.all()] == [
        "示例单位甲",
        "示例单位乙",
    ]
    guest = forum.participations.get()
    assert (guest.speaker.name_zh, guest.title_zh, guest.affiliation_zh) == (
        "示例嘉宾",
        "院长",
        "示例大学",
    )


def test_the_same_file_twice_changes_nothing(desk):
    import_(desk, [HEAD, ROW])
    before = Forum.objects.values().get()
    shown = send(desk, [HEAD, ROW])
    assert counts(shown) == {"same": 1}
    confirm(desk, shown)
    assert Forum.objects.values().get() == before
    assert (
        Speaker.objects.count(),
        Participation.objects.count(),
        ForumOrganisation.objects.count(),
    ) == (1, 1, 2)


def test_change_is_shown_field_by_field(desk):
    import_(desk, [HEAD, ROW])
    shown = send(
        desk,
        [
            ["论坛名称", "开始时间", "会议室", "英文名称"],
            ["示例论坛", "14:00", "银厅", "Sample forum"],
        ],
    )
    found = {c.column: (c.old, c.new) for c in shown.context["preview"].rows[0].changes}
    assert found == {
        "start": ("13:30", "14:00"), "room": ("示例中心 金厅", "示例中心 银厅"), "title_en": ("", "Sample forum"),
    }  # fmt: skip
    confirm(desk, shown)
    forum = Forum.objects.get()
    assert (forum.title_en, forum.parts.get().room.name_zh) == ("Sample forum", "银厅")
    assert forum.starts_at == datetime(2024, 7, 4, 14, 0, tzinfo=clock.ZONE)


def test_one_faulty_row_keeps_all_from_being_written(desk):
    shown = send(desk, [HEAD, ROW, ["示例二", "什么论坛", *ROW[2:5], "示例中心", "银厅", "", ""]])
    assert counts(shown) == {"new": 1, "faulty": 1}
    assert 'value="import"' not in shown.content.decode()
    confirm(desk, shown)
    assert not Forum.objects.exists()
    assert not JobRun.objects.filter(kind=running.IMPORT).exists()


def test_confirming_again_does_nothing_more(desk):
    shown = send(desk, [HEAD, ROW])
    confirm(desk, shown)
    assert confirm(desk, shown).context["done"] is not None
    assert (Forum.objects.count(), JobRun.objects.filter(kind=running.IMPORT).count()) == (1, 1)


def test_what_changed_since_the_preview_is_shown_again_instead_of_written(desk):
    import_(desk, [HEAD, ROW])
    shown = send(desk, [["论坛名称", "英文名称"], ["示例论坛", "Sample forum"]])
    Forum.objects.update(title_en="Somebody else's title")
    after = confirm(desk, shown)
    assert Forum.objects.get().title_en == "Somebody else's title"
    assert after.context["preview"].rows[0].changes[0].old == "Somebody else's title"
    assert list(after.context["messages"])
    confirm(desk, after)
    assert Forum.objects.get().title_en == "Sample forum"


def test_failure_while_writing_leaves_nothing(desk, monkeypatch):
    shown = send(desk, [HEAD, ROW, ["示例二", *ROW[1:6], "银厅", "", ""]])

    def break_(self, objects):
        assert Forum.objects.count() == 2
        raise RuntimeError

    monkeypatch.setattr(ForumImport, "finish", break_)
    confirm(desk, shown)
    assert not Forum.objects.exists()
    assert not LogEntry.objects.exists()


def test_history_names_the_file_and_the_fields(desk):
    import_(desk, [HEAD, ROW])
    import_(desk, [["论坛名称", "英文名称"], ["示例论坛", "Sample forum"]])
    with translation.override("en"):
        said = [
            e.get_change_message()
            for e in LogEntry.objects.filter(content_type__model="forum").order_by("pk")
        ]
    assert "rows.csv" in said[0]
    assert "Title (English)" in said[1]
    assert LogEntry.objects.filter(content_type__model="organisation").count() == 2


def test_version_rises_so_that_an_open_form_notices(desk):
    import_(desk, [HEAD, ROW])
    before = Forum.objects.get().version
    import_(desk, [["论坛名称", "英文名称"], ["示例论坛", "Sample forum"]])
    assert Forum.objects.get().version > before


def test_search_finds_a_published_forum_under_its_new_title(desk, edition):
    import_(desk, [HEAD, ROW])
    forum = Forum.objects.get()
    publish_forum(forum, by=desk.person)
    import_(desk, [["编号", "论坛名称"], [forum.code, "改名论坛"]])
    assert SearchEntry.objects.get(kind="forum", code=forum.code).title_zh == "改名论坛"


def test_public_pages_are_made_anew_after_an_import_and_not_after_a_check(
    desk, django_capture_on_commit_callbacks
):
    before = pagecache.revision()
    with django_capture_on_commit_callbacks(execute=True):
        shown = send(desk, [HEAD, ROW])
    assert pagecache.revision() == before
    with django_capture_on_commit_callbacks(execute=True):
        confirm(desk, shown)
    assert pagecache.revision() > before
