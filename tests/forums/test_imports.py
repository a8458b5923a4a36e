"""Importing forums and speakers through the desk's pages, on the real database."""

import contextlib
import io
import re
import threading
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from forums.imports.columns import FORUM_COLUMNS, SPEAKER_COLUMNS
from forums.imports.forum import ForumImport
from forums.imports.speaker import SpeakerImport
from forums.models import (
    Forum,
    ForumKind,
    ForumOrganisation,
    ForumPart,
    Participation,
    Speaker,
)
from forums.operations.forums import publish_forum
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from tests.lib.tables import csv_bytes, upload, xlsx_bytes
from waic.accounts.models import Organisation
from waic.editions.models import Room, SearchEntry, Venue
from waic.lib import clock, jobs, pagecache
from waic.lib.imports import running
from waic.lib.models import JobRun, StoredFile

pytestmark = pytest.mark.django_db

HEAD = ["论坛名称", "类型", "日期", "开始时间", "结束时间", "场馆", "会议室", "主办单位", "嘉宾"]
ROW = [
    "示例论坛",
    "行业论坛",
    "7月4日",
    "13:30",
    "17：00",
    "示例中心",
    "金厅",
    "示例单位甲、示例单位乙",
    "示例嘉宾 | 院长 | 示例大学",
]


@pytest.fixture
def edition():
    edition = EditionFactory()
    ForumKind.objects.create(
        edition=edition, key="industry", name_zh="行业论坛", name_en="Industry forum"
    )
    venue = Venue.objects.create(edition=edition, name_zh="示例中心", name_en="Sample Centre")
    for name, english in (("金厅", "Gold Hall"), ("银厅", "Silver Hall")):
        Room.objects.create(venue=venue, name_zh=name, name_en=english)
    return edition


@pytest.fixture
def desk(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    client.person = person
    return client


def page(model, name="import_rows", **kwargs):
    return reverse(f"admin:forums_{model}_{name}", kwargs=kwargs)


def send(client, rows, model="forum", name="rows.csv", data=None):
    """Upload rows; the answer to what follows the redirect."""
    data = data if data is not None else csv_bytes(rows)
    return client.post(page(model), {"scope": "2024", "file": upload(data, name)}, follow=True)


def confirm(client, shown):
    return client.post(shown.request["PATH_INFO"], {"do": "import"}, follow=True)


def counts(shown):
    return {kind: count for kind, count in shown.context["preview"].counts.items() if count}


def faults(shown):
    return [(f.column, f.text) for row in shown.context["preview"].rows for f in row.faults]


def import_(client, rows, model="forum"):
    shown = send(client, rows, model)
    assert not faults(shown)
    return confirm(client, shown)


# --- Preview, confirmation, idempotence ---------------------------------------------------------


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


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("类型", "产业论坛", "行业论坛"),
        ("会议室", "金亭", "金厅"),
        ("场馆", "示例中欣", "示例中心"),
        ("日期", "下周四", "2024-07-04"),
        ("日期", "2025-07-04", "2024"),
        ("开始时间", "一点半", "13:30"),
        ("结束时间", "13:00", ""),
        ("结束时间", "", ""),
        ("嘉宾", "甲 | 乙 | 丙 | 丁", "|"),
        ("论坛名称", "长" * 301, "300"),
    ],
)
def test_bad_cell_is_named_by_row_and_column(desk, column, value, says):
    row = list(ROW)
    row[HEAD.index(column)] = value
    shown = send(desk, [HEAD, row])
    fault = shown.context["preview"].rows[0].faults[0]
    names = {c.name: c for c in FORUM_COLUMNS}
    assert column in names[fault.column].heads
    assert says in fault.text
    assert fault.text in shown.content.decode().replace("&lt;", "<")
    assert shown.context["preview"].rows[0].number == 2


def test_new_forum_needs_title_and_kind(desk):
    shown = send(desk, [["论坛名称", "日期"], ["示例论坛", "7月4日"]])
    assert [column for column, _text in faults(shown)] == ["kind"]


