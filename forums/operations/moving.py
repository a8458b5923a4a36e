"""Times and rooms under the edition's rules: what may not be saved, and what a change has caused."""

from forums.models import RuleLevel
from forums.rules import Programme, check, compare, settings_of
from forums.rules.engine import refuse_saving
from forums.rules.facts import Item
from waic.lib.text import localized

# Said beside the field, by the name of the other forum, and kept by the database in any case.
SAID_ELSEWHERE = "room-taken"


def item_of(part, number=0):
    """A part of a forum as the rules see it; one that is not saved yet has a number below zero."""
    return Item(
        "part", part.pk or -1 - number, part.forum_id or 0, part.room_id, part.starts_at, part.ends_at
    )  # fmt: skip


def slot_item(slot, number=0):
    """A slot as the rules see it; one that is not saved yet has a number below zero."""
    session = slot.session
    return Item(
        "slot", slot.pk or -1 - number, session.forum_id, slot.room_id, slot.starts_at, slot.ends_at,
        localized(session, "title"), session.pk,
    )  # fmt: skip


def check_parts(forum, parts, *, gone=(), agenda=()):
    """ValidationError for each rule that refuses to save a forum with these parts and slots of its agenda.

    `gone` are keys of removed parts.
    """
    settings = {
        key: setting
        for key, setting in settings_of(forum.edition).items()
        if setting.level == RuleLevel.BLOCK_SAVE and key != SAID_ELSEWHERE
    }
    if not settings:
        return
    before = Programme.of(forum.edition).with_forum(forum)
    items = [item_of(part, number) for number, part in enumerate(parts)]
    items += [slot_item(slot, number) for number, slot in enumerate(agenda)]
    refuse_saving(compare(before, before.without(*gone).moved(*items), settings))


def findings_about(forum):
    """What the rules say about one forum now: {about: Finding}."""
    found = check(Programme.of(forum.edition), settings_of(forum.edition))
    return {f.about: f for f in found if forum.pk in f.forums}
