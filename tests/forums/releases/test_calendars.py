"""Calendars from one release to the next."""

import pytest

from forums.models import Slot
from forums.operations.forums import cancel_forum
from forums.operations.releasing import roll_back
from tests.forums.factories import (
    at,
    published_forum,
)
from tests.forums.releases.making import page, release
from waic.editions.models import Edition
from waic.lib import clock

pytestmark = pytest.mark.django_db


def entries(client, address="/2024/programme/schedule.ics"):
    from icalendar import Calendar

    found = Calendar.from_ical(page(client, address).content).walk("VEVENT")
    return {str(e["UID"]).split("@")[0]: (int(e["SEQUENCE"]), str(e["STATUS"])) for e in found}


def test_calendars_follow_releases_with_numbers_that_only_rise(client, forum):
    slot = Slot.objects.get()
    uid = str(slot.uuid)
    assert entries(client) == {uid: (0, "CONFIRMED")}
    first = release(forum.edition)
    slot.starts_at, slot.ends_at = at("11:00"), at("11:30")
    slot.save()
    slot.ends_at = at("11:40")
    slot.save()
    assert entries(client) == {uid: (0, "CONFIRMED")}  # a draft
    release(forum.edition)
    assert entries(client) == {uid: (1, "CONFIRMED")}
    roll_back(first, by=None, expects=3)
    assert entries(client) == {uid: (2, "CONFIRMED")}
    slot.session.delete()
    gone = release(forum.edition)
    # The forum itself stands in the calendar now, and its session as cancelled.
    shown = entries(client, f"/2024/forums/{forum.code}.ics")
    assert shown.pop(uid) == (3, "CANCELLED")
    assert [status for _number, status in shown.values()] == ["CONFIRMED"]
    doc = page(client, "/2024/programme/schedule.json").json()["schedule"]
    assert doc["version"] == str(gone.number) == "4"
    assert uid not in str(doc)
    roll_back(first, by=None, expects=5)
    assert entries(client)[uid] == (4, "CONFIRMED")


def test_a_deleted_forum_stays_in_calendars_as_cancelled(client, forum):
    uid = str(Slot.objects.get().uuid)
    code, guest = forum.code, forum.participations.get().speaker
    release(forum.edition)
    forum.delete()
    release(Edition.objects.get(year=2024))
    for address in ("programme/schedule", f"forums/{code}", f"speakers/{guest.code}"):
        assert entries(client, f"/2024/{address}.ics") == {uid: (1, "CANCELLED")}, address
    for address in ("schedule.xml", "schedule.json"):
        assert uid not in page(client, f"/2024/programme/{address}").text


def test_what_is_called_off_says_so_at_once_and_no_differently_by_release(client, forum):
    release(forum.edition)
    uid = str(Slot.objects.get().uuid)
    cancel_forum(forum, reason="示例原因")
    assert entries(client) == {uid: (1, "CANCELLED")}
    release(forum.edition)
    assert entries(client) == {uid: (1, "CANCELLED")}


def test_a_release_that_changes_nothing_of_an_entry_leaves_its_bytes(client, forum):
    release(forum.edition)
    address = f"/2024/forums/{forum.code}.ics"
    before = page(client, address)
    with clock.frozen_at(at("12:00")):
        published_forum(None, title_zh="示例另一场")
        release(forum.edition)
        after = page(client, address)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