def test_taken_room_is_refused_by_the_name_of_the_other_forum(desk):
    import_(desk, [HEAD, ROW])
    shown = send(desk, [HEAD, ["示例二", *ROW[1:7], "", ""]])
    [(column, text)] = faults(shown)
    assert column == "room"
    assert "示例论坛" in text


def test_two_rows_of_one_file_cannot_have_one_room(desk):
    shown = send(desk, [HEAD, ROW, ["示例二", *ROW[1:7], "", ""]])
    assert [column for column, _text in faults(shown)] == ["room"]


def test_the_same_forum_twice_in_a_file_is_refused_by_row(desk):
    [(_column, text)] = faults(send(desk, [HEAD, ROW, ROW]))
    assert "2" in text


def test_code_of_another_edition_is_not_known(desk, edition):
    other = EditionFactory(year=2025, is_current=False)
    kind = ForumKind.objects.create(edition=other, key="industry", name_zh="行业论坛", name_en="x")
    foreign = Forum.objects.create(edition=other, kind=kind, title_zh="别届")
    shown = send(desk, [["编号", "论坛名称"], [foreign.code, "改名"]])
    assert [column for column, _text in faults(shown)] == ["code"]


def test_empty_cell_leaves_and_dash_empties(desk):
    import_(desk, [[*HEAD, "英文名称", "主题"], [*ROW, "Sample forum", "示例主题"]])
    import_(desk, [["论坛名称", "英文名称", "主题"], ["示例论坛", "", "-"]])
    forum = Forum.objects.get()
    assert (forum.title_en, forum.theme) == ("Sample forum", "")


def test_organisations_are_replaced_and_guests_only_added(desk):
    import_(desk, [HEAD, ROW])
    import_(
        desk,
        [
            ["论坛名称", "主办单位", "嘉宾"],
            ["示例论坛", "示例单位乙；示例单位丙", "另一位 | 教授 | 示例大学"],
        ],
    )
    forum = Forum.objects.get()
    hosts = forum.forum_organisations.order_by("order").values_list(
        "organisation__name_zh", flat=True
    )
    assert list(hosts) == ["示例单位乙", "示例单位丙"]
    assert set(forum.participations.values_list("speaker__name_zh", flat=True)) == {
        "示例嘉宾",
        "另一位",
    }
    assert Organisation.objects.filter(name_zh="示例单位乙").count() == 1


def test_forum_with_several_parts_keeps_them(desk):
    import_(desk, [HEAD, ROW])
    forum = Forum.objects.get()
    later = forum.starts_at + timedelta(days=1)
    ForumPart.objects.create(forum=forum, starts_at=later, ends_at=later + timedelta(hours=1))
    assert counts(send(desk, [HEAD, ROW])) == {"same": 1}
    shown = send(desk, [["论坛名称", "开始时间"], ["示例论坛", "09:00"]])
    assert [column for column, _text in faults(shown)] == ["start"]


def test_seats_do_not_fall_below_what_is_booked(desk):
    import_(desk, [[*HEAD, "座位"], [*ROW, "20"]])
    Forum.objects.update(seats_taken=12)
    [(column, text)] = faults(send(desk, [["论坛名称", "座位"], ["示例论坛", "10"]]))
    assert column == "seats"
    assert "12" in text
    import_(desk, [["论坛名称", "座位"], ["示例论坛", "12"]])
    assert Forum.objects.get().seats_taken == 12


def test_venue_and_room_in_one_word_and_a_span_of_time_are_understood(desk):
    import_(
        desk,
        [
            ["论坛名称", "类型", "日期", "时间", "地点"],
            ["示例论坛", "industry", "2024-07-05", "9:00-11:30", "示例中心金厅"],
        ],
    )
    part = ForumPart.objects.get()
    assert (part.room.name_zh, part.starts_at.astimezone(clock.ZONE).hour) == ("金厅", 9)


def test_excel_dates_times_and_full_width_text_are_read(desk):
    when = datetime(2024, 7, 4)
    rows = [
        ["论坛名称", "类型", "日期", "开始时间", "结束时间"],
        ["　ＡＩ论坛：示例　", "行业论坛", when, when.replace(hour=9).time(), "１１：００"],
    ]
    shown = send(desk, None, name="rows.xlsx", data=xlsx_bytes(rows))
    confirm(desk, shown)
    forum = Forum.objects.get()
    assert forum.title_zh == "AI论坛：示例"
    assert forum.ends_at == datetime(2024, 7, 4, 11, 0, tzinfo=clock.ZONE)


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["forum", "speaker"])
def test_list_offers_the_import(desk, model):
    assert page(model) in desk.get(reverse(f"admin:forums_{model}_changelist")).content.decode()


