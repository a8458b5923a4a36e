"""Days of a board, and moments as minutes since their midnight."""

from datetime import datetime, time, timedelta

from forums.models import ForumPart, ForumState
from waic.lib import clock

# The board is drawn at least from eight to six.
FIRST, LAST = 8 * 60, 18 * 60


def midnight(day):
    return datetime.combine(day, time(), tzinfo=clock.ZONE)


def minutes(moment, day):
    """A moment as minutes since the midnight of a day; more than 1440 on the next one."""
    return int((moment - midnight(day)).total_seconds() // 60)


def moment(day, minute):
    """The moment so many minutes after the midnight of a day."""
    return midnight(day) + timedelta(minutes=minute)


def local_date(moment):
    return moment.astimezone(clock.ZONE).date()


def parts_of(edition):
    """The parts a board shows: those of forums that are not called off."""
    return ForumPart.objects.filter(forum__edition=edition).exclude(
        forum__state=ForumState.CANCELLED
    )


def counts_of(edition):
    """{date: how many parts begin on it}: the edition's days, and every other one that something takes place on."""
    counts = dict.fromkeys(edition.days, 0)
    for starts in parts_of(edition).values_list("starts_at", flat=True):
        counts[local_date(starts)] = counts.get(local_date(starts), 0) + 1
    return dict(sorted(counts.items()))


def opening_day(edition, wanted=""):
    """The day a board opens with: the wanted one where it has it, today, or the first that something takes place on."""
    counts = counts_of(edition)
    by_name = {date.isoformat(): date for date in counts}
    if wanted in by_name:
        return by_name[wanted]
    if counts.get(clock.today()):
        return clock.today()
    return next((date for date, count in counts.items() if count), edition.starts_on)
