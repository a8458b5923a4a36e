"""Arrivals: who is expected on a day, who has come, and who should be here by now."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from forums.models import Arrival, ArrivalState, Contribution, StageRules
from forums.models.arrival import ARRIVAL
from forums.operations.slides import contributions
from waic.lib import clock


@dataclass
class Expected:
    """A guest of a day: what they are there for, in order of time, and whether they have come."""

    speaker: object
    arrival: Arrival
    before: timedelta  # how long before their time somebody should look for them
    rows: list = field(default_factory=list)

    @property
    def begins(self):
        return self.rows[0].begins

    @property
    def has_arrived(self):
        return self.arrival.state == ArrivalState.ARRIVED

    @property
    def is_late(self):
        """On stage soon, or by now, and not here."""
        now = clock.now()
        return not self.has_arrived and any(
            r.begins - self.before <= now < r.ends for r in self.rows
        )

    @property
    def missing_slides(self):
        return [row for row in self.rows if row.is_presenting and not row.has_slides]


def expected_on(edition, day, *, forum=None):
    """[Expected] of a day (of one forum, by its code), in order of their first appearance; five queries."""
    rows = contributions().filter(forum__edition=edition, begins__date=day)
    if forum:
        rows = rows.filter(forum__code=forum)
    before = timedelta(minutes=StageRules.objects.of(edition).arrival_minutes)
    arrivals = {a.speaker_id: a for a in Arrival.objects.filter(speaker__edition=edition, date=day)}
    found: dict = {}
    for row in rows:
        arrival = arrivals.get(row.speaker_id) or Arrival(speaker=row.speaker, date=day, version=0)
        guest = found.setdefault(row.speaker_id, Expected(row.speaker, arrival, before))
        guest.rows.append(row)
    return list(found.values())


def matching(guests, text):
    """Guests whose name holds the text: Chinese, English, pinyin in one word (yaoqizhi) or its initials (yqz)."""
    wanted = "".join(text.casefold().split())
    return [guest for guest in guests if any(wanted in name for name in _names(guest.speaker))]


def _names(speaker):
    syllables = [part.rstrip("12345") for part in speaker.sort_key.split()]
    yield "".join(speaker.name_zh.casefold().split())
    yield "".join(speaker.name_en.casefold().split())
    yield "".join(syllables)
    yield "".join(part[:1] for part in syllables)


# --- Taps ---------------------------------------------------------------------------------------


@transaction.atomic
def note_arrival(speaker, day, *, by=None):
    """Somebody is here; answers (the row, whether this tap said it first). A second tap changes nothing."""
    if not Contribution.objects.timed().filter(speaker=speaker, begins__date=day).exists():
        raise ValidationError(_("This person is not expected on that day."), code="not_expected")
    arrival, _made = Arrival.objects.get_or_create(speaker=speaker, date=day)
    try:
        with transaction.atomic():
            return ARRIVAL.take(arrival, "arrive", by=by), True
    except ValidationError:
        arrival.refresh_from_db()
        return arrival, False


def undo_arrival(arrival, *, by=None, reason="", version=None):
    """A wrong tap; ValidationError `stale` or `not_allowed` when somebody else changed the row since it was shown,
    `not_allowed` also for somebody who has not come yet.
    """
    if arrival.pk is None:
        raise ValidationError(_("This step is not possible any more."), code="not_allowed")
    return ARRIVAL.take(arrival, "undo", by=by, reason=reason, version=version, arrived_at=None)


# --- Who should be here -------------------------------------------------------------------------


def late_arrivals(edition):
    """Contributions that begin within the edition's minutes, or are on, without their speaker having come."""
    now = clock.now()
    minutes = timedelta(minutes=StageRules.objects.of(edition).arrival_minutes)
    came = Arrival.objects.filter(
        speaker=OuterRef("speaker"), date=clock.today(), state=ArrivalState.ARRIVED
    )
    rows = Contribution.objects.timed().filter(
        forum__edition=edition, begins__lte=now + minutes, ends__gt=now
    )
    # What began on another day was looked after then.
    return rows.filter(begins__date=clock.today()).exclude(Exists(came))
