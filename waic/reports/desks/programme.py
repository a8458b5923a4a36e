"""The programme desk's reports: forums, and guests with their honours."""

from django.db.models import Count, Prefetch
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, ForumOrganisation, ForumPart, Honour, HonourKind
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import localized
from waic.reports import facts
from waic.reports.registry import Bar, Report, register


@register
class Programme(Report):
    """Every forum with time, place and hosts."""

    key = "programme"
    title = _("Programme")
    permission = "forums.view_forum"
    columns = (
        _("Code"),
        _("Kind"),
        _("Title (Chinese)"),
        _("Title (English)"),
        _("Day"),
        _("Start"),
        _("End"),
        _("Place"),
        _("Hosts"),
        _("State"),
    )

    def rows(self, edition):
        parts = Prefetch("parts", ForumPart.objects.select_related("room__venue"))
        hosts = Prefetch(
            "forum_organisations", ForumOrganisation.objects.select_related("organisation")
        )
        return (
            Forum.objects.of_edition(edition).select_related("kind").prefetch_related(parts, hosts)
        )

    def row(self, forum):
        rooms = ", ".join(
            dict.fromkeys(str(p.room) if p.room else p.place_note for p in forum.parts.all())
        )
        hosts = ", ".join(str(o.organisation) for o in forum.forum_organisations.all())
        return [
            forum.code,
            str(forum.kind),
            forum.title_zh,
            forum.title_en,
            day(forum.starts_at or forum.date),
            hour(forum.starts_at),
            hour(forum.ends_at),
            rooms,
            hosts,
            forum.get_state_display(),
        ]

    def bars(self, edition):
        counts = (
            edition.forum_kinds.annotate(count=Count("forums"))
            .filter(count__gt=0)
            .order_by("-count")
        )
        return [Bar(str(kind), kind.count) for kind in counts]

    def finding(self, edition):
        bars = self.bars(edition)
        return (
            gettext("%(kind)s is the largest group: %(count)d of %(all)d")
            % {"kind": bars[0].label, "count": bars[0].value, "all": sum(b.value for b in bars)}
            if bars
            else gettext("No forums yet")
        )


@register
class Speakers(Report):
    """Guests with their honours."""

    key = "speakers"
    title = _("Speakers with honours")
    permission = "forums.view_speaker"
    columns = (
        _("Code"),
        pgettext_lazy("of a person", "Name (Chinese)"),
        pgettext_lazy("of a person", "Name (English)"),
        _("Affiliation"),
        pgettext_lazy("of a person", "Title"),
        _("Honours"),
        _("Forums"),
    )

    def rows(self, edition):
        return (
            facts.guests(edition)
            .prefetch_related("honours")
            .annotate(forums=Count("participations__forum", distinct=True))
            # Grouping forgets the model's order, and pages want one.
            .order_by("sort_key", "pk")
        )

    def row(self, speaker):
        honours = ", ".join(localized(h, "name") for h in speaker.honours.all())
        return [
            speaker.code,
            speaker.name_zh,
            speaker.name_en,
            localized(speaker, "affiliation"),
            localized(speaker, "title"),
            honours,
            speaker.forums,
        ]

    def bars(self, edition):
        counts = dict(
            Honour.objects.filter(speaker__in=facts.guests(edition))
            .order_by()
            .values_list("kind")
            .annotate(n=Count("speaker", distinct=True))
        )
        return [Bar(label, counts[kind]) for kind, label in HonourKind.choices if kind in counts]

    def finding(self, edition):
        return gettext(
            "%(laureates)d laureates and %(academicians)d academicians among %(guests)d guests"
        ) % {
            "laureates": facts.laureates(edition).count(),
            "academicians": facts.academicians(edition).count(),
            "guests": facts.guests(edition).count(),
        }