def test_list_does_not_offer_it_to_who_may_only_look(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="press"))
    client.force_login(person)
    answer = client.get(reverse("admin:forums_forum_changelist"))
    assert answer.status_code == 200
    assert page("forum") not in answer.content.decode()


def test_too_large_upload_is_refused_without_being_read(desk, monkeypatch):
    monkeypatch.setattr("waic.lib.imports.reading.MAX_BYTES", 10)
    response = desk.post(page("forum"), {"scope": "2024", "file": upload(csv_bytes([HEAD, ROW]))})
    assert response.status_code == 400
    assert response.context["form"].errors["file"]


def test_broken_file_is_answered_beside_the_field_with_400(desk):
    for data in (b"", b"PK\x03\x04rubbish", csv_bytes([["foo"], ["bar"]])):
        response = desk.post(page("forum"), {"scope": "2024", "file": upload(data)})
        assert response.status_code == 400
        assert response.context["form"].errors["file"]
    assert not StoredFile.objects.exists()


def test_no_file_and_no_such_edition_are_answered_with_400(desk):
    response = desk.post(page("forum"), {"scope": "1999"})
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"scope", "file"}


@pytest.mark.parametrize("group", ["exhibition", "awards", "visitors", "press"])
def test_other_desks_may_not_import(client, edition, group):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    for model in ("forum", "speaker"):
        assert client.get(page(model)).status_code == 403
        assert client.post(page(model), {"file": upload(csv_bytes([HEAD, ROW]))}).status_code == 403
        assert client.get(page(model, "import_template", ending="csv")).status_code == 403
    assert not JobRun.objects.exists()


def test_somebody_elses_preview_is_not_there(desk, client):
    shown = send(desk, [HEAD, ROW])
    address = shown.request["PATH_INFO"]
    other = UserFactory(is_staff=True)
    other.groups.add(Group.objects.get(name="programme"))
    client.force_login(other)
    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "import"}).status_code == 404
    assert not Forum.objects.exists()


def test_preview_of_forums_is_no_preview_of_speakers(desk):
    uuid = re.search(r"([0-9a-f-]{36})/$", send(desk, [HEAD, ROW]).request["PATH_INFO"]).group(1)
    assert desk.get(page("speaker", "import_page", uuid=uuid)).status_code == 404


def test_permission_lost_since_the_preview_writes_nothing(desk):
    shown = send(desk, [HEAD, ROW])
    run = JobRun.objects.get(kind=running.CHECK)
    desk.person.groups.clear()
    assert confirm(desk, shown).status_code == 403
    done = running.start_import(run, running.shown_by(run)[1])
    assert done.state == "failed"
    assert not Forum.objects.exists()


def test_large_file_is_left_to_the_worker(desk, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 0)
    shown = send(desk, [HEAD, ROW])
    run = JobRun.objects.get()
    assert (run.state, shown.context["job"]) == ("queued", run)
    jobs.run(run.pk)
    shown = desk.get(shown.request["PATH_INFO"])
    assert counts(shown) == {"new": 1}
    confirm(desk, shown)
    assert not Forum.objects.exists()
    jobs.run(JobRun.objects.get(kind=running.IMPORT).pk)
    assert Forum.objects.count() == 1
    assert desk.get(shown.request["PATH_INFO"]).context["done"].state == "done"


def test_list_of_jobs_leads_to_the_page_of_the_import(desk):
    shown = send(desk, [HEAD, ROW])
    confirm(desk, shown)
    listed = desk.get(reverse("jobs:list")).content.decode()
    assert "preview.json" not in listed
    for run in JobRun.objects.all():
        assert reverse("jobs:progress", args=[run.uuid]) in listed
        answer = desk.get(reverse("jobs:progress", args=[run.uuid]))
        assert answer["Location"] == shown.request["PATH_INFO"]


