"""All slides of a forum or a day as one ZIP, under names that sort as the stage needs them."""

import re
import tempfile
import zipfile

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from forums.models import ForumPart, Slot
from forums.operations.slides import contributions
from forums.releases.places import as_told
from waic.lib import clock
from waic.lib.files import EXTENSIONS, ZIP, store_open
from waic.lib.text import clean_text, localized

JOB = "slides-zip"
MOST_BYTES = 4 * 1024**3
# What some system or other does not take in a file name, and what would open a folder.
_UNSAFE = re.compile(r'[\\/:*?"<>|\s_]+')
_LONGEST = 40


def name_of(contribution, room, media_type):
    """HH-MM_room_session_person.ext"""
    begins = contribution.begins
    what = contribution.session or contribution.forum
    parts = [localized(room, "name") if room else "", localized(what, "title"), localized(contribution.speaker, "name")]  # fmt: skip
    time = f"{clock.local(begins):%H-%M}" if begins else "00-00"
    return "_".join([time, *map(_safe, parts)]) + EXTENSIONS[media_type]


def _safe(text):
    words = _UNSAFE.sub(" ", clean_text(text or "")).strip(" .")
    return words[:_LONGEST].strip(" .").replace(" ", "-") or "x"


def make_zip(pks, progress):
    """The StoredFile with the newest slides of these contributions; ValidationError `none` or `too_large`."""
    rows = _rows_of(pks)
    _check(rows)
    progress.total = len(rows)
    days = {_day(row) for row in rows}
    taken: set = set()
    with tempfile.TemporaryFile() as handle:
        with zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as archive:
            for row in rows:
                stored = row.slides.current.file
                name = name_of(row, _room_of(row), stored.media_type)
                folder = f"{_day(row)}/" if len(days) > 1 else ""
                with stored.file.open("rb") as source:
                    _copy(archive, _unique(folder + name, taken), source)
                progress.step()
        handle.seek(0)
        return store_open(
            handle, name="slides.zip", media_type=ZIP, kind="job-result", by=progress.by
        )


def _check(rows):
    if not rows:
        raise ValidationError(_("None of them has slides yet."), code="none")
    if sum(row.slides.current.file.size for row in rows) > MOST_BYTES:
        raise ValidationError(_("This is more than one file can hold. Choose one forum or one day."), code="too_large")  # fmt: skip


def _copy(archive, name, source):
    with archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(1024 * 1024):
            target.write(piece)


def _unique(name, taken):
    """Two of one name get a number; names that differ in case alone are one on some systems."""
    stem, dot, ending = name.rpartition(".")
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}{dot}{ending}"
    taken.add(name.casefold())
    return name


def _day(row):
    return f"{clock.local(row.begins):%m-%d}" if row.begins else "00-00"


def _rows_of(pks):
    """Contributions with slides under the titles, times and rooms that the programme shows."""
    slots = Slot.objects.exclude(state="cancelled").select_related("room__venue")
    parts = ForumPart.objects.select_related("room__venue")
    rows = contributions().filter(pk__in=pks, has_slides=True)
    rows = rows.prefetch_related(Prefetch("session__slots", slots), Prefetch("forum__parts", parts))
    return as_told(list(rows))


def _room_of(row):
    """Of the session's first slot, else of the forum's first part; None without one."""
    slots = [s for s in row.session.slots.all() if s.state != "cancelled"] if row.session else []
    first = min(slots or row.forum.parts.all(), key=lambda entry: entry.starts_at, default=None)
    return first and first.room
