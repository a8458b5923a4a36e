"""What a forum lacks, point by point; wording looked over by a second person; the list costs no query per row."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, Wording
from forums.operations import changes
from forums.operations.wording import digest, note_edits, open_texts, review_wording
from forums.readiness import POINTS, least_ready, missing_of, with_readiness
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    at,
    placed,
    timed_session,
)
from tests.forums.proposing import member_of
from tests.lib.factories import OrganisationFactory, UserFactory
from waic.lib import clock
from waic.lib.files import PDF, store
from waic.reports.attention import waiting_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


def ready_forum():
    """Nothing is missing, and another forum's rows are beside it."""
    other = placed(ForumFactory(), RoomFactory(capacity=1))
    SessionFactory(forum=other)
    ParticipationFactory(forum=other, is_confirmed=False)
    forum = placed(
        ForumFactory(seats=50, language="zh,en", interpretation="en", summary_zh="示例", summary_en="Sample"), RoomFactory(capacity=50)
    )  # fmt: skip
    forum.forum_organisations.create(organisation=OrganisationFactory(), role="host")
    timed_session(forum)
    ParticipationFactory(forum=forum)
    forum.materials.create(file=store(b"%PDF-1.4", name="a.pdf", media_type=PDF, kind="sample"))
    look_over(forum, UserFactory())
    return forum


def look_over(forum, by):
    marks = {(s.pk if s else None, name): digest(text) for s, name, text, _who in open_texts(forum)}
    return review_wording(forum, marks, by=by)


def lacks(forum):
    return [point for point, *_words in missing_of(with_readiness(Forum.objects.filter(pk=forum.pk)).get())]  # fmt: skip


BREAKING = {
    "hosts": lambda f: f.forum_organisations.all().delete(),
    "agenda": lambda f: f.sessions.get().slots.update(state="cancelled"),
    "guests": lambda f: f.participations.update(is_confirmed=False),
    "languages": lambda f: Forum.objects.filter(pk=f.pk).update(summary_en=""),
    "room": lambda f: Forum.objects.filter(pk=f.pk).update(seats=51),
    "interpretation": lambda f: Forum.objects.filter(pk=f.pk).update(interpretation=""),
    "materials": lambda f: f.materials.all().delete(),
    "wording": lambda f: f.sessions.update(title_en="Changed"),
}


@pytest.mark.parametrize("point", POINTS)
def test_each_point_is_missed_alone(point):
    forum = ready_forum()
    assert lacks(forum) == []
    BREAKING[point](forum)
    assert lacks(forum) == [point]
    assert with_readiness(Forum.objects.filter(pk=forum.pk)).get().ready == len(POINTS) - 1


def test_an_empty_draft_lacks_nearly_everything():
    forum = ForumFactory(title_zh="", title_en="")
    assert lacks(forum) == ["hosts", "agenda", "guests", "languages", "room", "materials"]


@pytest.mark.parametrize("field", ["title_zh", "title_en", "summary_zh", "summary_en"])
def test_an_edit_opens_that_text_only(field):
    forum = ready_forum()
    before = getattr(forum, field)
    Forum.objects.filter(pk=forum.pk).update(**{field: "改 🤖"})
    forum.refresh_from_db()
    assert [(s, name) for s, name, _text, _who in open_texts(forum)] == [(None, field)]
    assert lacks(forum) == ["wording"]
    # Back to what was looked over: nothing is open.
    Forum.objects.filter(pk=forum.pk).update(**{field: before})
    assert lacks(forum) == []


def test_the_second_person_is_another_one():
    forum, writer, colleague = ForumFactory(), UserFactory(), UserFactory()
    note_edits(forum, ["title_zh", "seats"], by=writer)
    assert [(w.field, w.edited_by) for w in Wording.objects.all()] == [("title_zh", writer)]
    with pytest.raises(ValidationError) as refusal:
        look_over(forum, writer)
    assert refusal.value.code == "own"
    assert not Wording.objects.exclude(digest="").exists()
    assert look_over(forum, colleague) == 2
    assert open_texts(forum) == []
    note_edits(forum, ["title_zh"], by=colleague)
    Forum.objects.filter(pk=forum.pk).update(title_zh="新")
    forum.refresh_from_db()
    assert open_texts(forum) == [(None, "title_zh", "新", colleague)]


