"""The speaker's page: what is missing and by when, slides, consents, times for the calendar, travel."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.forms import TravelForm
from forums.models import ConsentKind
from forums.operations import speaking
from forums.operations.feedback import ratings_of
from forums.operations.slides import contributions
from forums.views.portal import OwnSpeaker
from forums.views.slides import SlidesPanel, number, take_upload


def places_of(appearances):
    """What of the programme is a speaker's own: the sessions they are in, else the forum."""
    return [(a.forum_id, a.session_id, a.session or a.forum) for a in appearances]


class SpeakingView(OwnSpeaker, View):
    """For the signed-in speaker, or whoever holds the link of an accepted letter."""

    def get(self, request, code):
        return self.page(TravelForm(instance=speaking.travel_of(self.speaker)))

    refused: dict = {}

    def post(self, request, code):
        if "slides" in request.POST:
            return self.upload_slides(request)
        if "consent" in request.POST:
            return self.answer_consent(request)
        form = TravelForm(request.POST, instance=speaking.travel_of(self.speaker))
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            speaking.change_travel(self.speaker, form.cleaned_data, version=form.cleaned_data["version"])  # fmt: skip
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.page(form, status=400)
        messages.success(request, _("Your travel is saved. Only the programme desk reads it."))
        return redirect(f"{request.get_full_path()}#travel")

    def upload_slides(self, request):
        """A version for one of the speaker's own contributions."""
        rows = contributions().filter(speaker=self.speaker)
        contribution = get_object_or_404(rows, pk=number(request.POST["slides"]))
        by = request.user if request.user.is_authenticated else None
        refused = take_upload(request, contribution, by=by)
        if refused:
            self.refused = {contribution.pk: refused}
            return self.page(TravelForm(instance=speaking.travel_of(self.speaker)), status=400)
        return redirect(f"{request.get_full_path()}#slides")

    def answer_consent(self, request):
        """One button: a kind and yes or no."""
        by = request.user if request.user.is_authenticated else None
        kind, is_given = request.POST["consent"], request.POST.get("given") == "yes"
        try:
            speaking.answer_consent(self.speaker, kind, is_given, by=by)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.page(TravelForm(instance=speaking.travel_of(self.speaker)), status=400)
        messages.success(request, _("Your answer is on record."))
        return redirect(f"{request.get_full_path()}#consents")

    def page(self, form, status=200):
        if form.has_error("version"):
            form.data = form.data.copy()
            form.data["version"] = speaking.travel_of(self.speaker).version
        appearances = speaking.appearances_of(self.speaker)
        newest = speaking.consents_of(self.speaker)
        todo = speaking.to_do(self.speaker, appearances)
        context = {
            "speaker": self.speaker, "form": form, "link": self.token, "appearances": appearances,
            "is_public": any(a.forum.state == "published" for a in appearances),
            "todo": todo, "done": sum(item.is_done for item in todo),
            "consents": [(kind, label, newest[kind]) for kind, label in ConsentKind.choices],
            "ratings": ratings_of(places_of(appearances)), "slides": [SlidesPanel(row, self.refused.get(row.pk)) for row in contributions().filter(speaker=self.speaker)],
            "answers": self.speaker.consents.all()[:20],
        }  # fmt: skip
        response = render(self.request, "forums/speaking.html", context, status=status)
        # With a link the address is the key, and what is typed here is private.
        # "no-referrer" would make browsers post with an origin of null, which the form protection refuses.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        return response
