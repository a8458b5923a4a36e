"""The desk's pages of releases, and who is told: preview, quiet period, one mail per person."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client

from forums.models import Booking, ForumHost, Release, ReleasePolicy, RuleSetting, Session
from forums.operations.forums import place_part
from forums.operations.releasing import release_programme
from forums.releases.telling import tell_releases
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.editions.models import Edition, Room
from waic.lib import clock
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

DRAFT = "/admin/forums/release/draft/"


@pytest.fixture
def forum():
    forum = published_forum(
        RoomFactory(name_zh="示例红厅"), title_zh="示例论坛", title_en="Sample forum", seats=9
    )
    talk = timed_session(forum, title_zh="示例演讲", title_en="Sample talk")
    ParticipationFactory(forum=forum, session=talk, speaker__email="talker@example.com")
    ForumHost.objects.create(forum=forum, user=UserFactory(email="host@example.com", language="en"))
    Booking.objects.create(forum=forum, visitor=UserFactory(email="visitor@example.com"))
    Booking.objects.create(
        forum=forum, visitor=UserFactory(email="gone@example.com"), state="cancelled"
    )
    elsewhere = published_forum(None, title_zh="示例：别处")
    ParticipationFactory(forum=elsewhere, speaker__email="elsewhere@example.com")
    return forum


@pytest.fixture
def desk(client):
    return signed_in("programme", client)


def signed_in(desk, client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return client


def release(forum, **more):
    edition = Edition.objects.get(pk=forum.edition_id)
    return release_programme(edition, by=None, expects=edition.releases.count() + 1, **more)


def move(forum, starts, ends):
    part = forum.parts.get()
    part.starts_at, part.ends_at = at(starts), at(ends)
    return place_part(part)


def told():
    return sorted(Message.objects.values_list("address", flat=True))


# --- Telling ------------------------------------------------------------------------------------


def test_the_first_release_is_where_telling_starts(forum):
    made = release(forum)
    assert (made.tell_at, made.told_at) == (None, at("08:00"))
    assert tell_releases() == 0


def test_who_is_concerned_is_told_once_after_the_quiet_period(forum):
    release(forum)
    move(forum, "13:00", "14:00")
    Session.objects.update(title_zh="示例：新题")
    release(forum)
    with clock.frozen_at(at("08:29")):
        assert tell_releases() == 0
    with clock.frozen_at(at("08:30")):
        assert (tell_releases(), tell_releases()) == (3, 0)
    assert told() == ["host@example.com", "talker@example.com", "visitor@example.com"]
    to_host = Message.objects.get(address="host@example.com")
    assert to_host.language == "en"
    assert "moves from 5 July 10:00–12:00" in to_host.text.replace("\xa0", " ")
    to_visitor = Message.objects.get(address="visitor@example.com")
    assert "13:00–14:00" in to_visitor.text
    assert "新题" not in to_visitor.text  # the forum is theirs, its items are the speaker's
    assert "新题" in Message.objects.get(address="talker@example.com").text


def test_releases_within_the_quiet_period_are_one_mail_from_what_was_told_last(forum):
    ReleasePolicy.objects.create(edition=forum.edition, quiet_minutes=10)
    release(forum)
    move(forum, "13:00", "14:00")
    release(forum)
    with clock.frozen_at(at("08:05")):
        move(forum, "15:00", "16:00")
        release(forum, tells=False)  # one waits, so this is told with it
    with clock.frozen_at(at("08:14")):
        assert tell_releases() == 0
    with clock.frozen_at(at("08:15")):
        assert tell_releases() == 3
    (text,) = Message.objects.filter(address="visitor@example.com").values_list("text", flat=True)
    assert "10:00–12:00" in text
    assert "15:00–16:00" in text
    assert "13:00" not in text
    assert not Release.objects.filter(told_at=None).exists()


def test_there_and_back_is_nothing_to_tell(forum):
    release(forum)
    move(forum, "13:00", "14:00")
    release(forum)
    move(forum, "10:00", "12:00")
    release(forum)
    with clock.frozen_at(at("09:00")):
        assert tell_releases() == 0
    assert told() == []


def test_a_silent_release_is_told_to_nobody_also_later(forum):
    release(forum)
    move(forum, "13:00", "14:00")
    release(forum, tells=False)
    with clock.frozen_at(at("12:00")):
        assert tell_releases() == 0
        Session.objects.update(title_zh="示例：新题")
        release(forum)
    with clock.frozen_at(at("13:00")):
        tell_releases()
    assert told() == ["host@example.com", "talker@example.com"]
    assert "13:00–14:00" not in Message.objects.get(address="host@example.com").text


# --- Pages --------------------------------------------------------------------------------------


def promise(page):
    form = page.context["form"]
    return {"expects": form["expects"].value(), "request": form["request"].value()}


def test_the_page_shows_what_changes_who_hears_of_it_and_releases_it_once(desk, forum):
    release(forum)
    move(forum, "13:00", "14:00")
    page = desk.get(DRAFT)
    assert page.context["change_count"] == 1
    assert [str(c) for _label, c in page.context["reader_counts"]] == ["1", "1", "1"]
    assert "改到7月5日 13:00–14:00" in page.text
    sent = {**promise(page), "note_zh": "示例说明", "tells": "on"}
    first, second = desk.post(DRAFT, sent), desk.post(DRAFT, sent)
    made = Release.objects.get(number=2)
    assert (made.note_zh, made.tell_at) == ("示例说明", at("08:30"))
    assert first.url == second.url == f"/admin/forums/release/{made.pk}/change/"
    assert Release.objects.count() == 2


def test_a_quiet_period_of_more_than_a_day_is_told_whole(desk, forum):
    release(forum)
    move(forum, "13:00", "14:00")
    ReleasePolicy.objects.create(edition=forum.edition, quiet_minutes=25 * 60)
    page = desk.get(DRAFT)
    assert page.context["quiet"] == 25 * 60
    made = desk.post(DRAFT, {**promise(page), "tells": "on"}, follow=True)
    assert "2024年7月6日 09:00" in next(str(m) for m in made.context["messages"])


def test_a_desk_that_was_slower_keeps_what_it_typed(desk, forum):
    sent = {**promise(desk.get(DRAFT)), "note_zh": "示例说明"}
    release(forum)
    move(forum, "13:00", "14:00")
    page = desk.post(DRAFT, sent)
    assert page.status_code == 409
    assert "第 1 版" in page.text
    assert "示例说明" in page.text
    assert desk.post(DRAFT, {**sent, **promise(page)}).status_code == 302
    assert Release.objects.count() == 2


def test_a_refusal_and_a_broken_form_say_why(desk, forum):
    RuleSetting.objects.create(edition=forum.edition, rule="no-english", level="block_release")
    type(forum).objects.filter(pk=forum.pk).update(title_en="")
    page = desk.get(DRAFT)
    assert "示例论坛" in page.context["findings"][0]["sentence"]
    answer = desk.post(DRAFT, promise(page))
    assert answer.status_code == 400
    assert page.context["findings"][0]["sentence"] in answer.text
    for wrong in ({}, {"expects": "x", "request": "y"}, {**promise(page), "note_zh": "长" * 2001}):
        assert desk.post(DRAFT, wrong).status_code == 400
    assert not Release.objects.exists()


def test_the_draft_is_previewed_as_the_public_page_and_kept_nowhere(desk, forum):
    release(forum)
    move(forum, "13:00", "14:00")
    for address in (f"{DRAFT}2024/programme/", f"{DRAFT}2024/forums/{forum.code}/"):
        page = desk.get(address)
        assert page.status_code == 200
        assert "13:00" in page.text
        assert "no-store" in page["Cache-Control"]
        assert "ETag" not in page
        assert "草稿" in page.text
        assert Client().get(address).status_code == 302
    assert "13:00" not in Client().get(f"/2024/forums/{forum.code}/").text
    draft = placed(ForumFactory(), None)
    assert desk.get(f"{DRAFT}2024/forums/{draft.code}/").status_code == 404
    assert desk.get(f"{DRAFT}1999/programme/").status_code == 404


def test_two_releases_or_one_and_the_draft_are_compared(desk, forum):
    compare = "/admin/forums/release/compare/"
    assert "尚无可比较的版本" in desk.get(compare).text
    release(forum)
    move(forum, "13:00", "14:00")
    release(forum)
    move(forum, "15:00", "16:00")
    assert "改到7月5日 13:00–14:00" in desk.get(compare, {"from": 1, "to": 2}).text
    assert "改到7月5日 15:00–16:00" in desk.get(compare, {"from": 2, "to": "draft"}).text
    assert "改到7月5日 15:00–16:00" in desk.get(compare, {"from": "x", "to": "99"}).text
    assert desk.get(compare, {"year": "1999"}).status_code == 404


def test_going_back_makes_a_new_release_or_restores_the_draft(desk, forum):
    first = release(forum)
    move(forum, "13:00", "14:00")
    release(forum)
    address = f"/admin/forums/release/{first.pk}/back/"
    page = desk.get(address)
    assert page.text.count("改到7月5日 10:00–12:00") == 1  # for the public
    assert "7月5日 13:00–14:00, 示例中心" in page.text  # of the draft, what goes back
    assert "现行规则" not in page.text
    RuleSetting.objects.create(edition=forum.edition, rule="room-too-small", level="block_release")  # fmt: skip
    Room.objects.update(capacity=5)
    assert "现行规则不允许发布的内容有" in desk.get(address).text
    assert desk.post(address, {"draft": "1"}).status_code == 302
    assert forum.parts.get().starts_at == at("10:00")
    entries = LogEntry.objects.order_by("content_type__model")
    assert list(entries.values_list("content_type__model", "object_id")) == [
        ("forum", str(forum.pk)), ("release", str(first.pk)),
    ]  # fmt: skip
    assert desk.post(address, {**promise(page), "note_zh": "示例"}).status_code == 302
    assert Release.objects.get(number=3).restores == first
    bare = Release.objects.create(edition=Edition.objects.get_or_create(year=2031, defaults={"starts_on": at("08:00").date(), "ends_on": at("08:00").date() + timedelta(days=1)})[0], number=1)  # fmt: skip
    assert desk.get(f"/admin/forums/release/{bare.pk}/back/").status_code == 404


def test_other_desks_see_no_way_to_release(client, forum):
    made = release(forum)
    back = f"/admin/forums/release/{made.pk}/back/"
    for desk in ("exhibition", "press"):
        signed_in(desk, client)
        for address in (
            DRAFT,
            back,
            f"{DRAFT}2024/programme/",
            f"{DRAFT}2024/forums/{forum.code}/",
        ):
            assert client.get(address).status_code == 403, (desk, address)
            assert client.post(address).status_code in (403, 405)


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_read_in_both_languages(desk, forum, language):
    made = release(forum)
    move(forum, "13:00", "14:00")
    for address in (
        DRAFT,
        f"/admin/forums/release/{made.pk}/change/",
        f"/admin/forums/release/{made.pk}/back/",
        "/admin/forums/release/compare/",
    ):
        assert desk.get(language + address).status_code == 200, address
