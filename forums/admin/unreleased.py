"""What a forum's own page says of releases."""

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from forums.models import ForumState
from forums.releases.shown import has_release, is_released


class UnreleasedMixin:
    """Mixin of the forums' admin: a published forum that no release has yet is not public, and its page says so."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.state == ForumState.PUBLISHED and _waits(obj):
            draft = reverse("admin:forums_release_draft") + f"?year={obj.edition.year}"
            text = format_html(
                '{} <a href="{}">{}</a>', _("Everybody sees this forum from the next release on."), draft, _("Release the programme"),
            )  # fmt: skip
            self.message_user(request, text, messages.INFO)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _waits(forum):
    return has_release(forum.edition) and not is_released(forum)
