"""Things to look at: broken rules of the programme, and what is odd in its data without being wrong.

Nothing is refused here; the desk looks and decides.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.mending import mending_page
from forums.models import ForumKind, Participation, RuleLevel, Slot, Speaker
from forums.operations.streams import refused_replays
from forums.rules import Programme, check, settings_of
from forums.rules.engine import rules
from waic.lib.text import localized, pinyin_letters


@dataclass(frozen=True)
class Oddity:
    """One thing: its kind, a sentence, where it is mended, what it stops (nothing, unless it is a rule), what to do."""

    kind: str
    sentence: str
    url: str
    level: str = RuleLevel.WARN
    remedy: str = ""


def oddities_of(edition):
    """Everything to look at in an edition, the weightiest first; a fixed number of queries."""
    checks = (
        broken_rules,
        duplicates,
        out_of_order,
        companies,
        without_affiliation,
        unconfirmed,
        replays_refused,
        crowded_kinds,
    )
    return [oddity for check_ in checks for oddity in check_(edition)]


def broken_rules(edition):
    """What the rules of the edition find."""
    back = f"{reverse('admin:forums_oddities')}?year={edition.year}"
    for finding in check(Programme.of(edition), settings_of(edition)):
        forum = next(iter(finding.forums), None)
        url = mending_page(finding, forum, back) if forum else _speaker_url(finding.people[0])
        kind = str(rules()[finding.rule].label)
        yield Oddity(kind, finding.sentence, url, finding.level, finding.remedy)


def _forum_url(pk):
    return reverse("admin:forums_forum_change", args=[pk])


def _speaker_url(pk):
    return reverse("admin:forums_speaker_change", args=[pk])


def _latin(name):
    """The letters and digits of a name in any order: "Manuel Blum" and "Blum, Manuel" are one."""
    return "".join(sorted(c for c in name.lower() if c.isalnum()))


def likely_duplicates(edition):
    """[[speaker, …]] who may be one: the same address, English name, or a Latin name that is another's pinyin."""
    groups = defaultdict(list)
    for speaker in Speaker.objects.of_edition(edition).living().filter(is_person=True):
        keys = {_latin(speaker.name_en)} if speaker.name_en else set()
        if speaker.name_zh and not speaker.name_zh.isascii() and len(speaker.name_zh) <= 4:
            keys.add(_latin(pinyin_letters(speaker.name_zh)))
        keys.add(speaker.email.lower())
        for key in keys - {""}:
            groups[key].append(speaker)
    found = {frozenset(p.pk for p in people): people for people in groups.values()}
    return [people for pks, people in found.items() if len(pks) > 1]


def duplicates(edition):
    """People who may be one, each group with the page that merges its first two."""
    for people in likely_duplicates(edition):
        names = " / ".join(f"{p.name_zh} {p.name_en}".strip() for p in people)
        page = reverse("admin:forums_speaker_merge")
        url = f"{page}?kept={people[0].pk}&gone={people[1].pk}"
        yield Oddity(_("Perhaps one person"), names, url)


def _slots(edition):
    return (
        Slot.objects.filter(session__forum__edition=edition)
        .select_related("session__forum")
        .order_by("session__forum", "session__order", "pk")
    )


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


def companies(edition):
    """Companies on a guest list."""
    for speaker in Speaker.objects.of_edition(edition).filter(is_person=False):
        yield Oddity(_("Company listed as a guest"), str(speaker), _speaker_url(speaker.pk))


def without_affiliation(edition):
    for speaker in Speaker.objects.of_edition(edition).filter(
        affiliation_zh="", affiliation_en="", is_person=True
    ):
        yield Oddity(_("Guest without affiliation"), str(speaker), _speaker_url(speaker.pk))


def unconfirmed(edition):
    rows = Participation.objects.filter(forum__edition=edition, is_confirmed=False).select_related(
        "speaker", "forum"
    )
    for row in rows:
        yield Oddity(
            _("Guest not confirmed, not shown"),
            f"{row.speaker}: {localized(row.forum, 'title')}",
            _forum_url(row.forum_id),
        )


def replays_refused(edition):
    """Replays of what somebody does not want recorded."""
    for link, speaker in refused_replays(edition):
        yield Oddity(
            _("Replay although a speaker refused recording"),
            f"{speaker}: {localized(link.session or link.forum, 'title')}",
            _forum_url(link.forum_id),
        )


def crowded_kinds(edition):
    """Kinds of which there are more forums than the edition wants."""
    for kind in ForumKind.objects.filter(edition=edition).with_count().filter(count__gt=F("limit")):
        words = {"kind": kind, "count": kind.count, "most": kind.limit}
        yield Oddity(
            _("More forums of a kind than planned"),
            _("%(kind)s: %(count)d forums, at most %(most)d are planned.") % words,
            reverse("admin:forums_forum_changelist") + f"?kind__id__exact={kind.pk}",
        )
