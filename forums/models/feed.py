"""A person's own calendar feed, read by apps that cannot sign in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.lib import clock


class PersonalFeed(models.Model):
    """The link /feeds/SECRET.ics of one person. Only the secret's hash is kept; deleting the row revokes the link."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="personal_feed",
        verbose_name=_("person"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False, verbose_name=_("hash"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("personal calendar link")
        verbose_name_plural = _("personal calendar links")

    def __str__(self):
        return str(self.user)
