"""A change of the programme as a sentence in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from forums.releases import diff
from forums.releases.snapshot import moment
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import language_column

KINDS = {
    diff.ADDED: pgettext_lazy("change", "new"),
    diff.REMOVED: pgettext_lazy("change", "gone"),
    diff.CANCELLED: pgettext_lazy("change", "cancelled"),
    diff.MOVED: pgettext_lazy("change", "moved"),
    diff.RETITLED: pgettext_lazy("change", "renamed"),
    diff.PEOPLE: pgettext_lazy("change", "with other people"),
}


def said(pair):
    """(zh, en) in the reader's language, the other one where it is missing."""
    zh, en = pair
    return (en or zh) if language_column() == "en" else (zh or en)


def when(place):
    """“5 July 10:00–11:00”."""
    starts, ends = moment(place.starts), moment(place.ends)
    return f"{day(starts)} {hour(starts)}–{hour(ends)}"


def where(place):
    """“5 July 10:00–11:00, Room”."""
    if place is None:
        return _("no time yet")
    time = when(place)
    room = said(place.room) if place.room else _("Room to be announced")
    return _("%(time)s, %(room)s") % {"time": time, "room": room}


def sentence(change, names):
    """What changed. names: {speaker number: name}; who is not among them is not named."""
    title = {"title": said(change.title), "before": "", "after": ""}
    if change.kind == diff.PEOPLE:
        return _people(change, names, title)
    if change.kind == diff.RETITLED:
        return _retitled(change, title)
    moved = change.kind == diff.MOVED and change.before.room == change.after.room
    place = when if moved else where  # a room that stays is not worth a word
    words = {**title, "before": place(change.before), "after": place(change.after)}
    return {
        diff.ADDED: _("“%(title)s” is new: %(after)s."),
        diff.REMOVED: _("“%(title)s” is not in the programme any more (it was %(before)s)."),
        diff.CANCELLED: _("“%(title)s” is cancelled (it was %(before)s)."),
        diff.MOVED: _("“%(title)s” moves from %(before)s to %(after)s."),
    }[change.kind] % words


def _retitled(change, title):
    """Which title is another one; where the reader's own is as it was, the one in the other language."""
    before, after = said(change.before), said(change.after)
    if before != after:
        return _("“%(before)s” is called “%(after)s” now.") % {"before": before, "after": after}
    (was, will), *_more = [
        pair for pair in zip(change.before, change.after, strict=True) if pair[0] != pair[1]
    ]
    words = {**title, "before": was or "—", "after": will or "—"}
    return _("“%(title)s”: the title in the other language was “%(before)s” and is “%(after)s” now.") % words  # fmt: skip


def _people(change, names, title):
    unknown = _("somebody who is not on record any more")
    came = _(", ").join(names.get(n, unknown) for n in change.came)
    left = _(", ").join(names.get(n, unknown) for n in change.left)
    words = {**title, "came": came, "left": left}
    if came and left:
        return _("“%(title)s”: with %(came)s; without %(left)s.") % words
    return (_("“%(title)s”: with %(came)s.") if came else _("“%(title)s”: without %(left)s.")) % words  # fmt: skip


def names_in(forums):
    """{number: name} of everybody who came or left, in one query."""
    from forums.models import Speaker

    numbers = {n for forum in forums for c in forum.changes for n in (*c.came, *c.left)}
    return {s.pk: str(s) for s in Speaker.objects.filter(pk__in=numbers).only("name_zh", "name_en")}
