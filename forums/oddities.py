"""Things to look at: what is odd in a programme without being wrong. The desk decides; nothing is refused here."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Forum, ForumState, Participation, Slot, Speaker
from waic.lib import clock
from waic.lib.text import localized, pinyin_letters


@dataclass(frozen=True)
class Oddity:
    """One thing: its kind, a sentence, and where it is mended."""

    kind: str
    sentence: str
    url: str


def oddities_of(edition):
    """All oddities of an edition, grouped by kind in a fixed order; a fixed number of queries."""
    checks = (
        duplicates,
        beyond_the_end,
        out_of_order,
        at_the_same_time,
        without_place,
        companies,
        without_affiliation,
        person_in_two_places,
        without_english,
        unconfirmed,
    )
    return [oddity for check in checks for oddity in check(edition)]


def _forum_url(pk):
    return reverse("admin:forums_forum_change", args=[pk])


def _speaker_url(pk):
    return reverse("admin:forums_speaker_change", args=[pk])


def _latin(name):
    """The letters and digits of a name in any order: "Manuel Blum" and "Blum, Manuel" are one."""
    return "".join(sorted(c for c in name.lower() if c.isalnum()))


def duplicates(edition):
    """People who may be one: the same English name, or a Latin name that is another's pinyin."""
    groups = defaultdict(list)
    for speaker in Speaker.objects.of_edition(edition).filter(is_person=True):
        keys = {_latin(speaker.name_en)} if speaker.name_en else set()
        if speaker.name_zh and not speaker.name_zh.isascii() and len(speaker.name_zh) <= 4:
            keys.add(_latin(pinyin_letters(speaker.name_zh)))
        for key in keys - {""}:
            groups[key].append(speaker)
    seen = set()
    for people in groups.values():
        pks = frozenset(p.pk for p in people)
        if len(pks) > 1 and pks not in seen:
            seen.add(pks)
            names = " / ".join(f"{p.name_zh} {p.name_en}".strip() for p in people)
            yield Oddity(_("Perhaps one person"), names, _speaker_url(people[0].pk))


def _slots(edition):
    return (
        Slot.objects.filter(session__forum__edition=edition)
        .select_related("session__forum")
        .order_by("session__forum", "session__order", "pk")
    )


def beyond_the_end(edition):
    """Agendas that run past the end of their forum, or begin before it."""
    found = {}
    for slot in _slots(edition):
        forum = slot.session.forum
        if forum.ends_at and (slot.ends_at > forum.ends_at or slot.starts_at < forum.starts_at):
            found[forum.pk] = (forum, slot)
    for forum, slot in found.values():
        sentence = _("%(forum)s: the agenda reaches %(end)s, the forum ends at %(limit)s") % {
            "forum": localized(forum, "title"), "end": f"{slot.ends_at.astimezone(clock.ZONE):%H:%M}", "limit": f"{forum.ends_at.astimezone(clock.ZONE):%H:%M}",
        }  # fmt: skip
        yield Oddity(_("Agenda outside its forum"), sentence, _forum_url(forum.pk))


def _neighbours(edition):
    by_forum = defaultdict(list)
    for slot in _slots(edition):
        by_forum[slot.session.forum].append(slot)
    for forum, slots in by_forum.items():
        for a, b in pairwise(slots):
            yield forum, a, b


def out_of_order(edition):
    """Agenda items listed after one that begins later."""
    for forum, a, b in _neighbours(edition):
        if b.starts_at < a.starts_at:
            yield Oddity(
                _("Agenda item out of order"),
                f"{localized(forum, 'title')}: {localized(b.session, 'title')}",
                _forum_url(forum.pk),
            )


def at_the_same_time(edition):
    """Two items of one agenda at once."""
    for forum, a, b in _neighbours(edition):
        if a.starts_at < b.ends_at and b.starts_at < a.ends_at:
            names = f"{localized(a.session, 'title')} / {localized(b.session, 'title')}"
            yield Oddity(
                _("Two items at the same time"),
                f"{localized(forum, 'title')}: {names}",
                _forum_url(forum.pk),
            )


def without_place(edition):
    """Published forums whose time or room nobody knows yet."""
    for forum in (
        Forum.objects.of_edition(edition)
        .published()
        .filter(Q(starts_at=None) | ~Q(parts__room__isnull=False), is_online=False)
        .distinct()
    ):
        kind = _("Forum without a time") if forum.starts_at is None else _("Forum without a room")
        yield Oddity(kind, localized(forum, "title"), _forum_url(forum.pk))


def companies(edition):
    """Companies on a guest list."""
    for speaker in Speaker.objects.of_edition(edition).filter(is_person=False):
        yield Oddity(_("Company listed as a guest"), str(speaker), _speaker_url(speaker.pk))


def without_affiliation(edition):
    for speaker in Speaker.objects.of_edition(edition).filter(
        affiliation_zh="", affiliation_en="", is_person=True
    ):
        yield Oddity(_("Guest without affiliation"), str(speaker), _speaker_url(speaker.pk))


def person_in_two_places(edition):
    """People in two forums that overlap; touching is fine, and so is one that is called off."""
    by_person: dict = defaultdict(dict)
    rows = Participation.objects.filter(
        forum__edition=edition, forum__starts_at__isnull=False, speaker__is_person=True
    ).exclude(forum__state=ForumState.CANCELLED)
    for row in rows.select_related("speaker", "forum").order_by("speaker", "forum__starts_at"):
        by_person[row.speaker][row.forum_id] = row.forum
    for speaker, forums in by_person.items():
        for a, b in combinations(forums.values(), 2):
            if b.starts_at < a.ends_at:
                yield Oddity(
                    _("One person in two places"),
                    f"{speaker}: {localized(a, 'title')} / {localized(b, 'title')}",
                    _speaker_url(speaker.pk),
                )


def without_english(edition):
    count = Forum.objects.of_edition(edition).published().filter(title_en="").count()
    if count:
        url = (
            reverse("admin:forums_forum_changelist")
            + f"?missing=english&edition__id__exact={edition.pk}"
        )
        yield Oddity(
            _("English missing"),
            _("%(count)d published forums have no English title") % {"count": count},
            url,
        )


def unconfirmed(edition):
    rows = Participation.objects.filter(forum__edition=edition, is_confirmed=False).select_related(
        "speaker", "forum"
    )
    for row in rows:
        yield Oddity(
            _("Announced, not confirmed"),
            f"{row.speaker}: {localized(row.forum, 'title')}",
            _forum_url(row.forum_id),
        )
