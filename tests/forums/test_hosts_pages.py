"""The pages on which hosts edit their forum, ask for changes and hand in materials."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import ChangeRequest, ForumMaterial
from forums.operations import changes
from forums.operations.forums import cancel_forum
from tests.forums.asking import NEW_GUEST, NEW_ITEM, ask, code_of, desk_of, hosted, row_of
from tests.forums.factories import ParticipationFactory, SessionFactory, timed_session
from tests.forums.proposing import member_of
from tests.lib.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


# --- The host's pages --------------------------------------------------------------------------------


def seen_on(client, address):
    return client.get(address).context["form"]["seen"].value()


def test_a_host_edits_an_item_on_its_page(client, host):
    forum = hosted(host)
    session = SessionFactory(forum=forum, title_zh="示例旧题")
    address = row_of(forum, "agenda", session)
    data = {**NEW_ITEM, "title_zh": "示例新题 🤖", "seen": seen_on(client, address)}
    assert client.post(address, data)["Location"] == desk_of(forum)
    session.refresh_from_db()
    assert (session.title_zh, session.version) == ("示例新题 🤖", 4)  # three fields
    late = client.post(address, {**data, "title_zh": "示例晚到"})
    assert late.status_code == 409
    assert "示例晚到" in late.text
    assert "示例新题 🤖" in late.text
    again = client.post(address, {**data, "title_zh": "示例晚到", "seen": late.context["form"].data["seen"]})  # fmt: skip
    assert again.status_code == 302
    assert client.post(address, {"remove": "1", "seen": seen_on(client, address)}).status_code == 302  # fmt: skip
    assert not forum.sessions.exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "data", "field"),
    [
        ("agenda", {"title_zh": ""}, "title_zh"), ("agenda", {"title_zh": "示" * 301}, "title_zh"), ("agenda", {"kind": "🤖"}, "kind"),
        ("agenda", {"abstract_zh": "x" * 5001}, "abstract_zh"), ("agenda", {"title_zh": "a\x00b"}, "title_zh"),
        ("guests", {"name_zh": "", "name_en": ""}, "name_zh"), ("guests", {"name_zh": "x" * 101}, "name_zh"),
        ("guests", {"role": "president"}, "role"), ("guests", {"title_zh": "x" * 201}, "title_zh"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_stays(client, host, part, data, field):
    forum = hosted(host)
    base = NEW_ITEM if part == "agenda" else {**NEW_GUEST, "title_en": "kept words"}
    answer = client.post(row_of(forum, part), {**base, **data})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert ("New talk" if part == "agenda" else "kept words") in answer.text
    assert (forum.sessions.count(), forum.participations.count()) == (0, 0)


def test_the_page_shows_what_was_asked_and_takes_it_out(client, host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    session = timed_session(forum)
    data = {"title_zh": "示例新名", "title_en": forum.title_en, "summary_zh": "", "summary_en": "", "language": "zh", "version": forum.version}  # fmt: skip
    assert client.post(desk_of(forum), data).status_code == 302
    client.post(row_of(forum, "agenda", session), {**NEW_ITEM, "seen": seen_on(client, row_of(forum, "agenda", session))})  # fmt: skip
    page = client.get(desk_of(forum))
    assert [line.field for line in page.context["lines"]] == [
        "中文标题",
        "中文标题",
        "英文标题",
        "语言",
    ]
    assert page.context["form"]["title_zh"].value() == "示例新名"
    forum.refresh_from_db()
    assert forum.title_zh == "示例旧名"
    client.post(desk_of(forum), {"step": "take_out", "key": "text:0:title_zh"})
    assert [r["what"] for r in changes.pending_of(forum).changes] == ["session"] * 3
    client.post(desk_of(forum), {"step": "take_out", "key": "no-such"})
    client.post(desk_of(forum), {"step": "withdraw"})
    assert changes.pending_of(forum) is None
    again = client.post(desk_of(forum), {"step": "withdraw"}, follow=True)
    assert [m.level_tag for m in again.context["messages"]][-1] == "error"


def test_a_cancelled_forum_is_not_changed(client, host):
    forum = hosted(host, published=True)
    cancel_forum(forum, reason="示例原因")
    assert code_of(lambda: ask(forum, host, title_zh="示例")) == {"cancelled"}
    assert client.get(desk_of(forum)).context["may_change"] is False
    assert client.post(row_of(forum, "agenda"), NEW_ITEM).status_code == 409


def test_rows_of_other_forums_are_not_there(client, host):
    mine, other = hosted(host), hosted(UserFactory())
    theirs, guest = SessionFactory(forum=other), ParticipationFactory(forum=other)
    for forum in (mine, other):
        for address in (row_of(forum, "agenda", theirs), row_of(forum, "guests", guest)):
            assert client.get(address).status_code == 404
            assert client.post(address, {**NEW_ITEM, "remove": "1"}).status_code == 404
    assert client.get(row_of(other, "agenda")).status_code == 404
    assert client.post(row_of(other, "guests"), NEW_GUEST).status_code == 404
    assert client.get(row_of(mine, "nonsense")).status_code == 404
    huge = row_of(mine, "agenda", theirs).replace(f"/{theirs.pk}/", f"/{'9' * 30}/")
    assert client.get(huge).status_code == 404
    assert code_of(lambda: ask(other, host, title_zh="改")) == {"not_yours"}
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_hosts_page_takes_the_same_queries_for_three_as_for_one(
    client, host, count, django_assert_max_num_queries
):
    forum = hosted(host, published=True)
    for _n in range(count):
        timed_session(forum)
        ParticipationFactory(forum=forum)
    with django_assert_max_num_queries(20):
        client.get(desk_of(forum))
    with CaptureQueriesContext(connection) as queries:
        client.get(desk_of(forum))
    assert len(queries) < 20


# --- Materials ---------------------------------------------------------------------------------------


def a_pdf():
    from pypdf import PdfWriter

    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return SimpleUploadedFile("流程.pdf", out.getvalue(), "application/pdf")


def test_materials_are_for_the_host_and_the_desk(client, host):
    forum = hosted(host)
    assert client.post(desk_of(forum), {"step": "upload", "file": a_pdf()}).status_code == 302
    row = ForumMaterial.objects.get()
    address = reverse("forums:hosted-material", args=[forum.code, row.file.uuid])
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    assert row.file.is_public is False
    wrong = client.post(desk_of(forum), {"step": "upload", "file": SimpleUploadedFile("a.pdf", b"MZ")})  # fmt: skip
    assert wrong.status_code == 400
    assert wrong.context["material"].errors["file"]
    assert client.post(desk_of(forum), {"step": "upload"}).status_code == 400
    client.force_login(member_of("programme"))
    assert client.get(reverse("admin:forums_forum_material", args=[row.pk])).status_code == 200
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(host)
    for key in ("x", "9" * 40, str(row.pk)):
        assert client.post(desk_of(forum), {"step": "unload", "key": key}).status_code == 302
    assert not ForumMaterial.objects.exists()
