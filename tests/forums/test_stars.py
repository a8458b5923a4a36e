"""Stars: what the database keeps, what devices tell, what overlaps, links that anybody may have typed."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from forums.models import Star
from forums.operations import stars
from forums.operations.feeds import make_feed
from forums.operations.forums import place_part
from forums.operations.stars import change_stars, starred_codes
from forums.releases.telling import tell_releases
from forums.selection import read_codes, selection_of
from tests.forums.factories import (
    DAY,
    ForumFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.releases.making import release as _release
from tests.forums.test_personal_feed import summaries
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.models import ApiToken, User, digest
from waic.lib import clock, pagecache
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
API = "/api/v1/stars/2024/"
MINE = "/2024/programme/mine/"


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def person():
    return UserFactory()


def release(forum):
    return _release(forum.edition)


def patch(client, **change):
    return client.patch(API, change, content_type="application/json")


# --- The model ----------------------------------------------------------------------------------


def test_a_star_has_one_target_and_stands_once(edition, person):
    forum, session = published_forum(), SessionFactory()
    common = {"user": person, "edition": edition}
    Star.objects.create(**common, forum=forum)
    Star.objects.create(**common, session=session)
    for fault in ({}, {"forum": forum, "session": session}, {"forum": forum}, {"session": session}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Star.objects.create(**common, **fault)
    Star.objects.create(user=UserFactory(), edition=edition, forum=forum)
    assert starred_codes(person, edition) == sorted([forum.code, session.code])


def test_what_is_deleted_takes_its_stars_along(edition, person):
    forum, session = published_forum(), SessionFactory()
    for target in ({"forum": forum}, {"session": session}):
        Star.objects.create(user=person, edition=edition, **target)
    session.delete()
    assert starred_codes(person, edition) == [forum.code]
    person.delete()
    assert not Star.objects.exists()


# --- Changing -----------------------------------------------------------------------------------


def test_changes_of_two_devices_add_up_and_the_last_one_holds(edition, person):
    one, two, three = (published_forum().code for _n in range(3))
    talk = timed_session(ForumFactory(published=True)).code
    assert change_stars(person, edition, add=[one, talk]) == sorted([one, talk])
    # Another device, which has not heard of that.
    assert change_stars(person, edition, add=[two, one]) == sorted([one, two, talk])
    # The first takes one away and is told of the other's; a third sets it again later.
    assert change_stars(person, edition, remove=[one, three]) == sorted([two, talk])
    assert change_stars(person, edition, add=[one]) == sorted([one, two, talk])
    assert starred_codes(UserFactory(), edition) == []


def test_unknown_codes_and_too_many_change_nothing(edition, person, monkeypatch):
    forum, draft = published_forum(), ForumFactory()
    elsewhere = published_forum(edition=EditionFactory(year=2025))
    for code in (draft.code, elsewhere.code, "222222"):
        with pytest.raises(ValidationError) as refusal:
            change_stars(person, edition, add=[forum.code, code])
        assert (refusal.value.code, code in refusal.value.message) == ("unknown", True)
    monkeypatch.setattr(stars, "MOST_STARS", 1)
    change_stars(person, edition, add=[forum.code])
    pagecache._bump_now()
    with pytest.raises(ValidationError) as refusal:
        change_stars(person, edition, add=[published_forum().code])
    assert refusal.value.code == "too_many"
    assert starred_codes(person, edition) == [forum.code]


def test_a_star_outlives_that_its_forum_is_hidden_for_a_while(edition, person):
    forum = published_forum()
    change_stars(person, edition, add=[forum.code])
    type(forum).objects.filter(pk=forum.pk).update(state="draft")
    pagecache._bump_now()
    assert starred_codes(person, edition) == [forum.code]
    selection = selection_of(edition, [forum.code])
    assert (selection.days, selection.missing, selection.count) == ([], 1, 0)
    assert change_stars(person, edition, remove=[forum.code]) == []


def test_who_starred_a_forum_is_told_of_its_release_once(edition, django_assert_num_queries):
    forum, other = published_forum(RoomFactory(), "10:00", "12:00"), published_forum(None)
    talk, elsewhere = timed_session(forum), timed_session(other)
    people = [
        UserFactory(email=f"{name}@example.com")
        for name in ("both", "forum", "talk", "gone", "other")
    ]
    chosen = [[forum, talk], [forum], [talk], [forum], [other, elsewhere]]
    for person, things in zip(people, chosen, strict=True):
        change_stars(person, edition, add=[thing.code for thing in things])
    with django_assert_num_queries(1):
        found = Star.objects.about([forum.pk])
    assert {user for user, _forum in found} == set(people[:4])
    User.objects.filter(email="gone@example.com").update(is_active=False)
    release(forum)
    part = forum.parts.get()
    part.starts_at, part.ends_at = at("13:00"), at("14:00")
    place_part(part)
    release(forum)
    with clock.frozen_at(at("09:00")):
        assert tell_releases() == 3
    told = Message.objects.filter(template="forums/programme_changed").order_by("address")
    assert list(told.values_list("address", flat=True)) == [f"{n}@example.com" for n in ("both", "forum", "talk")]  # fmt: skip


def test_who_starred_a_session_is_told_when_it_moves_inside_its_forum(edition):
    forum = published_forum(RoomFactory(), "10:00", "12:00")
    talk, other = timed_session(forum, title_zh="示例演讲"), timed_session(forum, "11:00")
    mover, stays, whole = (UserFactory(email=f"{n}@example.com") for n in ("mover", "stays", "whole"))  # fmt: skip
    for person, thing in ((mover, talk), (stays, other), (whole, forum)):
        change_stars(person, edition, add=[thing.code])
    release(forum)
    slot = talk.slots.get()
    slot.starts_at, slot.ends_at = at("10:30"), at("10:50")
    slot.save()
    release(forum)
    with clock.frozen_at(at("09:00")):
        assert tell_releases() == 1
    message = Message.objects.get(template="forums/programme_changed")
    assert (message.recipient, "示例演讲" in message.text) == (mover, True)


def test_a_release_decides_what_can_be_starred_and_what_is_shown(edition, person):
    forum = published_forum(None, "10:00", "11:00", title_zh="示例已发布")
    release(forum)
    forum.parts.update(starts_at=at("15:00"), ends_at=at("16:00"))
    new = published_forum(None)
    pagecache._bump_now()
    today = type(edition).objects.get(pk=edition.pk)
    [(_day, [row])] = selection_of(today, [forum.code]).days
    assert (row.entry.title_zh, row.entry.starts_at) == ("示例已发布", at("10:00"))
    with pytest.raises(ValidationError):
        change_stars(person, today, add=[new.code])


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_stay_below_the_limit(monkeypatch):
    monkeypatch.setattr(stars, "MOST_STARS", 3)
    edition, person = EditionFactory(), UserFactory()
    codes = [published_forum().code for _n in range(6)]

    def race(change):
        answers, start = [], threading.Barrier(2)

        def device(own):
            start.wait()
            try:
                answers.append(len(change(person, edition, add=own)))
            except ValidationError as refusal:
                answers.append(refusal.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=device, args=[own]) for own in (codes[:3], codes[3:])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(map(str, answers)), Star.objects.count()

    assert race(change_stars) == (["3", "too_many"], 3)
    Star.objects.all().delete()

    # Without the lock both count before the other one's stars are there.
    meet = threading.Barrier(2)

    def naive(user, edition, *, add):
        with transaction.atomic():
            Star.objects.bulk_create(stars._new_stars(user, edition, add))
            found = Star.objects.filter(user=user).count()
            meet.wait()
            if found > stars.MOST_STARS:
                raise ValidationError("", code="too_many")
        return add

    assert race(naive) == (["3", "3"], 6)


# --- The API ------------------------------------------------------------------------------------


def test_the_api_tells_and_changes_ones_own(client, edition, person):
    forum, talk = published_forum(), timed_session(published_forum())
    change_stars(UserFactory(), edition, add=[forum.code])
    nobody = client.get(API)
    assert (nobody.json(), nobody["Cache-Control"]) == (
        {"account": "", "stars": []},
        "private, no-store",
    )
    assert patch(client, add=[forum.code]).status_code == 401
    client.force_login(person)
    before = client.get(API).json()
    assert (before["stars"], len(before["account"])) == ([], 16)
    answer = patch(client, add=[forum.code, talk.code])
    assert (answer.status_code, answer.json()) == (
        200,
        {**before, "stars": sorted([forum.code, talk.code])},
    )
    assert patch(client, remove=[forum.code, "222222"]).json()["stars"] == [talk.code]
    client.force_login(UserFactory())
    assert client.get(API).json()["account"] != before["account"]
    assert client.get("/api/v1/stars/2019/").status_code == 404
    ends = timezone.now() + timedelta(days=1)
    ApiToken.objects.create(
        user=person, name="示例", digest=digest("sample"), expires_at=ends, year=2025
    )
    client.logout()
    assert client.get(API, headers={"Authorization": "Bearer sample"}).status_code == 403


def test_the_api_refuses_in_a_sentence_and_names_the_place(client, edition, person):
    forum = published_forum()
    client.force_login(person)
    answer = patch(client, add=[forum.code, "222222"])
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"code": "unknown", "detail": "本届日程中没有：222222。", "attr": "add.1"}
    ]
    bad = [{"add": ["short"]}, {"add": "ABC234"}, {"add": [None]}, {"stars": []}, {"add": ["222222"] * 201},
           {"add": [forum.code], "remove": [forum.code]}]  # fmt: skip
    assert [patch(client, **change).status_code for change in bad] == [400] * len(bad)
    assert client.patch(API, "[]", content_type="application/json").status_code == 400
    assert not Star.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_change_costs_the_same_for_any_number(client, edition, person, django_assert_num_queries, count):  # fmt: skip
    codes = [published_forum().code for _n in range(count)]
    client.force_login(person)
    client.get(API)
    selection_of(edition, codes)
    with django_assert_num_queries(9):
        assert len(patch(client, add=codes).json()["stars"]) == count
    with django_assert_num_queries(3):
        client.get(API)


# --- Selections ---------------------------------------------------------------------------------


def test_a_selection_stands_by_day_in_order_of_time_and_says_what_overlaps(edition):
    room = RoomFactory(name_zh="示例红厅", venue__name_zh="示例中心")
    morning = published_forum(room, "09:00", "11:00", title_zh="示例早")
    touching = published_forum(None, "11:00", "12:00", title_zh="示例接着")
    crossing = published_forum(None, "10:30", "11:30", title_zh="示例交叉")
    inside = timed_session(morning, "09:30", room=room, title_zh="示例早的演讲")
    fourth = published_forum(None, day=edition.starts_on, title_zh="示例前一天")
    undated = ForumFactory(published=True, title_zh="示例未定")
    published_forum(None, "09:00", "12:00", title_zh="示例没有收藏")
    chosen = [x.code for x in (crossing, touching, inside, morning, fourth, undated)]
    selection = selection_of(edition, [*chosen, "222222"])
    told = [
        (day.day, [(r.entry.title_zh, [o.title_zh for o in r.overlaps]) for r in rows])
        for day, rows in selection.days
    ]
    assert told == [
        (4, [("示例前一天", [])]),
        (5, [("示例早", ["示例交叉"]), ("示例早的演讲", []), ("示例交叉", ["示例早", "示例接着"]), ("示例接着", ["示例交叉"])]),
    ]  # fmt: skip
    assert [row.entry.title_zh for row in selection.untimed] == ["示例未定"]
    assert (selection.missing, selection.count) == (1, 6)
    assert selection.days[1][1][1].entry.place_zh == "示例中心 示例红厅"


def test_a_session_without_a_time_is_starred_and_hears_of_its_time(client, edition, person):
    room = RoomFactory()
    forum = published_forum(room, "10:00", "12:00")
    timed_session(forum)
    talk = SessionFactory(forum=forum, title_zh="示例未定时的演讲")
    release(forum)
    for address in (f"/2024/forums/{forum.code}/", f"/2024/sessions/{talk.code}/"):
        assert re.search(f'data-star(-button)?="{talk.code}"', client.get(address).text)
    change_stars(person, edition, add=[talk.code])
    today = type(edition).objects.get(pk=edition.pk)
    [row] = selection_of(today, [talk.code]).untimed
    assert (row.entry.day, row.entry.above_zh, row.entry.is_cancelled) == (DAY, forum.title_zh, False)  # fmt: skip
    page = client.get(MINE, {"s": talk.code}).text
    assert page.index("时间待定") < page.index("示例未定时的演讲")
    slot = SlotFactory(session=talk, room=room, starts_at=at("11:00"))
    release(forum)
    with clock.frozen_at(at("09:00")):
        assert tell_releases() == 1
    assert "示例未定时的演讲" in Message.objects.get(recipient=person).text
    # Without a time again it stands there once, not as cancelled at the time it had.
    slot.delete()
    release(forum)
    pagecache._bump_now()
    selection = selection_of(type(edition).objects.get(pk=edition.pk), [talk.code])
    assert (selection.days, [r.entry.is_cancelled for r in selection.untimed]) == ([], [False])


def test_of_many_overlaps_three_are_named(client, edition):
    codes = [published_forum(None, title_zh=f"示例同时{n}").code for n in range(6)]
    page = client.get(MINE, {"s": "-".join(codes)}).text
    assert page.count("（10:00–12:00）") == 6 * 3
    assert page.count("另有 2 项") == 6


def test_what_was_called_off_is_still_found_and_overlaps_with_nothing(edition):
    off, on = published_forum(None), published_forum(None)
    type(off).objects.filter(pk=off.pk).update(state="cancelled")
    [(_day, rows)] = selection_of(edition, [off.code, on.code]).days
    assert {(r.entry.code, r.entry.is_cancelled, len(r.overlaps)) for r in rows} == {
        (off.code, True, 0), (on.code, False, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "-", "<script>", "ABC", "%00", "ABC234\n", "IOIOIO", "x" * 5000]
)
def test_a_link_anybody_typed_shows_nothing_rather_than_fail(client, edition, text):
    page = client.get(MINE, {"s": text})
    assert page.status_code == 200
    assert "这个链接中没有本届日程的内容" in page.text
    assert "<script>" not in page.text.replace("<script src", "")


def test_a_link_is_read_in_any_order_and_no_further_than_the_limit():
    assert read_codes("bbb222-AAA222-BBB222-O0O0O0") == ("AAA222", "BBB222")
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    many = [f"AA{a}{b}22" for a in alphabet for b in alphabet]
    assert len(read_codes("-".join(many))) == 200


def test_a_shared_link_shows_the_selection_without_a_script(client, edition):
    forum = published_forum(None, title_zh="示例共享")
    published_forum(None, title_zh="示例别的")
    page = client.get(MINE, {"s": f"{forum.code}-222222"})
    assert "示例共享" in page.text
    assert "示例别的" not in page.text
    assert f'data-take="{forum.code}"' in page.text
    assert page["Cache-Control"].startswith("public")
    assert "示例共享" in client.get(f"{MINE}rows/", {"s": forum.code}).text


@pytest.mark.parametrize("count", [1, 3])
def test_a_selection_takes_few_queries(client, edition, django_assert_max_num_queries, count):
    talks = [timed_session(published_forum(RoomFactory(), title_en="")) for _n in range(count)]
    codes = "-".join([t.code for t in talks] + [t.forum.code for t in talks])
    with django_assert_max_num_queries(12):
        assert client.get(MINE, {"s": codes}).text.count("<strong>") == 2 * count
    with django_assert_max_num_queries(1):
        client.get(MINE, {"s": codes, "again": "1"})


def test_programme_and_forum_pages_say_what_can_be_starred(client, edition):
    talk = timed_session(published_forum(None))
    assert f'data-star="{talk.forum.code}"' in client.get("/2024/programme/?day=2024-07-05").text
    page = client.get(f"/2024/forums/{talk.forum.code}/").text
    assert (
        f'data-star-button="{talk.forum.code}" hidden' in page,
        f'data-star="{talk.code}"' in page,
    ) == (True, True)
    assert (
        f'data-star-button="{talk.code}" hidden' in client.get(f"/2024/sessions/{talk.code}/").text
    )


def test_the_portal_leads_to_ones_own_programme(client, edition, person):
    change_stars(person, edition, add=[published_forum(None).code])
    client.force_login(person)
    page = client.get("/portal/").text
    assert ("我的日程 2024" in page, "1 项收藏" in page, f'href="{MINE}"' in page) == (
        True,
        True,
        True,
    )
    with clock.frozen_at(at("08:00", edition.last_day + timedelta(days=1))):
        assert "我的日程 2024" not in client.get("/portal/").text


def test_starred_things_are_in_ones_own_calendar(client, edition, person):
    forum = published_forum(None, title_zh="示例收藏的论坛")
    host = published_forum(None, title_zh="示例论坛")
    talk = timed_session(host, title_zh="示例收藏的演讲")
    timed_session(host, title_zh="示例另一场")
    change_stars(person, edition, add=[forum.code, talk.code])
    change_stars(UserFactory(), edition, add=[host.code])
    assert summaries(client.get(f"/feeds/{make_feed(person)}.ics")) == [
        "示例收藏的演讲",
        "示例收藏的论坛",
    ]
