"""The portal's page of the personal calendar link."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forums.models import PersonalFeed
from forums.operations.feeds import make_feed, revoke_feed

_NEW = "new_calendar_secret"


class CalendarLinkView(LoginRequiredMixin, View):
    """GET shows whether there is a link, and a new one once; POST makes a new one or revokes it."""

    def get(self, request):
        secret = request.session.pop(_NEW, "")
        link = reverse("forums:personal-ics", args=[secret]) if secret else ""
        response = render(
            request, "forums/calendar_link.html",
            {"feed": PersonalFeed.objects.filter(user=request.user).first(), "link": link and request.build_absolute_uri(link)},
        )  # fmt: skip
        response["Cache-Control"] = "private, no-store"
        return response

    def post(self, request):
        if request.POST.get("step") == "revoke":
            revoke_feed(request.user)
            messages.success(request, _("The link does not work any more."))
        else:
            request.session[_NEW] = make_feed(request.user)
        return redirect("forums:calendar-link")