def test_a_text_that_changed_while_it_was_read_is_told():
    forum = ForumFactory()
    with pytest.raises(ValidationError) as refusal:
        review_wording(forum, {(None, "title_zh"): digest("another")}, by=UserFactory())
    assert refusal.value.code == "stale"
    assert review_wording(forum, {(None, "state"): "x", (9, "title_zh"): "x"}, by=UserFactory()) == 0  # fmt: skip


def test_a_hosts_edit_is_the_hosts():
    host, forum = UserFactory(), ForumFactory()
    forum.hosts.create(user=host)
    changes.edit(forum, "text", "set", {"title_en": "By the host"}, by=host)
    forum.refresh_from_db()
    assert [(name, who) for _s, name, _t, who in open_texts(forum)] == [("title_zh", None), ("title_en", host)]  # fmt: skip


# --- The desk -----------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    person = member_of("programme")
    client.force_login(person)
    return person


def test_the_list_shows_and_filters_without_a_query_per_row(client, desk):
    ready = ready_forum()
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/forums/forum/")
        counts.append(len(queries))
        for _m in range(2):
            placed(ForumFactory(kind=ready.kind, edition=ready.edition))
    assert counts[0] == counts[1]
    assert "8/8" in page.text
    found = {v: client.get("/admin/forums/forum/", {"readiness": v}).context["cl"].result_count for v in ("all", "low", "room", "x")}  # fmt: skip
    assert (found["all"], found["low"]) == (1, 5)
    assert found["room"] == 4


def test_the_desk_looks_the_wording_over(client, desk):
    forum = ForumFactory()
    note_edits(forum, ["title_en"], by=desk)
    address = f"/admin/forums/forum/{forum.pk}/wording/"
    rows = client.get(address).context["rows"]
    assert [(label, own) for _name, label, _text, _who, own in rows] == [("中文标题", False), ("英文标题", True)]  # fmt: skip
    client.post(address, {"text": [rows[0][0], "nonsense", "x:y:z", "9" * 30 + ":a:b"]})
    assert [r[1] for r in client.get(address).context["rows"]] == ["英文标题"]
    refused = client.post(address, {"text": rows[1][0]}, follow=True)
    assert (refused.status_code, [m.level_tag for m in refused.context["messages"]]) == (
        409,
        ["error"],
    )
    assert client.get(f"/admin/forums/forum/{forum.pk}/change/").context["missing"]
    client.force_login(member_of("press"))
    assert client.get(address).status_code == 403


def test_a_text_that_changed_meanwhile_leaves_the_other_ticks(client, desk):
    forum = ForumFactory(summary_zh="示例简介")
    address = f"/admin/forums/forum/{forum.pk}/wording/"
    ticks = [row[0] for row in client.get(address).context["rows"]]
    type(forum).objects.filter(pk=forum.pk).update(title_en="Changed")
    page = client.post(address, {"text": ticks})
    assert page.status_code == 409
    assert [page.text.count(f'value="{tick}" checked') for tick in ticks] == [1, 0, 1]
    assert len(open_texts(forum)) == 3  # nothing is looked over yet


def test_the_front_page_names_the_least_ready_near_the_edition(desk):
    forum = ready_forum()
    for n in range(4):
        placed(ForumFactory(edition=forum.edition, kind=forum.kind, title_zh=f"示例不齐{n}"))

    def lines():
        return [line for line in waiting_of(desk, forum.edition) if "change" in line["link"] and "/forum/" in line["link"]]  # fmt: skip

    assert len(lines()) == 3
    assert all(line["count"] > 3 for line in lines())
    assert forum not in least_ready(Forum.objects.all(), 99)
    with clock.frozen_at(at("08:00").replace(month=1)):
        assert lines() == []
    with clock.frozen_at(at("20:00")):
        assert lines() == []
