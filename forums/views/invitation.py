"""Reading and answering an invitation: signed in, or through the personal link."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forums.forms import AnswerForm
from forums.models import Invitation
from forums.operations import invitations
from forums.operations.letters import LANGUAGES, letter_context
from forums.operations.personal_links import find_by_token
from waic.lib.files import serve


def invitations_of(user):
    """Letters to the person that were sent."""
    return (
        Invitation.objects.filter(speaker__user=user)
        .exclude(sent_at=None)
        .select_related("forum__edition", "speaker")
    )


def is_looked_at(request):
    """True for a person's look: asking for the head only or fetching in advance is a machine's."""
    hints = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
    fetched = any("prefetch" in request.headers.get(name, "").lower() or "preview" in request.headers.get(name, "").lower() for name in hints)  # fmt: skip
    return request.method == "GET" and not fetched


class OwnInvitation(LoginRequiredMixin):
    """The signed-in speaker's own letter."""

    def find(self):
        return get_object_or_404(invitations_of(self.request.user), code=self.kwargs["code"])

    def page_url(self, name, invitation):
        return reverse(name, args=[invitation.speaker.code])

    def letter_url(self, language):
        return reverse("forums:invitation-letter", args=[self.kwargs["code"], language])


class LinkedInvitation:
    """The letter a personal link leads to, without an account."""

    def find(self):
        invitation = find_by_token(self.kwargs["token"], or_replaced=True)
        if invitation is None or invitation.sent_at is None:
            raise Http404
        return invitation

    def page_url(self, name, invitation):
        return f"{reverse(name, args=[invitation.speaker.code])}?link={self.kwargs['token']}"

    def letter_url(self, language):
        return reverse("forums:invitation-letter-by-link", args=[self.kwargs["token"], language])


class _Answering(View):
    """Reading and answering one invitation; how it is found is the other parent's business."""

    def get(self, request, **kwargs):
        invitation = self.find()
        if is_looked_at(request) and not getattr(invitation, "is_replaced", False):
            invitation = invitations.open_invitation(invitation)
        return self.page(invitation, AnswerForm())

    def post(self, request, **kwargs):
        invitation, form = self.find(), AnswerForm(request.POST)
        if not form.is_valid():
            return self.page(invitation, form, status=400)
        by = request.user if request.user.is_authenticated else None
        try:
            invitation = invitations.answer_invitation(
                invitation,
                accepts=form.cleaned_data["answer"] == "accept",
                words=form.cleaned_data["words"],
                by=by,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.page(invitation, form, status=409)
        return redirect(request.path)

    def page(self, invitation, form, status=200):
        try:
            invitations.check_answerable(invitation)
            closed = ""
        except ValidationError as refusal:
            closed = " ".join(refusal.messages)
        is_replaced = getattr(invitation, "is_replaced", False)
        letters = [] if is_replaced else self.letters(invitation)
        context = {
            **letter_context(invitation), "form": form, "closed": closed, "may_decline": not closed and invitations.may_decline(invitation), "is_replaced": is_replaced, "letters": letters,
            "is_open": invitation.state in invitations.OPEN and not closed, "profile_url": self.page_url("forums:speaker-profile", invitation),
            "speaking_url": self.page_url("forums:speaking", invitation),
        }  # fmt: skip
        response = render(self.request, "forums/invitation.html", context, status=status)
        # The address is the key to the answer: it goes to nobody else and is kept nowhere.
        # "no-referrer" would make browsers post with an origin of null, which the form protection refuses.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    def letters(self, invitation):
        """[(address, words)] of the letters that were sent."""
        words = {"zh": _("Letter in Chinese (PDF)"), "en": _("Letter in English (PDF)")}
        kept = [column for column in words if getattr(invitation, f"letter_{column}_id")]
        return [(self.letter_url(column), words[column]) for column in kept]


class InvitationView(OwnInvitation, _Answering):
    """In the portal."""


class InvitationByLinkView(LinkedInvitation, _Answering):
    """By the personal link."""


class _Letter(View):
    """The letter itself; one that was withdrawn or replaced is not handed out any more."""

    def get(self, request, language, **kwargs):
        if language not in LANGUAGES:
            raise Http404
        invitation = self.find()
        stored = getattr(invitation, f"letter_{language}")
        if stored is None or invitation.state == "withdrawn" or getattr(invitation, "is_replaced", False):  # fmt: skip
            raise Http404
        return serve(stored)


class InvitationLetterView(OwnInvitation, _Letter):
    """In the portal."""


class InvitationLetterByLinkView(LinkedInvitation, _Letter):
    """By the personal link."""
