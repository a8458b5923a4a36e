"""The stage's part of the portal: invitations and profiles of speakers, texts of hosts, seats of visitors."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from forums.forms import HostedForumForm, ProfileForm
from forums.models import Forum, InvitationState, Speaker
from forums.operations import profiles
from forums.operations.declining import drop_task, finish_task, tasks_of
from forums.operations.forums import change_texts, hand_in_forum
from forums.operations.personal_links import find_by_token
from forums.views.invitation import invitations_of
from forums.workflow import FORUM, turns_of
from waic.lib.text import clean_text

TASK_STEPS = {"done": finish_task, "drop": drop_task}


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
        return render(
            self.request, "forums/profile.html", {"form": form, "speaker": current}, status=status
        )


class HostedForumView(LoginRequiredMixin, View):
    """The texts of one's own forum, its tasks, agenda and guests; handing it in."""

    refused: dict = {}

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            hosted = Forum.objects.hosted_by(request.user).select_related("edition", "kind")
            self.forum = get_object_or_404(hosted, code=kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code):
        return self.page(HostedForumForm(instance=self.forum))

    def post(self, request, code):
        if request.POST.get("step") == "hand_in":
            try:
                hand_in_forum(self.forum, by=request.user)
                messages.success(request, _("Handed in. The programme desk looks at it now."))
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            return redirect(request.path)
        if request.POST.get("step") in TASK_STEPS:
            return self.close_task(request)
        form = HostedForumForm(request.POST, instance=self.forum)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            change_texts(self.forum, form.cleaned_data, version=form.cleaned_data["version"])
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.page(form, status=400)
        messages.success(request, _("The texts are saved."))
        return redirect(request.path)

    def close_task(self, request):
        """Done or dropped by the host; only tasks of this forum are there."""
        pk = request.POST.get("task", "")
        rows = tasks_of(self.forum)
        task = get_object_or_404(rows, pk=pk if pk.isascii() and pk.isdigit() and len(pk) < 12 else 0)  # fmt: skip
        step, reason = request.POST["step"], request.POST.get("reason", "")[:2000]
        try:
            TASK_STEPS[step](task, by=request.user, reason=clean_text(reason))
        except ValidationError as refusal:
            self.refused = {"task": task.pk, "reason": reason, "words": " ".join(refusal.messages)}
            return self.page(HostedForumForm(instance=self.forum), status=400)
        messages.success(request, _("The task is closed."))
        return redirect(request.path)

    def page(self, form, status=200):
        current = Forum.objects.select_related("edition", "kind").get(pk=self.forum.pk)
        if form.has_error("version"):
            form.data = form.data.copy()
            form.data["version"] = current.version
        theirs = {step.name for step in FORUM.from_state(current.state, "theirs")}
        context = {
            "form": form,
            "forum": current,
            "turns": turns_of(current),
            "tasks": tasks_of(current),
            "refused": self.refused,
            "may_hand_in": "hand_in" in theirs,
            "sessions": current.sessions.prefetch_related("slots"),
            "guests": current.participations.select_related("speaker"),
        }
        return render(self.request, "forums/hosted_forum.html", context, status=status)
