"""The awards desk's report: entries by award and origin."""

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards.models import Entry
from waic.lib.places import country_name
from waic.lib.templatetags.dates import day
from waic.lib.text import language_column
from waic.reports import facts
from waic.reports.registry import Bar, Report, register


@register
class Entries(Report):
    """Award entries by award and origin."""

    key = "entries"
    title = _("Award entries by award and origin")
    permission = "awards.view_entry"
    columns = (
        _("Receipt number"),
        _("Award"),
        _("Track"),
        _("Title (Chinese)"),
        _("Title (English)"),
        _("Organisation"),
        _("Country or region"),
        _("International"),
        _("Handed in on"),
    )

    def rows(self, edition):
        return (
            Entry.objects.handed_in()
            .filter(call__edition=edition)
            .select_related("call__award", "track")
            .order_by("call__award__order", "receipt_number")
        )

    def row(self, e):
        return [
            e.receipt_number,
            str(e.call.award),
            str(e.track or ""),
            e.title_zh,
            e.title_en,
            e.organisation,
            country_name(e.country),
            "✓" if e.is_international else "",
            day(e.submitted_at),
        ]

    def bars(self, edition):
        counts = (
            self.rows(edition)
            .order_by()
            .values_list("call__award__name_zh", "call__award__name_en")
            .annotate(n=Count("pk"))
            .order_by("-n")
        )
        return [Bar((zh if language_column() == "zh" else en) or zh, n) for zh, en, n in counts]

    def finding(self, edition):
        papers = facts.BY_KEY["youth_international_share"].shown(edition)
        return gettext(
            "%(count)d entries handed in; %(share)s of the youth papers are international"
        ) % {
            "count": self.rows(edition).count(),
            "share": papers,
        }
