"""Guests of an edition and one of them."""

from itertools import combinations

from django.db.models import Q
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from forums.models import HonourKind, Speaker
from forums.releases.shown import public_programme
from forums.views.pages import ProgrammePage
from waic.editions.models import SearchEntry
from waic.editions.pages import page_number
from waic.lib import clock

_LAUREATES = ("turing", "nobel", "fields")


class SpeakersView(ProgrammePage, ListView):
    """By pinyin, 48 a page; by honour; by search."""

    template_name = "forums/speakers.html"
    context_object_name = "speakers"
    paginate_by = 48
    params = ("honour", "q", "page")
    section = "speakers"

    def get_queryset(self):
        page_number(self.request)
        speakers = public_programme(self.edition).speakers()
        speakers = speakers.select_related("photo").prefetch_related("honours")
        honour, text = (
            self.request.GET.get("honour", ""),
            self.request.GET.get("q", "").strip()[:100],
        )
        if honour == "laureate":
            speakers = speakers.filter(honours__kind__in=_LAUREATES)
        elif honour:
            known = honour if honour in HonourKind else None
            speakers = speakers.filter(honours__kind=known) if known else speakers.none()
        if text:
            codes = (
                SearchEntry.objects.filter(edition=self.edition, kind="speaker")
                .matching(text)
                .values("code")
            )
            speakers = speakers.filter(Q(code__in=codes))
        return speakers.order_by("sort_key", "pk")

    def get_context_data(self, **kwargs):
        honours = [
            ("laureate", _("Turing, Nobel or Fields laureates")),
            ("academician", _("Academicians")),
            ("fellow", _("Fellows")),
        ]
        get = self.request.GET
        return super().get_context_data(
            honours=honours,
            honour=get.get("honour", ""),
            text=get.get("q", "").strip()[:100],
            **kwargs,
        )


def merged_elsewhere(edition, code, route):
    """301 from the code of a merged row to the one it became; Http404 where there is none, or none to show.

    Kept by browsers for minutes only, because a merge may be taken back.
    """
    merged = get_object_or_404(
        Speaker.objects.of_edition(edition).exclude(merged_into=None), code=code
    )
    kept = merged.survivor
    if not public_programme(edition).speakers().filter(pk=kept.pk).exists():
        raise Http404
    answer = HttpResponsePermanentRedirect(reverse(route, args=[edition.year, kept.code]))
    answer["Cache-Control"] = "public, max-age=300"
    return answer


class SpeakerView(ProgrammePage, DetailView):
    """A guest: honours, biography, where to hear them."""

    template_name = "forums/speaker.html"
    context_object_name = "speaker"
    section = "speakers"

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            return merged_elsewhere(self.edition, kwargs["code"], "forums:speaker")

    def get_object(self, queryset=None):
        programme = public_programme(self.edition)
        speaker = programme.speaker(self.kwargs["code"])
        self.appearances = programme.appearances(speaker) if speaker else []
        if not self.appearances:
            raise Http404
        return speaker

    def get_context_data(self, **kwargs):
        appearances = self.appearances
        return super().get_context_data(
            appearances=appearances, clash=first_clash(appearances), now=clock.now(), **kwargs
        )


def first_clash(appearances):
    """Two forums of one person that overlap, or None."""
    timed = {a.forum_id: a.forum for a in appearances if a.forum.starts_at}
    pairs = combinations(timed.values(), 2)
    return next(((a, b) for a, b in pairs if b.starts_at < a.ends_at), None)
