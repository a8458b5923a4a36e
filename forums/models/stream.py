"""Where a forum or one of its sessions can be watched: live while it runs, as a replay afterwards."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import Session
from forums.models.stage import StageRules
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, localized


class StreamKind(models.TextChoices):
    LIVE = "live", _("Live stream")
    REPLAY = "replay", _("Replay")


class StreamLink(models.Model):
    """One link of a forum, or of a session of it. Links are not part of a release: a stream that fails is mended at once."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="streams", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="streams", verbose_name=_("session"),
        help_text=_("Empty for the forum as a whole."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=6, choices=StreamKind)
    url = models.URLField(
        _("address"), max_length=500, validators=[URLValidator(schemes=["https"], message=_("The address must begin with https://."))],
    )  # fmt: skip
    title_zh = LineField(_("title in Chinese"), max_length=120, blank=True)
    title_en = LineField(_("title in English"), max_length=120, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["forum", "session__order", "session", "kind"]
        verbose_name = _("link to a stream")
        verbose_name_plural = _("links to streams")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "session", "kind"], nulls_distinct=False, name="forums_streamlink_one_per_kind",
                violation_error_message=_("There is a link of this kind already."),
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://"), name="forums_streamlink_is_https",
                violation_error_message=_("The address must begin with https://."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return localized(self, "title") or self.get_kind_display()

    def clean(self):
        if self.session_id and self.forum_id and self.session.forum_id != self.forum_id:
            raise ValidationError({"session": _("This session is of another forum.")})
        if self.url and self.forum_id:
            rules = StageRules.objects.of(self.forum.edition)
            if not rules.allows_host(self.url):
                hosts = ", ".join(rules.stream_hosts)
                sentence = _(
                    "Streams of this edition are at: %(hosts)s. Ask the programme desk to add another place."
                )
                raise ValidationError(
                    {"url": ValidationError(sentence, code="host", params={"hosts": hosts})}
                )
