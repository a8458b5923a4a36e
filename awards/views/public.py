"""What everybody sees: awards, their rules and dates, winners, and whether a receipt is genuine."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from awards.models import Award, Entry, Winner
from awards.operations.receipts import number_of
from waic.editions.pages import EditionPage, edition_or_404
from waic.lib import clock


class AwardsView(EditionPage, TemplateView):
    """All awards and contests; which calls are open."""

    template_name = "awards/awards.html"
    section = "awards"

    def get_context_data(self, **kwargs):
        awards = list(Award.objects.all())
        winners: dict = {}
        for winner in Winner.objects.filter(edition=self.edition).order_by("order", "pk"):
            winners.setdefault(winner.award_id, []).append(winner)
        calls = {c.award_id: c for c in self.edition.calls.all()}
        rows = [
            {"award": a, "call": calls.get(a.pk), "winners": winners.get(a.pk, [])} for a in awards
        ]
        return super().get_context_data(rows=rows, now=clock.now(), **kwargs)


class AwardView(EditionPage, DetailView):
    """Rules, tracks, dates, form, winners of this and earlier editions."""

    template_name = "awards/award.html"
    context_object_name = "award"
    queryset = Award.objects.all()
    slug_field = "key"
    slug_url_kwarg = "award"
    section = "awards"

    def get_context_data(self, **kwargs):
        call = (
            self.edition.calls.filter(award=self.object)
            .prefetch_related("tracks", "stages", "fields")
            .first()
        )
        by_year: dict = {}
        for winner in self.object.winners.select_related("edition").filter(
            edition__is_published=True
        ):
            by_year.setdefault(winner.edition.year, []).append(winner)
        return super().get_context_data(
            call=call, current=by_year.pop(self.edition.year, []), earlier=sorted(by_year.items(), reverse=True), today=clock.today(),
            others=Award.objects.exclude(pk=self.object.pk), **kwargs,
        )  # fmt: skip


class WinnerView(EditionPage, DetailView):
    """One published winner."""

    template_name = "awards/winner.html"
    context_object_name = "winner"
    slug_field = slug_url_kwarg = "code"
    section = "awards"

    def get_queryset(self):
        return Winner.objects.filter(edition=self.edition).select_related("award")


def receipt(request, year, token):
    """Confirms number, time and title of a receipt to whoever holds it; nothing else, and nothing to others."""
    number = number_of(token)
    if number is None:
        raise Http404
    entry = get_object_or_404(
        Entry.objects.select_related("call__award", "call__edition"),
        receipt_number=number,
        call__edition=edition_or_404(year),
    )
    response = render(
        request, "awards/receipt.html", {"entry": entry, "checked_at": timezone.now()}
    )
    response["Cache-Control"] = "private, no-store"
    return response
