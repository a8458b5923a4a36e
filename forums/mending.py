"""Findings of the rules as the desk's pages show them: the sentence, what to do, and the pages where that is done."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from forums.models import Forum
from forums.rules.engine import MOVE, rules
from waic.lib.text import localized

MOST, MOST_WAYS = 20, 4


def shown_findings(findings, back, most=MOST):
    """[{sentence, remedy, ways: [(words, address)]}] of the first findings; one query.

    back: where the page that moves a forum leads afterwards.
    """
    shown = findings[:most]
    numbers = {pk for finding in shown for pk in finding.forums}
    forums = Forum.objects.only("title_zh", "title_en").in_bulk(numbers)
    titles = {pk: localized(forum, "title") for pk, forum in forums.items()}
    return [
        {"sentence": f.sentence, "remedy": f.remedy, "ways": list(_ways(f, titles, back))}
        for f in shown
    ]


def _ways(finding, titles, back):
    moves = rules()[finding.rule].mended_on == MOVE
    words = _("Move “%(forum)s”") if moves else _("Open “%(forum)s”")
    for pk in [pk for pk in finding.forums if pk in titles][:MOST_WAYS]:
        yield words % {"forum": titles[pk]}, mending_page(finding, pk, back)


def mending_page(finding, forum, back):
    """The page on which a finding about a forum is usually mended."""
    if rules()[finding.rule].mended_on != MOVE:
        return reverse("admin:forums_forum_change", args=[forum])
    parts = [key[1] for key in finding.about if isinstance(key, tuple) and key[0] == "part"]
    query = urlencode([*(("part", pk) for pk in parts), ("next", back)])
    return f"{reverse('admin:forums_forum_move', args=[forum])}?{query}"
