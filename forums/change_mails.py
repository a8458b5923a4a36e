"""Mails about changes a host asked for: to the programme desk, and the answer to the host."""

from django.urls import reverse
from django.utils import translation

from waic.accounts.desks import desk_members
from waic.notifications.outbox import notify


def tell_desk(request):
    """A notice to every member of the programme desk, once per request."""
    for member in desk_members("programme"):
        with translation.override(member.language):
            link = reverse("admin:forums_changerequest_change", args=[request.pk])
        notify(
            member, "forums/change_asked", cause=f"forums.change:{request.pk}:asked", link=link,
            context={"forum": request.forum, "change": request},
        )  # fmt: skip


def tell_host(request, template, *, words):
    """The answer, in the language of the host who asked."""
    person = request.requested_by
    with translation.override(person.language):
        link = reverse("forums:hosted-forum", args=[request.forum.code])
    notify(
        person, f"forums/{template}", cause=f"forums.change:{request.pk}:{template}", link=link,
        context={"forum": request.forum, "change": request, "words": words},
    )  # fmt: skip
