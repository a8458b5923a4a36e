"""The programme desk's page of things to look at."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from forums.models import RuleLevel
from forums.oddities import oddities_of
from waic.editions.models import Edition

BLOCKING = (RuleLevel.BLOCK_SAVE, RuleLevel.BLOCK_RELEASE)


class OdditiesMixin:
    """Adds the page and its button to the forums' changelist."""

    actions_list = ["things_to_look_at"]

    def get_urls(self):
        return [
            path(
                "look-at/", self.admin_site.admin_view(self.oddities_view), name="forums_oddities"
            ),
            *super().get_urls(),
        ]

    @action(description=_("Things to look at"), url_path="look-at-button", permissions=["change"])
    def things_to_look_at(self, request):
        return self.oddities_view(request)

    def oddities_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        year = request.GET.get("year", "")
        edition = (
            Edition.objects.filter(year=year).first()
            if year.isascii() and year.isdigit()
            else Edition.objects.current()
        )
        found = oddities_of(edition) if edition else []
        # The weightiest come first, and a kind has one level.
        groups = [(kind, list(rows)) for kind, rows in groupby(found, key=lambda o: o.kind)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Things to look at"),
            "groups": groups,
            "count": len(found),
            "edition": edition,
            "blocking": sum(oddity.level in BLOCKING for oddity in found),
            "may_set_levels": request.user.has_perm("forums.change_rulesetting"),
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/desk/oddities.html", context)
