"""The stage's part of the portal: invitations and profiles of speakers, texts of hosts, seats of visitors."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from forums.forms import ProfileForm
from forums.models import Forum, InvitationState, Speaker
from forums.operations import profiles
from forums.operations.personal_links import find_by_token
from forums.views.invitation import invitations_of


class StageView(LoginRequiredMixin, TemplateView):
    """Everything of the stage that is the person's own."""

    template_name = "forums/stage.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        profiles.claim_profiles(user)
        return super().get_context_data(
            invitations=invitations_of(user),
            hosted=Forum.objects.hosted_by(user).select_related("edition", "kind"),
            profiles=Speaker.objects.filter(user=user).select_related("edition"),
            bookings=user.forum_bookings.live()
            .select_related("forum__edition")
            .order_by("forum__starts_at", "pk"),
            **kwargs,
        )


class OwnSpeaker:
    """A view's `speaker`: the signed-in person's own row, or the one the link of an accepted letter leads to."""

    def dispatch(self, request, *args, **kwargs):
        self.token = request.GET.get("link", "")
        self.speaker = self.find(kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def find(self, code):
        if self.token:
            invitation = find_by_token(self.token)
            if (
                invitation is None
                or invitation.speaker.code != code
                or invitation.state != InvitationState.ACCEPTED
            ):
                raise Http404
            return invitation.speaker
        if not self.request.user.is_authenticated:
            raise Http404
        return get_object_or_404(Speaker, code=code, user=self.request.user)


class SpeakerProfileView(OwnSpeaker, View):
    """Biography and photo: for the signed-in speaker, or whoever holds the link of an accepted letter."""

    def get(self, request, code):
        return self.page(ProfileForm(instance=self.speaker))

    def post(self, request, code):
        form = ProfileForm(request.POST, request.FILES, instance=self.speaker)
        if not form.is_valid():
            return self.page(form, status=400)
        by = request.user if request.user.is_authenticated else None
        try:
            profiles.change_profile(
                self.speaker, form.cleaned_data, photo=form.cleaned_data.get("photo_upload"),
                crop=form.cleaned_data["photo_crop"], by=by,
                version=form.cleaned_data["version"],
            )  # fmt: skip
        except ValidationError as refusal:
            form.add_error(None if hasattr(refusal, "error_dict") else "photo_upload", refusal)
            return self.page(form, status=400)
        messages.success(request, _("Your profile is saved."))
        return redirect(request.get_full_path())

    def page(self, form, status=200):
        current = Speaker.objects.get(pk=self.speaker.pk)
        if form.has_error("version"):
            form.data = form.data.copy()
            form.data["version"] = current.version
        context = {"form": form, "speaker": current, "link": self.token}
        response = render(self.request, "forums/profile.html", context, status=status)
        # With a link the address is the key.
        response["Cache-Control"] = "private, no-store"
        return response
