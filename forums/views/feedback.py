"""Feedback of a signed-in visitor on a forum or one of its sessions."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.forms import FeedbackForm
from forums.operations import feedback
from forums.operations.feedback_places import place_of_forum, place_of_session

TOO_OFTEN = 429


class FeedbackView(LoginRequiredMixin, View):
    """One's own rating of what everybody can read about; subclasses say what it is."""

    @staticmethod
    def find(code):
        """The Place of a code, or None."""
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.place = self.find(kwargs["code"])
            if self.place is None:
                raise Http404
            self.own = feedback.own_feedback(self.place, request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code):
        own = self.own and {"rating": self.own.rating, "text": self.own.text}
        return self.page(FeedbackForm(initial=own))

    def post(self, request, code):
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        data = form.cleaned_data
        try:
            feedback.give_feedback(self.place, data["rating"], data["text"], by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            too_often = getattr(refusal, "code", "") == "too_often"
            return self.page(form, status=TOO_OFTEN if too_often else 400)
        messages.success(request, _("Thank you. Nobody sees that it was you."))
        return redirect(request.path)

    def page(self, form, status=200):
        context = {
            "place": self.place, "what": self.place.session or self.place.forum, "form": form, "own": self.own,
            "on_stage": feedback.is_on_stage(self.place, self.request.user),
        }  # fmt: skip
        return render(self.request, "forums/feedback.html", context, status=status)


class ForumFeedbackView(FeedbackView):
    find = staticmethod(place_of_forum)


class SessionFeedbackView(FeedbackView):
    find = staticmethod(place_of_session)
