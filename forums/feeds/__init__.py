"""Feeds of the programme: schedule.json, schedule.xml, calendars, room states. Rules: docs/api.md."""

from forums.feeds.calendar import forum_ics, room_ics, schedule_ics, speaker_ics
from forums.feeds.giggity import giggity_json
from forums.feeds.personal import personal_ics
from forums.feeds.rooms import rooms_json
from forums.feeds.schedule import schedule_json, schedule_xml
from forums.feeds.schedule2 import schedule2_json

__all__ = [
    "forum_ics",
    "giggity_json",
    "personal_ics",
    "room_ics",
    "rooms_json",
    "schedule2_json",
    "schedule_ics",
    "schedule_json",
    "schedule_xml",
    "speaker_ics",
]
