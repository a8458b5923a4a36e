"""Who wrote and who looked over each public text of a forum: a fingerprint of what was looked over, text by text."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import Session


class Wording(models.Model):
    """One text of a forum, or of a session in it. It is open again as soon as the text has another fingerprint."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="wordings", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="wordings", verbose_name=_("session")
    )  # fmt: skip
    field = models.CharField(_("text"), max_length=20)
    digest = models.CharField(_("fingerprint"), max_length=32, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("looked over by")
    )  # fmt: skip
    reviewed_at = models.DateTimeField(_("looked over at"), null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("last edited by")
    )  # fmt: skip

    class Meta:
        ordering = ["forum", "session", "field"]
        verbose_name = _("wording of a forum")
        verbose_name_plural = _("wordings of a forum")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "session", "field"], nulls_distinct=False, name="forums_wording_once_per_text"
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.session or self.forum} · {self.field}"
