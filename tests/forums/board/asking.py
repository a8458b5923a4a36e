"""Asking the board as its script does, and what became of it."""

import json

from django.contrib.auth.models import Group

from forums.models import Forum, ForumPart
from tests.lib.factories import UserFactory
from waic.lib import clock

BOARD = "/en/admin/forums/forum/board/"
DAY = "2024-07-05"
PAGES = ("", "day/", "revision/")
POSTS = ("outlook/", "move/", "take-off/")


def sign_in(client, desk, **fields):
    person = UserFactory(is_staff=True, **fields)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


def asked(part, **changes):
    """What the script sends for a part that stays where it is, with changes."""
    start = part.starts_at.astimezone(clock.ZONE)
    first = start.hour * 60 + start.minute
    length = int((part.ends_at - part.starts_at).total_seconds() // 60)
    return {"part": part.pk, "version": part.forum.version, "room": part.room_id, "day": DAY,
            "from": first, "to": first + length, "seen": ""} | changes  # fmt: skip


def post(client, page, data):
    return client.post(BOARD + page, data=json.dumps(data), content_type="application/json")


def move(client, data):
    return post(client, "move/", data)


def place_of(part):
    now = ForumPart.objects.get(pk=part.pk)
    return now.room_id, now.starts_at, now.ends_at


def day(client, which=DAY):
    return client.get(f"{BOARD}day/?day={which}").json()


def refusal_of(answer, status=400):
    assert answer.status_code == status
    (sentence,) = answer.json()["errors"]
    return sentence


def rename(part):
    Forum.objects.filter(pk=part.forum_id).update(version=part.forum.version + 1)