def test_uploads_go_when_their_time_is_over(desk):
    send(desk, [HEAD, ROW])
    StoredFile.objects.update(uploaded_at=timezone.now() - timedelta(days=jobs.KEPT_DAYS + 1))
    running.forget_old_uploads()
    assert not StoredFile.objects.filter(kind=running.UPLOAD).exists()


def test_file_that_is_gone_is_asked_for_again(desk):
    shown = send(desk, [HEAD, ROW])
    StoredFile.objects.filter(kind=running.UPLOAD).delete()
    assert confirm(desk, shown).request["PATH_INFO"] == page("forum")
    assert not Forum.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_the_same_moment_one_writes(desk, monkeypatch):
    """Two people checked one file; both confirm at once, each with a connection of their own."""
    # Without a room: of that the database takes care by itself.
    rows = [["论坛名称", "类型"], ["示例论坛", "行业论坛"]]
    for _n in range(2):
        desk.post(page("forum"), {"scope": "2024", "file": upload(csv_bytes(rows))})
    checks = list(JobRun.objects.filter(kind=running.CHECK))
    assert len(checks) == 2
    both_have_written, states = threading.Barrier(2, timeout=60), []

    def wait_for_the_other(self, objects):
        """Before its commit each gives the other the time to get as far."""
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_written.wait(timeout=1.5)

    def confirm_one(check):
        try:
            states.append(running.start_import(check, running.shown_by(check)[1]).state)
        finally:
            connection.close()

    monkeypatch.setattr(ForumImport, "finish", wait_for_the_other)
    threads = [threading.Thread(target=confirm_one, args=[check]) for check in checks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["done", "failed"]
    assert Forum.objects.count() == 1


# --- Templates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("columns", [FORUM_COLUMNS, SPEAKER_COLUMNS])
def test_no_head_means_two_columns(columns, language):
    with translation.override(language):
        heads = [key for column in columns for key in column.keys]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_filled_in_can_be_imported(desk, language, ending):
    with translation.override(language):
        address = page("forum", "import_template", ending=ending)
    answer = desk.get(address)
    assert f"waic-2024-forums.{ending}" in answer["Content-Disposition"]
    if ending == "csv":
        assert answer.content.startswith(b"\xef\xbb\xbf")
        head = answer.content.decode("utf-8-sig").strip().split(",")
    else:
        head = [
            cell.value
            for cell in next(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())
        ]
    assert len(head) == len(FORUM_COLUMNS)
    values = {"title_zh": "示例论坛", "kind": "行业论坛", "date": "2024-07-04", "start": "09:00", "end": "10:00", "room": "金厅", "is_online": "否"}  # fmt: skip
    row = [values.get(column.name, "") for column in FORUM_COLUMNS]
    assert counts(send(desk, [head, row])) == {"new": 1}


def test_empty_template_says_that_there_are_no_rows(desk):
    answer = desk.get(page("forum", "import_template", ending="xlsx"))
    response = desk.post(page("forum"), {"scope": "2024", "file": upload(answer.content, "t.xlsx")})
    assert response.status_code == 400


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_rows_taken_out_and_put_back_change_nothing(desk, language):
    import_(
        desk,
        [
            [*HEAD, "座位", "仅线上"],
            [*ROW, "200", "否"],
            ["示例二", "行业论坛", "7月5日", *[""] * 8],
        ],
    )
    import_(
        desk,
        [["姓名", "单位", "国家", "荣誉"], ["示例嘉宾", "示例大学", "法国", "图灵奖"]],
        "speaker",
    )
    for model in ("forum", "speaker"):
        with translation.override(language):
            address, template = page(model), page(model, "import_template", ending="xlsx")
        answer = desk.get(template + "?rows=1")
        sent = {"scope": "2024", "file": upload(answer.content, "t.xlsx")}
        shown = desk.post(address, sent, follow=True)
        assert set(counts(shown)) == {"same"}, faults(shown)


# --- Speakers ---------------------------------------------------------------------------------------

PERSON = ["姓名", "职务", "单位"]


def test_speakers_are_told_apart_by_affiliation(desk):
    import_(desk, [PERSON, ["示例", "教授", "甲大学"]], "speaker")
    shown = send(desk, [PERSON, ["示例", "教授", "乙大学"]], "speaker")
    row = shown.context["preview"].rows[0]
    assert row.kind == "new"
    assert Speaker.objects.get().code in row.notes[0]
    confirm(desk, shown)
    assert Speaker.objects.count() == 2
    shown = send(desk, [["姓名", "简介"], ["示例", "…"]], "speaker")
    assert "甲大学" in faults(shown)[0][1]


def test_speaker_is_changed_by_code_and_the_same_file_twice_changes_nothing(desk):
    import_(desk, [PERSON, ["示例", "教授", "甲大学"]], "speaker")
    code = Speaker.objects.get().code
    rows = [["编号", *PERSON], [code.lower(), "示例改", "院长", "乙大学"]]
    import_(desk, rows, "speaker")
    speaker = Speaker.objects.get()
    assert (speaker.code, speaker.name_zh, speaker.affiliation_zh) == (code, "示例改", "乙大学")
    assert counts(send(desk, rows, "speaker")) == {"same": 1}


def test_one_person_in_two_forums_is_one_speaker_with_two_announcements(desk):
    import_(desk, [HEAD, [*ROW[:8], ""], ["示例二", "行业论坛", *[""] * 7]])
    rows = [
        [*PERSON, "论坛", "角色", "荣誉"],
        ["示例", "教授", "甲大学", "示例论坛", "主持", "图灵奖"],
        ["示例", "院长", "甲大学", "示例二", "演讲", "中国科学院院士"],
    ]  # fmt: skip
    import_(desk, rows, "speaker")
    speaker = Speaker.objects.get()
    announced = speaker.participations.order_by("pk").values_list(
        "forum__title_zh", "title_zh", "role"
    )
    assert list(announced) == [("示例论坛", "教授", "moderator"), ("示例二", "院长", "speaker")]
    assert set(speaker.honours.values_list("kind", flat=True)) == {"turing", "academician"}
    assert counts(send(desk, rows, "speaker")) == {"same": 2}


def test_rows_that_contradict_each_other_are_refused(desk):
    import_(desk, [HEAD, [*ROW[:8], ""]])
    rows = [
        ["姓名", "单位", "国家", "论坛"],
        ["示例", "甲大学", "中国", ""],
        ["示例", "甲大学", "法国", "示例论坛"],
    ]
    assert [column for column, _text in faults(send(desk, rows, "speaker"))] == ["country"]


@pytest.mark.parametrize(
    ("head", "cell", "column"),
    [("论坛", "没有的论坛", "forum"), ("角色", "主持", "role"), ("荣誉", "三好学生", "honours"), ("邮箱", "not an address", "email"),
     ("国家", "亚特兰蒂斯", "country"), ("编号", "ZZZZZZ", "code")],
)  # fmt: skip
def test_bad_cell_of_a_speaker_is_named(desk, head, cell, column):
    assert [c for c, _text in faults(send(desk, [["姓名", head], ["示例", cell]], "speaker"))] == [
        column
    ]


def test_latin_name_becomes_the_english_one(desk):
    import_(desk, [PERSON, ["Sample Guest", "Professor", "Sample University"]], "speaker")
    speaker = Speaker.objects.get()
    assert (speaker.name_zh, speaker.name_en) == ("", "Sample Guest")


def test_import_stops_at_the_rules_of_the_model(edition):
    work = SpeakerImport("2024", UserFactory())
    with pytest.raises(ValidationError):
        work.save(Speaker(edition=edition))


def test_number_of_queries_does_not_grow_with_what_is_known(desk, django_assert_max_num_queries):
    """A row that is there already costs its savepoint and no look into the database."""
    rows = [HEAD, *([f"示例{n}", "行业论坛", "7月4日", *[""] * 6] for n in range(30))]
    import_(desk, rows)
    for n in range(30):
        OrganisationFactory(name_zh=f"示例背景{n}")
    work = ForumImport("2024", desk.person)
    with django_assert_max_num_queries(2 * 30):
        assert work.carry_out(csv_bytes(rows)).counts["same"] == 30
